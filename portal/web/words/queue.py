"""What the queue says: its filters, its orders, and what two files have in common."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.desk.filters import Careful, Leave, Silence, Sort
from portal.domain.findable import Alike

SORTS = {
    Sort.DUE: _l("The date that comes first"),
    Sort.CONTACT: _l("Longest without contact"),
    Sort.LEAVE: _l("Must leave soonest"),
    Sort.NEWEST: _l("Newest first"),
    Sort.OLDEST: _l("Oldest first"),
}

CAREFULS = {
    Careful.YES: lazy_pgettext("special needs", "Yes"),
    Careful.NO: lazy_pgettext("special needs", "None known"),
}

LEAVES = {
    Leave.PAST: _l("Is over"),
    Leave.WEEK: _l("Within 7 days"),
    Leave.MONTH: _l("Within 30 days"),
    Leave.LATER: _l("Later than in 30 days"),
    Leave.NONE: _l("No such date"),
}

SILENCES = {
    Silence.WEEK: _l("7 days ago or longer"),
    Silence.FORTNIGHT: _l("14 days ago or longer"),
    Silence.MONTH: _l("30 days ago or longer"),
    Silence.LONG: _l("60 days ago or longer"),
}

ALIKE = {
    Alike.NAME_AND_BIRTH: _l("Same date of birth, and names that sound the same"),
    Alike.PAPER: _l("Same number of a travel document"),
}

FILTERS = {
    "state": _l("State"),
    "country": _l("Returns to"),
    "speaks": _l("Language"),
    "careful": _l("Special needs or care"),
    "leave": _l("Must leave Estonia"),
    "partner": _l("Partner organisation"),
    "silence": _l("Last contact"),
    "sort": _l("Order"),
}
"""What a filter is called, by its name in addresses."""
