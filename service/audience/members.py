"""Keeping members: organisations, their contacts with functions, and the committees they sit in.

Everything an editor changes by hand. Consent, pauses and suspensions are `actions`.
"""

from datetime import date, datetime

from service.audience import compile as compiler
from service.audience import importing, store
from service.audience.model import (
    Committee,
    CommitteeLine,
    CommitteeRole,
    CommitteeTerm,
    ContactFacts,
    ContactFilter,
    ContactLine,
    District,
    MemberFilter,
    Organisation,
    OrganisationChoice,
    OrganisationFacts,
    OrganisationLine,
    Term,
)
from service.kit.db import Tx
from service.kit.errors import STALE, Conflict, Invalid, NotFound
from service.kit.text import msg, sort_key

PAGE = 50
MOST_OF_ONE_MEMBER = 500
_NO_MEMBER = msg("This member does not exist any more.")
_NO_COMMITTEE = msg("This committee does not exist any more.")


# Organisations


async def by_name(
    tx: Tx, narrowed: MemberFilter, after: tuple[str, int] = ("", 0), limit: int = PAGE
) -> list[OrganisationLine]:
    """Return members in the order of their names, from behind `after` (sort key, id)."""
    return await store.organisations_by_name(tx, *_members(narrowed), *after, limit)


async def by_size(
    tx: Tx, narrowed: MemberFilter, after: tuple[int, int] | None = None, limit: int = PAGE
) -> list[OrganisationLine]:
    """Return members by inhabitants, the largest first, from behind `after` (inhabitants, id)."""
    return await store.organisations_by_size(tx, *_members(narrowed), *(after or (None, 0)), limit)


async def how_many(tx: Tx, narrowed: MemberFilter) -> int:
    return await store.count_organisations(tx, *_members(narrowed)) or 0


async def districts(tx: Tx) -> list[District]:
    return await store.districts(tx)


async def choices(tx: Tx) -> list[OrganisationChoice]:
    """Return every member's name, to choose from."""
    return await store.organisation_choices(tx)


async def organisation(tx: Tx, organisation_id: int) -> Organisation:
    found = await store.organisation(tx, organisation_id)
    if found is None:
        raise NotFound(_NO_MEMBER)
    return found


async def add_organisation(tx: Tx, facts: OrganisationFacts, now: datetime) -> int:
    """Add a member and return its id."""
    return _id(await store.add_organisation(tx, *_told(facts), sort_key(facts.name), now))


async def change_organisation(
    tx: Tx, organisation_id: int, version: int, facts: OrganisationFacts, now: datetime
) -> None:
    """Change a member; raises Conflict where it is no longer as it was when it was read."""
    key = sort_key(facts.name)
    args = (organisation_id, version, *_told(facts), key, now)
    if not await store.change_organisation(tx, *args):
        await organisation(tx, organisation_id)
        raise Conflict(STALE)


async def remove_organisation(tx: Tx, organisation_id: int) -> None:
    """Remove a member that has no contacts; raises Conflict where it has."""
    if not await store.remove_organisation(tx, organisation_id):
        raise NotFound(_NO_MEMBER)


# Contacts


async def contacts(
    tx: Tx,
    narrowed: ContactFilter,
    now: datetime,
    after: tuple[str, int] = ("", 0),
    limit: int = PAGE,
) -> list[ContactLine]:
    """Return contacts in the order of their names, from behind `after` (sort key, id)."""
    return await store.contacts(tx, *_contacts(narrowed), now, *after, limit)


async def how_many_contacts(tx: Tx, narrowed: ContactFilter, now: datetime) -> int:
    return await store.count_contacts(tx, *_contacts(narrowed), now) or 0


async def contacts_of(tx: Tx, organisation_id: int) -> list[ContactLine]:
    return await store.contacts_of(tx, organisation_id, MOST_OF_ONE_MEMBER)


async def add_contact(tx: Tx, facts: ContactFacts, now: datetime) -> int:
    """Add a contact and return its id; it gets no mail before it has a subscription."""
    words = (facts.organisation_id, facts.email, facts.label, facts.salutation, facts.language)
    contact_id = _id(await store.add_contact(tx, *words, _key(facts), now))
    await _give(tx, contact_id, facts)
    return contact_id


async def change_contact(
    tx: Tx, contact_id: int, version: int, facts: ContactFacts, now: datetime
) -> None:
    """Change a contact; raises Conflict where it is no longer as it was when it was read."""
    words = (facts.organisation_id, facts.email, facts.label, facts.salutation, facts.language)
    if not await store.change_contact(tx, contact_id, version, *words, _key(facts), now):
        found = await store.contact(tx, contact_id)
        if found is None or found.erased_at is not None:
            raise NotFound(msg("This contact does not exist any more."))
        raise Conflict(STALE)
    await _give(tx, contact_id, facts)


