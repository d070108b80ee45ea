"""Whether the counts that are kept by stretch are those of the rows, at one instant."""

from service.kit.db import Tx

_WRONG = """
with kept as (
    select dispatch_id, state, sum(messages) as messages from message_count group by 1, 2
), true_ones as (
    select dispatch_id, state, count(*)::numeric as messages from message group by 1, 2
), wrong as (
    (select * from kept except select * from true_ones)
    union
    (select * from true_ones except select * from kept)
)
select coalesce(array_agg(format('%s %s: %s', dispatch_id, state, messages)), '{}') from wrong
"""


async def wrong(tx: Tx) -> list[str]:
    """Return every number that differs, as kept and as it is; empty where all is well."""
    found: list[str] = await tx.fetchval(_WRONG)
    return found
