"""The delivery of a notice: in the person's language, at an hour that is safe for them."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.domain.telling import notices
from portal.domain.telling.notices import Letter, NotSent
from portal.queue import NotYet
from portal.web.words.notices import told
from portal.wiring import Wiring

Effect = Callable[[Session], None]


def deliver(wiring: Wiring, notice_id: int) -> Effect:
    """Hand a notice over, with no transaction open; what follows from it is the effect that is returned.

    Raises NotYet outside of the person's safe hours, and NotSent. If the portal dies between the two, the
    notice goes out again with the same mark: rather twice than never.
    """
    with wiring.reading() as session:
        found = notices.waiting(session, notice_id)
    if found is None:
        return lambda session: None
    if notices.is_unwanted(found):
        return lambda session: notices.withdraw(session, notice_id)
    if later := notices.safe_at(found):
        raise NotYet(later)
    carrier = wiring.carriers.get(found.notice.channel)
    if carrier is None:
        raise NotSent("ChannelNotSetUp", for_good=True)
    text = told(found.notice.act, found.account.language)
    carrier.send(Letter(found.notice.mark, found.notice.address or "", text.subject, text.body))
    return lambda session: notices.sent(session, notice_id)
