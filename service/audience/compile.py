# ruff: noqa: S608 - the parts are names from the tables below; values are always parameters
"""A segment read as SQL: the only place where SQL is put together from parts.

Only names from the tables below enter the text; every value of a segment is a parameter. Each leaf
is wrapped in coalesce(…, false): SQL's third truth value made `not (population >= 2000)` lose the
members without a population, where `match` keeps them.

The conditions speak of `c` (contact) and `o` (its organisation, perhaps none).
"""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from service.audience import expression as tree
from service.audience.expression import FIELDS, Expression, FieldType, Leaf
from service.audience.model import GREETINGS, LeftOut
from service.kit import localtime

MOST_VARIANTS = 62  # one bit of a bigint each, the sign left alone

_COLUMNS = {
    "kind": "o.kind::text",
    "canton": "o.canton",
    "district": "o.district",
    "organisation": "o.name",
    "bfs_nr": "o.bfs_nr",
    "population": "o.population",
    "language": "c.language",
}
_SETS = {
    "function": (
        "select x.contact_id from contact_function x join function w on w.id = x.function_id"
    ),
    "topic": "select x.contact_id from contact_topic x join topic w on w.id = x.topic_id",
    "committee": (
        "select x.contact_id from committee_member x join committee w on w.id = x.committee_id"
        " where x.since <= {today} and (x.until is null or x.until >= {today})"
    ),
}
_FROM = "contact c left join organisation o on o.id = c.organisation_id"


class Sql(msgspec.Struct, frozen=True):
    text: str
    params: tuple[object, ...]


class Conditions:
    """Turns trees into conditions and gathers their parameters."""

    def __init__(self, now: datetime) -> None:
        self.params: list[object] = []
        self._now = now
        self._placed: dict[str, str] = {}

    def place(self, value: object, kind: str) -> str:
        """Add a parameter and return its placeholder."""
        self.params.append(value)
        return f"${len(self.params)}::{kind}"

    def now(self) -> str:
        """Return the placeholder of the present instant, made on first use."""
        if "now" not in self._placed:
            self._placed["now"] = self.place(self._now, "timestamptz")
        return self._placed["now"]

    def today(self) -> str:
        """Return the placeholder of the day in Switzerland, made on first use."""
        if "today" not in self._placed:
            self._placed["today"] = self.place(day_of(self._now), "date")
        return self._placed["today"]

    def of(self, expression: Expression) -> str:
        """Return the condition of a tree, in brackets where it needs them."""
        match expression:
            case tree.Everyone():
                return "true"
            case tree.Not(part):
                return f"not {self.of(part)}"
            case tree.All(parts):
                return "(" + " and ".join(self.of(part) for part in parts) + ")"
            case tree.Some(parts):
                return "(" + " or ".join(self.of(part) for part in parts) + ")"
            case _:
                return f"coalesce({self._leaf(expression)}, false)"

    def _leaf(self, leaf: Leaf) -> str:
        if leaf.field in _SETS:
            return self._set(leaf)
        column = _COLUMNS[leaf.field]
        kind = "integer" if FIELDS[leaf.field].type is FieldType.NUMBER else "text"
        match leaf:
            case tree.OneOf(_, values):
                return f"{column} = any({self.place(list(values), kind + '[]')})"
            case tree.Compare(_, operator, bound) if operator in {"<", "<=", ">", ">="}:
                return f"{column} {operator} {self.place(bound, kind)}"
            case tree.Missing():
                return f"{column} is null" if kind == "integer" else f"coalesce({column}, '') = ''"
        raise AssertionError(leaf)

    def _set(self, leaf: Leaf) -> str:
        rows = _SETS[leaf.field]
        if "{today}" in rows:
            rows = rows.format(today=self.today())
        if isinstance(leaf, tree.Missing):
            return f"c.id not in ({rows})"
        wanted = self.place(list(leaf.values) if isinstance(leaf, tree.OneOf) else [], "text[]")
        link = "and" if " where " in rows else "where"
        return f"c.id in ({rows} {link} w.slug = any({wanted}))"


