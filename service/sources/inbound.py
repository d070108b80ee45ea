"""Sources that write to us: each has a secret address, and whoever knows it can send news.

The secret is all that protects it; a new one can be made at any time. Nothing is sent from here.
"""

from datetime import datetime

from service.kit.confine import Confined
from service.kit.db import Tx
from service.kit.errors import Conflict
from service.kit.text import msg
from service.sources import fetch as fetching
from service.sources import mailing, store
from service.sources.model import Answer, FetchOutcome, Source, SourceKind, SourceState
from service.sources.readers import reading


async def by_token(tx: Tx, token: str) -> Source | None:
    """Return the source whose address holds this secret; None where there is none (any more)."""
    if not mailing.is_token(token):
        return None
    known = await store.id_of_url(tx, mailing.url(token))
    return None if known is None else (await store.by_ids(tx, [known]))[0]


async def renew(tx: Tx, source_id: int) -> None:
    """Give a source a new secret address; mail to the old one is no news any more."""
    known = await store.by_ids(tx, [source_id])
    if [one.kind for one in known] != [SourceKind.MAIL]:
        raise Conflict(msg("Only a source that writes by mail has an address of its own."))
    await store.readdress(tx, source_id, mailing.url(mailing.new_token()))


async def read(readers: Confined, source: Source, mail: bytes, now: datetime) -> Answer:
    """Read a mail that came to a source; a paused one takes nothing in."""
    if source.state is not SourceState.ACTIVE:
        return Answer(FetchOutcome.UNCHANGED, size=len(mail))
    request = reading.Request(SourceKind.MAIL, mail, now, language=source.language)
    found = await fetching.read(readers, request)
    outcome = FetchOutcome.FAILED if found.trouble else FetchOutcome.READ
    return Answer(outcome, found.trouble, found, size=len(mail))
