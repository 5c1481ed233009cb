"""Words for letters: what each kind is called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.course.letters import Kind

KINDS: dict[Kind, LazyString] = {
    Kind.RECEIPT: _l("Receipt for an application"),
    Kind.ACCEPTED: _l("Decision: application accepted"),
    Kind.DECLINED: _l("Decision: application not accepted"),
    Kind.REVIEW: _l("Receipt for a request for review"),
}
