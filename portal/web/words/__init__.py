"""The words a person reads for what the domain only names: one table for each enum, all in one place."""

import enum
from collections.abc import Mapping
from typing import Any

from flask_babel.speaklater import LazyString

from portal.web.words import (
    access,
    accounts,
    acts,
    agenda,
    application,
    care,
    cases,
    choices,
    consents,
    desk,
    documents,
    guiding,
    journey,
    letters,
    my_file,
    people,
    plans,
    reasons,
    sheets,
    standing,
    tables,
)
from portal.web.words.acts import button
from portal.web.words.agenda import guide
from portal.web.words.application import hint, short
from portal.web.words.cases import STAGES, next_step, stage
from portal.web.words.consents import consent_text
from portal.web.words.documents import advice
from portal.web.words.guiding import explain
from portal.web.words.journey import shared
from portal.web.words.tones import tone

__all__ = [
    "STAGES",
    "advice",
    "button",
    "consent_text",
    "explain",
    "guide",
    "hint",
    "next_step",
    "say",
    "shared",
    "short",
    "stage",
    "tone",
]

# By type first: members of two enums with the same value are the same key.
TABLES: dict[type[enum.StrEnum], Mapping[Any, LazyString]] = {
    type(next(iter(table))): table
    for table in (
        access.CERTAINTIES,
        access.RECOVERY_STATES,
        accounts.ROLES,
        accounts.STATES,
        accounts.PRESENCES,
        accounts.FACTORS,
        accounts.CHANNELS,
        accounts.NOTICE_STATES,
        acts.DONE,
        agenda.TASKS,
        application.SECTIONS,
        application.QUESTIONS,
        application.LEGAL_STATUSES,
        application.PRECEPTS,
        application.COMPANIES,
        application.NEEDS,
        application.IDEAS,
        application.CORRECTION_REASONS,
        choices.REPLIES,
        choices.INTERPRETERS,
        choices.MARITALS,
        choices.MESSENGERS,
        choices.HOMES,
        choices.HEARDS,
        choices.NEED_KINDS,
        choices.TRAVEL_WISHES,
        choices.EDUCATIONS,
        choices.PARENT_CONSENTS,
        choices.MEMBER_PAGES,
        care.KINDS,
        care.OUTCOMES,
        care.HOWS,
        care.GUARDIANSHIPS,
        care.FILLINGS,
        care.SUPPORTERS,
        care.SOURCES,
        cases.STATES,
        cases.CLOSURE_REASONS,
        cases.PARTIES,
        consents.PURPOSES,
        desk.PILES,
        documents.KINDS,
        documents.STATES,
        documents.REJECT_REASONS,
        documents.WHO,
        documents.WANTED_BY,
        letters.KINDS,
        my_file.EXPORTS,
        my_file.KINDS,
        my_file.STATES,
        people.GENDERS,
        people.RELATIONS,
        people.PAPERS,
        people.PAPER_PLACES,
        plans.STATES,
        plans.CATEGORIES,
        plans.MODALITIES,
        plans.BENEFICIARIES,
        plans.PAY_METHODS,
        plans.MILESTONE_TYPES,
        plans.MILESTONE_STATES,
        plans.PAYMENT_STATES,
        reasons.REASONS,
        guiding.TOPICS,
        guiding.UNSAID,
        guiding.PENDINGS,
        guiding.CITIZENSHIPS,
        guiding.DESTINATIONS,
        guiding.PASSPORTS,
        guiding.HOUSEHOLDS,
        guiding.FEARS,
        guiding.TALKS,
        guiding.POINTS,
        guiding.HELPS,
        guiding.BEARERS,
        guiding.USES,
        sheets.IDENTITIES,
        sheets.WHYS,
        sheets.STATES,
        journey.ITEMS,
        journey.RESULTS,
        journey.REFERRAL_STATES,
        standing.MATTERS,
        standing.TASKS,
        tables.FAULTS,
    )
}


def say(member: enum.StrEnum) -> LazyString:
    """The words for a member of an enum of the domain, in the language of the reader."""
    return TABLES[type(member)][member]