async def erase(tx: Tx, contact_id: int, now: datetime) -> None:
    """Forget a person: no name, no address; what was sent stays as a number."""
    await store.forget_rows_of(tx, contact_id)
    if not await store.erase_contact(tx, contact_id, now):
        raise NotFound(msg("This contact does not exist any more."))
    await store.blank_suspensions(tx, contact_id)
    await store.drop_functions(tx, contact_id, [])
    await store.drop_topics(tx, contact_id, [])


async def functions(tx: Tx) -> list[Term]:
    return await store.functions(tx)


async def functions_of(tx: Tx, contact_id: int) -> list[Term]:
    return await store.functions_of(tx, contact_id)


async def add_function(tx: Tx, title: str, slug: str = "") -> int:
    """Add a function, or return the one of that short name."""
    return _id(await store.add_function(tx, slug or short_name(title), title))


# Committees


async def committees(tx: Tx, now: datetime, words: str = "") -> list[CommitteeLine]:
    """Return the committees with how many sit in each today."""
    return await store.committees(tx, compiler.day_of(now), sort_key(words.strip()))


async def committee(tx: Tx, committee_id: int) -> Committee:
    found = await store.committee(tx, committee_id)
    if found is None:
        raise NotFound(_NO_COMMITTEE)
    return found


async def add_committee(tx: Tx, name: str, purpose: str, slug: str = "") -> int:
    return _id(
        await store.add_committee(tx, slug or short_name(name), name, purpose, sort_key(name))
    )


async def change_committee(tx: Tx, committee_id: int, name: str, purpose: str) -> None:
    """Change a committee's words; its short name stays, because segments name it."""
    if not await store.change_committee(tx, committee_id, name, purpose, sort_key(name)):
        raise NotFound(_NO_COMMITTEE)


async def terms_in(tx: Tx, committee_id: int, now: datetime) -> list[CommitteeTerm]:
    """Return who sits in a committee, those in office today first."""
    return await store.terms_in(tx, committee_id, compiler.day_of(now))


async def terms_of(tx: Tx, contact_id: int) -> list[CommitteeTerm]:
    return await store.terms_of(tx, contact_id)


async def appoint(
    tx: Tx,
    committee_id: int,
    contact_id: int,
    role: CommitteeRole,
    term: tuple[date, date | None],
) -> int:
    """Give a contact a term in a committee: from its first day to its last, if that is known."""
    return _id(await store.appoint(tx, committee_id, contact_id, role, *_term(term)))


async def change_term(
    tx: Tx,
    committee_id: int,
    term_id: int,
    role: CommitteeRole,
    term: tuple[date, date | None],
) -> None:
    if not await store.change_term(tx, term_id, committee_id, role, *_term(term)):
        raise NotFound(msg("This term does not exist any more."))


async def remove_term(tx: Tx, committee_id: int, term_id: int) -> None:
    """Remove a term that was entered by mistake; whoever leaves gets a last day instead."""
    if not await store.remove_term(tx, term_id, committee_id):
        raise NotFound(msg("This term does not exist any more."))


def short_name(title: str) -> str:
    """Return a title as a word for rules and addresses: «Runder Tisch» → «runder-tisch»."""
    slug = importing.short_name(title)
    if not slug:
        raise Invalid.of("name", msg("A name needs at least one letter or digit."))
    return slug


def _term(term: tuple[date, date | None]) -> tuple[date, date | None]:
    since, until = term
    if until is not None and until < since:
        raise Invalid.of("until", msg("A term cannot end before it begins."))
    return term


def _members(narrowed: MemberFilter) -> tuple[object, ...]:
    return (_words(narrowed.words), narrowed.kind, narrowed.canton, narrowed.district)


def _contacts(narrowed: ContactFilter) -> tuple[object, ...]:
    return (_words(narrowed.words), narrowed.function_id, narrowed.state)


def _words(typed: str) -> str:
    return sort_key(typed.strip())


def _told(facts: OrganisationFacts) -> tuple[object, ...]:
    place = (facts.canton, facts.district, facts.bfs_nr, facts.population)
    return (facts.kind, facts.name, *place, facts.language)


def _key(facts: ContactFacts) -> str:
    return sort_key(facts.label or facts.email or "")


async def _give(tx: Tx, contact_id: int, facts: ContactFacts) -> None:
    await store.drop_functions(tx, contact_id, list(facts.functions))
    await store.give_functions(tx, contact_id, list(facts.functions))
    await store.drop_topics(tx, contact_id, list(facts.topics))
    await store.give_topics(tx, contact_id, list(facts.topics))


def _id(value: int | None) -> int:
    if value is None:
        raise NotFound(msg("This was removed in the meantime."))
    return value
