"""Photos of a talk or visit, added where the returnee allows them, and seen while she does."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.domain import documents
from portal.domain.cases import Case
from portal.domain.documents import PREVIEW
from portal.domain.support import monitoring, photos
from portal.domain.support.monitoring import FollowUp
from portal.pages.partner.room import NUMBER, bp, open_arrived
from portal.programme import DocumentKind
from portal.web import current
from portal.web.forms import Form, Needed
from portal.web.parts import answer_stamped
from portal.web.sending import FileSent, keep_file

TALK = f"/cases/<reference>/talks/<{NUMBER}:number>/photos"
PHOTO = f"{TALK}/<{NUMBER}:document_id>"
SIZES = {"small": PREVIEW, "large": 1}


class PhotoForm(Form):
    """A photo; without a script one at a time."""

    file = FileSent(_l("Choose a photo"), [Needed(_l("Choose a file."))])


@bp.get(TALK)
def show_photos(reference: str, number: int) -> ResponseReturnValue:
    """The photos of one talk, and whether others may be added."""
    case = open_arrived(reference)
    talk = monitoring.find(current.db_session(), case, number, viewer=current.viewer())
    return render_template("partner/photos.html", form=PhotoForm(formdata=None), **_page(case, talk))


@bp.post(TALK)
def add_photo(reference: str, number: int) -> ResponseReturnValue:
    """Without a script the whole file comes with the form; with one it goes to /uploads/ in pieces."""
    case, viewer, session = open_arrived(reference), current.viewer(), current.db_session()
    talk, form = photos.to_add(session, case, number, by=viewer), PhotoForm()
    if not form.validate():
        return render_template("partner/photos.html", form=form, **_page(case, talk)), form.file.status
    keep_file(session, case, DocumentKind.TALK_PHOTO, form.file.data, follow_up_id=talk.id, by=viewer)
    return redirect(url_for(".show_photos", reference=case.reference, number=talk.id), 303)


def _page(case: Case, talk: FollowUp) -> dict[str, Any]:
    session, viewer = current.db_session(), current.viewer()
    taken = photos.of_case(session, case, viewer=viewer).get(talk.id, ())
    return {
        "case": case,
        "talk": talk,
        "photos": taken,
        "pictures": documents.with_pictures(session, taken),
        "consent": photos.consent(session, case),
        "kind": DocumentKind.TALK_PHOTO,
        "may_add": photos.may_add(session, case, talk, by=viewer),
    }


@bp.get(PHOTO)
def show_photo(reference: str, number: int, document_id: int) -> ResponseReturnValue:
    """One photo, in the page."""
    case, viewer, session = open_arrived(reference), current.viewer(), current.db_session()
    talk = monitoring.find(session, case, number, viewer=viewer)
    photo = photos.find(session, case, document_id, of=talk, viewer=viewer)
    return render_template("partner/photo.html", case=case, talk=talk, photo=photo)


@bp.get(f"{PHOTO}/<any({','.join(SIZES)}):size>")
def photo_picture(reference: str, number: int, document_id: int, size: str) -> ResponseReturnValue:
    """It as a picture with who looks burnt into it. That it was opened is written down."""
    case, viewer, session = open_arrived(reference), current.viewer(), current.db_session(writing=True)
    talk = monitoring.find(session, case, number, viewer=viewer)
    photo = photos.find(session, case, document_id, of=talk, viewer=viewer)
    part = documents.open_part(session, photo, SIZES[size], by=viewer)
    session.commit()
    return answer_stamped(photo, part, case, documents.purpose_of(photo, viewer))
