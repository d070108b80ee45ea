"""Plants members, contacts, committees and subscriptions: whole lists at once, in one transaction.

The demo's exception to "a table has one writing stage": the audience's own actions speak of one
contact at a time, which would take minutes for two thousand.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from service.demo import members
from service.demo.members import Contact, Membership
from service.kit import sql
from service.kit.db import Tx
from service.kit.text import sort_key

BASIS = "Information der Mitglieder nach Art. 4 der Statuten; Adresse vom Mitglied gemeldet."
REGISTER = "Mitgliederverzeichnis der Konferenz (Demo)"

_q = sql.beside(__file__, "people.sql")
is_empty = _q.value("is_empty", bool)
_add_functions = _q.run("add_functions")
_add_topics = _q.run("add_topics")
_add_organisations = _q.run("add_organisations")
_add_contacts = _q.run("add_contacts")
_give_functions = _q.run("give_functions")
_give_topics = _q.run("give_topics")
_add_committees = _q.run("add_committees")
_appoint = _q.run("appoint")
_subscribe = _q.run("subscribe")
_pause = _q.run("pause")
_suspend = _q.run("suspend")


async def plant(tx: Tx, membership: Membership, now: datetime) -> None:
    """Plant everybody there is; the tables are empty."""
    organisations = members.organisations(membership)
    contacts = members.contacts(membership, organisations)
    await _add_functions(
        tx, [{"slug": slug, "title": title} for slug, title in membership.functions.items()]
    )
    await _add_topics(
        tx,
        [
            {**msgspec.to_builtins(topic), "position": place}
            for place, topic in enumerate(membership.topic, start=1)
        ],
    )
    await _add_organisations(tx, _sortable(organisations, "name"), now - timedelta(days=900))
    await _plant_contacts(tx, contacts, now)
    await _plant_committees(tx, membership, now)
    await _pause(tx, now + timedelta(days=60), members.GONE)
    await _suspend(tx, now - timedelta(days=35), members.GONE)


async def subscribe(tx: Tx, newsletter_id: int, functions: Sequence[str], now: datetime) -> None:
    """Subscribe everybody who holds one of the offices, two years ago; a few have left since."""
    since, left = now - timedelta(days=700), now - timedelta(days=120)
    await _subscribe(tx, newsletter_id, list(functions), since, left, BASIS, REGISTER, members.GONE)


async def _plant_contacts(tx: Tx, contacts: list[Contact], now: datetime) -> None:
    rows = _sortable(contacts, "label")
    await _add_contacts(tx, rows, now - timedelta(days=800))
    await _give_functions(tx, rows)
    await _give_topics(tx, rows)


async def _plant_committees(tx: Tx, membership: Membership, now: datetime) -> None:
    await _add_committees(tx, _sortable(membership.committee, "name"))
    since = (now - timedelta(days=500)).date()
    seats = [
        {"committee": committee.slug, "email": email, "role": role, "since": since}
        for committee in membership.committee
        for role, emails in (("chair", (committee.chair,)), ("member", committee.members))
        for email in emails
    ]
    await _appoint(tx, seats)


def _sortable(things: Sequence[msgspec.Struct], name: str) -> list[dict[str, object]]:
    return [
        {**msgspec.to_builtins(thing), "sort_key": sort_key(getattr(thing, name))}
        for thing in things
    ]
