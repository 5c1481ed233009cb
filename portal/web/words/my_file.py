"""Words for one's own data: the copy of it, and requests to correct or delete."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.own.data_requests import RequestKind, RequestState
from portal.domain.own.my_file import ExportState

EXPORTS = {
    ExportState.WAITING: lazy_pgettext("copy of my data", "Being prepared"),
    ExportState.READY: lazy_pgettext("copy of my data", "Ready"),
    ExportState.FETCHED: lazy_pgettext("copy of my data", "Downloaded"),
    ExportState.EXPIRED: lazy_pgettext("copy of my data", "Erased"),
    ExportState.FAILED: lazy_pgettext("copy of my data", "Did not work"),
}

KINDS = {
    RequestKind.CORRECT: _l("Correct something"),
    RequestKind.DELETE: _l("Delete what may be deleted"),
}

STATES = {
    RequestState.RECEIVED: lazy_pgettext("request about data", "Waiting for an answer"),
    RequestState.FULFILLED: lazy_pgettext("request about data", "Done"),
    RequestState.PARTLY: lazy_pgettext("request about data", "Done in part"),
    RequestState.REFUSED: lazy_pgettext("request about data", "Not done"),
}