def counting(expressions: Sequence[Expression], now: datetime) -> Sql:
    """Count in one pass whom each segment picks: contacts and members, two columns each."""
    conditions = Conditions(now)
    inner = [
        f"count(*) filter (where {conditions.of(expression)}) as n{i}"
        for i, expression in enumerate(expressions)
    ]
    outer = [
        f"coalesce(sum(n{i}), 0)::int, count(member) filter (where n{i} > 0)::int"
        for i in range(len(expressions))
    ]
    return _sql(
        f"select {', '.join(outer)} from (select c.organisation_id as member, {', '.join(inner)}"
        f" from {_FROM} where c.erased_at is null group by c.organisation_id) per_member",
        conditions,
    )


def sampling(expression: Expression, now: datetime, most: int) -> Sql:
    """List the first of those a segment picks, in order of their member's name."""
    conditions = Conditions(now)
    where = conditions.of(expression)
    limit = conditions.place(most, "int")
    return _sql(
        f"select c.id, c.label, coalesce(o.name, ''), c.email from {_FROM}"
        f" where c.erased_at is null and {where}"
        f" order by o.sort_key nulls last, c.sort_key, c.id limit {limit}",
        conditions,
    )


def selecting(
    newsletter_id: int, where: Sequence[Expression], blocks: Sequence[Expression], now: datetime
) -> Sql:
    """Fill `candidate` with all who match and ever subscribed, and why some are left out.

    `variant` has bit i set where `blocks[i]` picks the contact.
    """
    if len(blocks) > MOST_VARIANTS:
        raise ValueError(f"at most {MOST_VARIANTS} block segments")
    conditions = Conditions(now)
    newsletter = conditions.place(newsletter_id, "bigint")
    greetings = conditions.place(GREETINGS, "jsonb")
    bits = [f"case when {conditions.of(b)} then {1 << i} else 0 end" for i, b in enumerate(blocks)]
    met = " and ".join(conditions.of(part) for part in where) or "true"
    return _sql(
        "insert into candidate (contact_id, address, salutation, language, reason, variant)"
        " select c.id, coalesce(c.email, ''),"
        f" coalesce(nullif(c.salutation, ''), {greetings} ->> c.language, {greetings} ->> 'en'),"
        f" c.language, {_reason(conditions.now())}, ({' | '.join(bits) or '0'})::bigint"
        " from subscription s join contact c on c.id = s.contact_id"
        " left join organisation o on o.id = c.organisation_id"
        f" where s.newsletter_id = {newsletter} and c.erased_at is null and {met}",
        conditions,
    )


def covering(newsletter_ids: Sequence[int], where: Sequence[Expression], now: datetime) -> Sql:
    """List, for each newsletter, each member that a rule picks, with how many people get it.

    A member without any contact is listed, too.
    """
    conditions = Conditions(now)
    newsletters = conditions.place(list(newsletter_ids), "bigint[]")
    met = " and ".join(conditions.of(part) for part in where) or "true"
    return _sql(
        "select n.id, o.id, o.name, o.kind::text, count(e.contact_id)::int"
        " from organisation o left join contact c on c.organisation_id = o.id"
        f" cross join unnest({newsletters}) n (id)"
        " left join eligible_subscription e on e.contact_id = c.id and e.newsletter_id = n.id"
        f" and (e.paused_until is null or e.paused_until <= {conditions.now()})"
        f" where {met} group by n.id, o.id order by o.sort_key, o.id",
        conditions,
    )


def _reason(now: str) -> str:
    return (
        f"case when c.email is null then '{LeftOut.NO_ADDRESS}'"
        f" when s.state = 'ended' then '{LeftOut.UNSUBSCRIBED}'"
        f" when s.state = 'pending' then '{LeftOut.UNCONFIRMED}'"
        " when c.id in (select p.contact_id from suspension p where p.lifted_at is null)"
        f" then '{LeftOut.SUSPENDED}'"
        f" when c.paused_until > {now} then '{LeftOut.PAUSED}' end"
    )


def _sql(text: str, conditions: Conditions) -> Sql:
    return Sql(text, tuple(conditions.params))


def day_of(now: datetime) -> date:
    """Return the Swiss day on which terms in committees are judged."""
    return localtime.local(now).date()
