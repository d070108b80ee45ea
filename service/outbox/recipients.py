"""Who is owed a mail by a dispatch, as a list: of all, in one state, or with a text in the address.

Whoever has the mail, and whoever waits for it, are many: they are found by address. All others are
few, and their stretches know them. It changes nothing.
"""

from service.kit.db import Tx
from service.outbox import store
from service.outbox.model import Message, MessageState

_MANY = frozenset({MessageState.QUEUED, MessageState.CLAIMED, MessageState.ACCEPTED})
_FEW = 10_000  # of more it is quicker to look at addresses until a page is full


async def listing(
    tx: Tx,
    dispatch_id: int,
    state: MessageState | None,
    q: str,
    after: tuple[str, int] | None,
    limit: int,
) -> list[Message]:
    """Return recipients by address; `after` is (address, id) of the last one seen."""
    address, last = after or ("", 0)
    asked = (dispatch_id, state and state.value, q, address, last, limit)
    if state is None or state in _MANY or await _counted(tx, dispatch_id, state) > _FEW:
        return await store.recipients(tx, *asked)
    return await store.odd_recipients(tx, *asked)


async def count(tx: Tx, dispatch_id: int, state: MessageState | None, q: str) -> int:
    """Return how many there are."""
    if not q:
        return await _counted(tx, dispatch_id, state)
    asked = (dispatch_id, state and state.value, q)
    if state is None or state in _MANY:
        return await store.count_recipients(tx, *asked) or 0
    return await store.count_odd_recipients(tx, *asked) or 0


async def _counted(tx: Tx, dispatch_id: int, state: MessageState | None) -> int:
    return await store.counted(tx, dispatch_id, state and state.value) or 0
