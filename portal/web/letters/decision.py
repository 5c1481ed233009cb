"""What the letters about a decision say: accepted, not accepted, looked at once more."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.domain.course.letters import Decision
from portal.domain.permissions import Act
from portal.web.filters import day
from portal.web.letters.receipt import office_of, stop
from portal.web.words import button

Content = dict[str, Any]
Section = tuple[object, object]


def accepted(facts: Decision, language: str) -> Content:
    """What letters/1/accepted.typ reads."""
    sections = [
        (
            _("What happens next"),
            _(
                "Your counsellor prepares the journey together with you: travel documents, tickets, and what "
                "you need on the way. You find every step in the portal."
            ),
        ),
        (_("You decide"), stop()),
        (_("Your other rights"), _rights()),
    ]
    meaning = _("We have accepted your application. You can take part in the programme.")
    return _letter(facts, language, _("Your application is accepted"), meaning, sections)


def declined(facts: Decision, language: str) -> Content:
    """What letters/1/declined.typ reads."""
    because = [one[language] for one in facts.because]
    why = "\n".join([*because, *([facts.words] if facts.words else [])])
    sections = [
        (_("Why"), why),
        (_("If you do not agree"), _review(facts)),
        (_("Your other rights"), _rights()),
    ]
    meaning = _("We looked at your application. You cannot take part in the programme now.")
    return _letter(facts, language, _("Your application is not accepted"), meaning, sections)


def review(facts: Decision, language: str) -> Content:
    """What letters/1/review.typ reads."""
    sections = [
        (
            _("What happens next"),
            _(
                "Another counsellor reads your application again, and another senior counsellor decides. "
                "The people who decided before do not decide this time. "
                "You get a new decision in writing, if possible by %(day)s.",
                day=day(facts.answer_by),
            ),
        ),
        (_("You decide"), stop()),
        (_("Your other rights"), _rights()),
    ]
    meaning = _("You asked us to look at our decision once more. This letter shows that we received that.")
    return _letter(facts, language, _("We look at the decision once more"), meaning, sections)


def _letter(
    facts: Decision, language: str, heading: object, meaning: object, sections: Sequence[Section]
) -> Content:
    talk = (_("Talk to a counsellor"), _("Call us, write to us or come to us. Say your case number."))
    return {
        "sender": facts.organisation[language],
        "programme": facts.programme[language],
        "heading": heading,
        "facts": [
            (_("Name"), facts.name),
            (_("Case number"), facts.reference),
            (_("Date"), day(facts.decided_on)),
        ],
        "meaning": meaning,
        "sections": [*sections, talk],
        "offices": [office_of(one, language) for one in facts.offices],
    }


def _review(facts: Decision) -> str:
    if not facts.can_ask:
        return str(
            _(
                "This was the second look at your application, by other people than the first time. "
                "You can talk to us at any time, also if something has changed."
            )
        )
    return str(
        _(
            "You can ask once for a review. Another counsellor and another senior counsellor look at your "
            "application. It costs nothing, and you do not have to give a reason. Open your case in the "
            "portal and press “%(button)s”, or tell a counsellor.",
            button=button(Act.CASE_REQUEST_REVIEW),
        )
    )


def _rights() -> str:
    return str(
        _(
            "This letter is about our programme only. It changes nothing in your other rights: asylum, "
            "a residence permit, a complaint to a court, a lawyer. It is no order to leave Estonia. "
            "We do not decide about your stay."
        )
    )
