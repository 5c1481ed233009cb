"""News of the viewer's account that is read on the page it tells of: no banner leads there once more."""

from dataclasses import replace

from portal.domain.permissions import Act
from portal.domain.telling import notices
from portal.web import current


def is_there() -> bool:
    """Whether anything is new for the viewer: then a page that is read asks for a writing session first."""
    found = current.signed_in()
    return found is not None and found.arrival.has_news


def read_here(act: Act) -> None:
    """What this kind of news tells of stands on this page, and is read now. From here on the page reads."""
    found = current.signed_in()
    if found is None or not is_there():
        return
    session, viewer = current.db_session(), current.viewer()
    notices.mark_kind_read(session, viewer, act)
    found.arrival = replace(found.arrival, has_news=bool(notices.unread(session, viewer)))
    current.write_down()
