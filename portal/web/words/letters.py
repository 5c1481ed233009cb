"""Words for letters: what each kind is called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.course.letters import Kind

KINDS: dict[Kind, LazyString] = {
    Kind.RECEIPT: _l("Receipt for an application"),
}
