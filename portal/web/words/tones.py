"""The colour of a state: whether the reader must act, somebody else must, it is done, or it is stuck."""

import enum
from collections.abc import Mapping
from typing import Any

from portal.domain.access.directory import Presence
from portal.domain.access.recovery import RecoveryState
from portal.domain.access.sheets import SheetState
from portal.domain.accounts import AccountState
from portal.domain.cases import CaseState
from portal.domain.course.appointments import AppointmentState
from portal.domain.course.assessment import Met
from portal.domain.course.lifecycle import WAITS, Party
from portal.domain.course.travel import Result
from portal.domain.course.verification import Finding
from portal.domain.documents import DocumentState
from portal.domain.own.data_requests import RequestState
from portal.domain.own.my_file import ExportState
from portal.domain.permissions import Role
from portal.domain.support.monitoring import FollowUpState
from portal.domain.support.parts import MilestoneState, PaymentState
from portal.domain.support.plans import PlanState
from portal.domain.support.referrals import ReferralState
from portal.domain.support.reports import ReportState
from portal.domain.telling.notices import NoticeState

# A party stands where somebody must act: `you` to that one, `wait` to everybody else.
TONES: dict[type[enum.StrEnum], Mapping[Any, Party | str]] = {
    AccountState: {
        AccountState.ACTIVE: "done",
        AccountState.FROZEN: "ask",
        AccountState.CLOSED: "",
    },
    ExportState: {
        ExportState.WAITING: "wait",
        ExportState.READY: "you",
        ExportState.FETCHED: "done",
        ExportState.EXPIRED: "",
        ExportState.FAILED: "stop",
    },
    RequestState: {
        RequestState.RECEIVED: Party.COUNSELLOR,
        RequestState.FULFILLED: "done",
        RequestState.PARTLY: "done",
        RequestState.REFUSED: "stop",
    },
    NoticeState: {
        NoticeState.WAITING: "wait",
        NoticeState.SENT: "done",
        NoticeState.DEAD: "stop",
    },
    Presence: {
        Presence.ACTIVE: "done",
        Presence.FROZEN: "ask",
        Presence.OFF: "",
        Presence.INVITED: "wait",
        Presence.EXPIRED: "ask",
    },
    CaseState: {state: wait.party for state, wait in WAITS.items()}
    | {
        CaseState.NEEDS_INFO: "ask",
        CaseState.CLOSED: "done",
        CaseState.WITHDRAWN: "",
        CaseState.NOT_ELIGIBLE: "stop",
        CaseState.EXPIRED: "",
    },
    DocumentState: {
        DocumentState.CHECKING: "wait",
        DocumentState.WAITING: Party.COUNSELLOR,
        DocumentState.ACCEPTED: "done",
        DocumentState.REJECTED: "ask",
        DocumentState.QUARANTINED: "stop",
        DocumentState.SUPERSEDED: "",
    },
    RecoveryState: {
        RecoveryState.ASKED: "wait",
        RecoveryState.VOUCHED: Party.COUNSELLOR,
        RecoveryState.SIGNED: Party.COUNSELLOR,
        RecoveryState.APPROVED: "wait",
        RecoveryState.FINISHED: "done",
        RecoveryState.REFUSED: "stop",
        RecoveryState.STOPPED: "stop",
        RecoveryState.EXPIRED: "",
    },
    ReferralState: {
        ReferralState.PROPOSED: Party.MIGRANT,
        ReferralState.SENT: Party.PARTNER,
        ReferralState.ACCEPTED: "done",
        ReferralState.DECLINED: "stop",
        ReferralState.REFUSED: "",
        ReferralState.REVOKED: "",
        ReferralState.ENDED: "",
    },
    SheetState: {
        SheetState.ASKED: "wait",
        SheetState.APPROVED: "you",
        SheetState.REFUSED: "stop",
        SheetState.PRINTED: "done",
        SheetState.EXPIRED: "",
    },
    AppointmentState: {
        AppointmentState.BOOKED: "wait",
        AppointmentState.MOVED: "",
        AppointmentState.CANCELLED: "",
        AppointmentState.HELD: "done",
        AppointmentState.MISSED: "ask",
    },
    Finding: {
        Finding.CONFIRMED: "done",
        Finding.NOT_CONFIRMED: "ask",
        Finding.NOT_NEEDED: "",
    },
    Met: {
        Met.MET: "done",
        Met.NOT_MET: "stop",
        Met.NOT_KNOWN: "ask",
    },
    Result: {
        Result.OPEN: Party.COUNSELLOR,
        Result.DONE: "done",
        Result.NOT_NEEDED: "",
    },
    PlanState: {
        PlanState.DRAFT: Party.PARTNER,
        PlanState.OFFERED: Party.MIGRANT,
        PlanState.AGREED: Party.PARTNER,
        PlanState.SUBMITTED: Party.APPROVER,
        PlanState.APPROVED: "done",
        PlanState.CHANGES_REQUESTED: "ask",
        PlanState.REJECTED: "stop",
        PlanState.AMENDED: "",
        PlanState.CANCELLED: "",
    },
    MilestoneState: {
        MilestoneState.PLANNED: "",
        MilestoneState.REPORTED: Party.COUNSELLOR,
        MilestoneState.VERIFIED: "done",
        MilestoneState.RETURNED: "ask",
        MilestoneState.MISSED: "stop",
        MilestoneState.WAIVED: "",
        MilestoneState.DROPPED: "",
    },
    PaymentState: {
        PaymentState.PLANNED: "",
        PaymentState.REQUESTED: Party.COUNSELLOR,
        PaymentState.VERIFIED: Party.APPROVER,
        PaymentState.APPROVED: Party.COUNSELLOR,
        PaymentState.PAID: Party.MIGRANT,
        PaymentState.RECEIVED: "done",
        PaymentState.NOT_RECEIVED: "stop",
        PaymentState.PROBLEM: "ask",
        PaymentState.DROPPED: "",
    },
    FollowUpState: {
        FollowUpState.PLANNED: "wait",
        FollowUpState.DONE: "done",
        FollowUpState.NO_SHOW: "ask",
        FollowUpState.POSTPONED: "",
        FollowUpState.CANCELLED: "",
    },
    ReportState: {
        ReportState.DRAFT: Party.PARTNER,
        ReportState.SENT: "done",
        ReportState.RETURNED: "ask",
    },
}


def tone(state: enum.StrEnum, reader: Role = Role.MIGRANT) -> str:
    """The tone of a state's tag for this reader: `you`, `wait`, `done`, `ask`, `stop` or none."""
    found = TONES[type(state)][state]
    if isinstance(found, Party):
        return "you" if found.value == reader.value else "wait"
    return found
