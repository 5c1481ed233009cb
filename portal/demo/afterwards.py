"""After the return in the cases of the demonstration: talks, questions, an opinion, a report."""

from datetime import timedelta

from portal.db import clock_turned, today
from portal.demo.roads import Players
from portal.domain.applying import consents
from portal.domain.applying.consents import Purpose
from portal.domain.cases import Case
from portal.domain.permissions import Act
from portal.domain.support import instruments, monitoring, reports, surveys
from portal.domain.support.monitoring import FollowUpMode, Held
from portal.programme import DocumentKind

BASELINE = {"income": "none", "month": "seldom", "repair": "no", "home": "months", "doctor": "hard"} | {
    "papers": "some",
    "somebody": "one",
    "street": "day",
    "together": "seldom",
    "ahead": "partly",
}
FOLLOW_UP = {
    "income": "at_times",
    "month": "often",
    "repair": "helped",
    "own_plan": "yes",
    "home": "long",
} | {
    "doctor": "hard",
    "papers": "all",
    "somebody": "several",
    "street": "always",
    "together": "week",
    "ahead": "yes",
}


def followed_up(players: Players, case: Case) -> None:
    """Two talks with photos and the next one, the questions twice, an opinion, and the partner's report."""
    session, by, asked = players.session, players.partner, instruments.latest()
    with clock_turned(timedelta(days=-6)):
        photos, language = {Purpose.TALK_PHOTOS}, players.migrant.language
        consents.settle(session, case, photos, photos, language=language, by=players.migrant)
        first = monitoring.plan(session, case, FollowUpMode.PHONE, today(), by=by)
        told = Held(
            first.mode, today(), "The returnee", "The machine works. There are two customers.", is_last=True
        )
        monitoring.hold(session, case, first, told, by=by)
        surveys.answer(session, case, asked, BASELINE, by=by)
    visit = monitoring.plan(session, case, FollowUpMode.VISIT, today(), by=by)
    told = Held(
        visit.mode,
        today(),
        "The returnee and a sister",
        "The workshop is open five days a week.",
        is_last=True,
    )
    monitoring.hold(session, case, visit, told, by=by)
    for _number in range(2):
        players.send(case, DocumentKind.TALK_PHOTO, sender=by, follow_up_id=visit.id)
    surveys.answer(session, case, asked, FOLLOW_UP, by=by)
    monitoring.plan(session, case, FollowUpMode.VIDEO, today() + timedelta(days=30), by=by)
    monitoring.plan(session, case, FollowUpMode.PHONE, today() + timedelta(days=60), by=players.counsellor)
    monitoring.give_opinion(session, case, 4, "The fabric came late, the rest was good.", by=players.migrant)
    report = reports.write(
        session,
        case,
        {
            "contributed": "A sewing machine, fabric and tools for a small workshop.",
            "situation": "The returnee lives with relatives and has a small income.",
            "assessment": "The support came in time, apart from the fabric.",
        },
        by=by,
    )
    reports.advance(session, report, Act.REPORT_SEND, by=by)
