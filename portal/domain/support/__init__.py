"""Help after return: referral, plan, milestones, payments."""
