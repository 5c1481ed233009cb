"""Words for accounts: who somebody is to the programme, and whether they can sign in."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.access.directory import Presence
from portal.domain.access.factors import FactorKind
from portal.domain.accounts import AccountState
from portal.domain.permissions import Role
from portal.domain.telling.contacts import Channel
from portal.domain.telling.notices import NoticeState

ROLES = {
    Role.MIGRANT: _l("Applicant"),
    Role.FAMILY: _l("Family member"),
    Role.COUNSELLOR: _l("Counsellor"),
    Role.APPROVER: _l("Senior counsellor"),
    Role.PARTNER: _l("Partner organisation"),
    Role.MANAGER: _l("Programme manager"),
    Role.AUDITOR: _l("Auditor"),
}

STATES = {
    AccountState.ACTIVE: lazy_pgettext("account", "In use"),
    AccountState.FROZEN: lazy_pgettext("account", "Stopped for safety"),
    AccountState.CLOSED: lazy_pgettext("account", "Closed"),
}

PRESENCES = {
    Presence.ACTIVE: lazy_pgettext("account", "In use"),
    Presence.FROZEN: lazy_pgettext("account", "Stopped for safety"),
    Presence.OFF: lazy_pgettext("account", "Switched off"),
    Presence.INVITED: lazy_pgettext("account", "Invited"),
    Presence.EXPIRED: lazy_pgettext("account", "Invitation too old"),
}

FACTORS = {
    FactorKind.TOTP: _l("Authenticator app"),
    FactorKind.PASSKEY: _l("Passkey"),
    FactorKind.SHEET: _l("Code sheet"),
    FactorKind.RECOVERY: _l("Recovery codes"),
}

CHANNELS = {
    Channel.PORTAL: _l("Only here, in this portal"),
    Channel.EMAIL: _l("E-mail"),
    Channel.SMS: _l("Text message (SMS)"),
    Channel.MESSENGER: _l("Messenger app"),
}

NOTICE_STATES = {
    NoticeState.WAITING: lazy_pgettext("message", "On the way"),
    NoticeState.SENT: lazy_pgettext("message", "Sent"),
    NoticeState.DEAD: lazy_pgettext("message", "Could not be sent"),
}
