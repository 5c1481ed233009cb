"""Pages of the documentation that are printed from the tables they describe."""

from collections.abc import Iterator, Mapping
from typing import Any

from portal.domain.course.lifecycle import CASE_STEPS, WAITS
from portal.domain.deciding import DOCUMENT_STEPS
from portal.domain.permissions import MAY, Act, Role
from portal.domain.steps import Step
from portal.domain.support.approval import PLAN_STEPS
from portal.domain.support.field_rights import RIGHTS, Stage
from portal.domain.support.grants import MILESTONE_STEPS, PAYMENT_STEPS
from portal.domain.support.monitoring import FOLLOW_UP_STEPS
from portal.domain.support.referrals import REFERRAL_STEPS
from portal.domain.support.reports import REPORT_STEPS

TABLES: dict[str, Mapping[Act, Step[Any]]] = {
    "Case": CASE_STEPS,
    "Document": DOCUMENT_STEPS,
    "Referral": REFERRAL_STEPS,
    "Reintegration plan": PLAN_STEPS,
    "Milestone": MILESTONE_STEPS,
    "Payment": PAYMENT_STEPS,
    "Talk after the return": FOLLOW_UP_STEPS,
    "Final report": REPORT_STEPS,
}


def lifecycle() -> str:
    """docs/lifecycle.md: every step of every noun, and who must act in which state of a case."""
    return "\n".join(_lifecycle()) + "\n"


def _lifecycle() -> Iterator[str]:
    yield "# Lifecycles\n"
    yield "Printed by `portal lifecycle` from the tables in `portal/domain/`; a test keeps it equal.\n"
    for noun, steps in TABLES.items():
        yield f"## {noun}\n\n| act | by | from | to | needs |\n|---|---|---|---|---|"
        for act, step in steps.items():
            leaves = ", ".join(sorted(step.leaves))
            yield f"| {act} | {_roles(act)} | {leaves} | {step.enters} | {_needs(step)} |"
        yield ""
    yield "## Who must act, by which clock of the programme\n"
    yield "| state of the case | who | clock |\n|---|---|---|"
    for state, wait in WAITS.items():
        yield f"| {state} | {wait.party} | {wait.clock or '-'} |"


def _roles(act: Act) -> str:
    return ", ".join(sorted(MAY[act])) or "the clock"


def _needs(step: Step[Any]) -> str:
    named = [need.__name__.strip("_").replace("_", " ") for need in step.needs]
    return "; ".join([*named, *(["words that say why"] if step.reasoned else [])])


def permissions() -> str:
    """docs/permissions.md: every act and the roles it is for."""
    return "\n".join(_permissions()) + "\n"


def _permissions() -> Iterator[str]:
    roles = list(Role)
    yield "# Permissions\n"
    yield "Printed by `portal permissions` from `portal/domain/permissions.py`; a test keeps it equal.\n"
    yield "An act that no role may do is the portal's own: a job or the clock.\n"
    yield f"| act | {' | '.join(roles)} |\n|---{'|---' * len(roles)}|"
    for act, allowed in MAY.items():
        yield f"| {act} | {' | '.join('yes' if role in allowed else '' for role in roles)} |"


def field_rights() -> str:
    """docs/field-rights.md: what is known of a person, and who reads it from when."""
    return "\n".join(_field_rights()) + "\n"


def _field_rights() -> Iterator[str]:
    yield "# Field rights\n"
    yield "Printed by `portal field-rights` from `portal/domain/support/field_rights.py`.\n"
    yield "Of cases that exist for the reader (`cases.visible_to`). `if agreed`: only when the migrant ticked"
    yield "it on the sharing receipt, has not taken it back, and the last day of sharing is not past; photos:"
    yield "only while the consent to photos of talks stands. Family members, managers and auditors read no"
    yield "case, so nothing here. A test keeps this page equal.\n"
    columns = [*(f"partner, {stage}" for stage in Stage), "counsellor, approver", "whose case it is"]
    yield f"| field | {' | '.join(columns)} |\n|---{'|---' * len(columns)}|"
    for field, one in RIGHTS.items():
        said = (one.offered, one.accepted, one.arrived, one.counsel, one.migrant)
        yield f"| {field} | {' | '.join(said)} |"
