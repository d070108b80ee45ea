"""The audience in PostgreSQL: one typed function per statement, and the segments' composed SQL.

Decides nothing. Only the actions speak to it.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from service.audience import compile as compiler
from service.audience.importing import FateCount, Import, ImportRow
from service.audience.model import (
    Ask,
    Committee,
    CommitteeLine,
    CommitteeTerm,
    Consent,
    Contact,
    ContactLine,
    Count,
    Covered,
    District,
    Organisation,
    OrganisationChoice,
    OrganisationLine,
    Person,
    Sampled,
    Subscription,
    Suspension,
    Term,
    Word,
)
from service.kit import sql
from service.kit.db import CONSTRAINTS, Tx
from service.kit.text import msg

CONSTRAINTS |= {
    "organisation_name_key": msg("There is a member of this name in this canton already."),
    "organisation_bfs_nr_key": msg("Another member has this BFS number already."),
    "contact_email_key": msg("Another contact has this address already."),
    "contact_email_plain": msg("This is no usable mail address."),
    "contact_organisation_id_fkey": msg(
        "This member still has contacts, or exists no longer. Move the contacts first."
    ),
    "committee_slug_key": msg("There is a committee with this short name already."),
    "committee_member_term": msg("A term cannot end before it begins."),
    "committee_member_once": msg("This contact has a term that begins on this day already."),
    "committee_member_contact_id_fkey": msg("This contact exists no longer."),
    "subscription_newsletter_id_fkey": msg("This newsletter exists no longer."),
}

_members = sql.beside(__file__)
organisation = _members.one("organisation", Organisation)
organisations_by_name = _members.many("organisations_by_name", OrganisationLine)
organisations_by_size = _members.many("organisations_by_size", OrganisationLine)
count_organisations = _members.value("count_organisations", int)
organisation_choices = _members.many("organisation_choices", OrganisationChoice)
districts = _members.many("districts", District)
add_organisation = _members.value("add_organisation", int)
change_organisation = _members.run("change_organisation")
remove_organisation = _members.run("remove_organisation")
contact = _members.one("contact", Contact)
contact_by_email = _members.value("contact_by_email", int)
contacts = _members.many("contacts", ContactLine)
count_contacts = _members.value("count_contacts", int)
contacts_of = _members.many("contacts_of", ContactLine)
add_contact = _members.value("add_contact", int)
change_contact = _members.run("change_contact")
change_language = _members.run("change_language")
pause = _members.run("pause")
erase_contact = _members.run("erase_contact")
blank_suspensions = _members.run("blank_suspensions")
functions = _members.many("functions", Term)
functions_of = _members.many("functions_of", Term)
add_function = _members.value("add_function", int)
drop_functions = _members.run("drop_functions")
give_functions = _members.run("give_functions")
topics = _members.many("topics", Term)
topics_of = _members.many("topics_of", Term)
drop_topics = _members.run("drop_topics")
give_topics = _members.run("give_topics")
person = _members.one("person", Person)
vocabulary = _members.many("vocabulary", Word)

_committees = sql.beside(__file__, "committees.sql")
committees = _committees.many("committees", CommitteeLine)
committee = _committees.one("committee", Committee)
add_committee = _committees.value("add_committee", int)
change_committee = _committees.run("change_committee")
terms_in = _committees.many("terms_in", CommitteeTerm)
terms_of = _committees.many("terms_of", CommitteeTerm)
appoint = _committees.value("appoint", int)
change_term = _committees.run("change_term")
remove_term = _committees.run("remove_term")

_subscriptions = sql.beside(__file__, "subscriptions.sql")
subscriptions = _subscriptions.many("subscriptions", Subscription)
subscription = _subscriptions.one("subscription", Subscription)
lock_contact = _subscriptions.value("lock_contact", int)
set_subscription = _subscriptions.run("set_subscription")
enrol_all = _subscriptions.values("enrol_all", int)
record_consents = _subscriptions.run("record_consents")
consents = _subscriptions.many("consents", Consent)
suspensions = _subscriptions.many("suspensions", Suspension)
suspend = _subscriptions.run("suspend")
lift = _subscriptions.run("lift")
add_request = _subscriptions.value("add_request", int)
request = _subscriptions.one("request", Ask)
confirm_request = _subscriptions.run("confirm_request")
count_ask = _subscriptions.value("count_ask", int)
forget_asks = _subscriptions.run("forget_asks")
forget_unconfirmed = _subscriptions.value("forget_unconfirmed", int)

_imports = sql.beside(__file__, "imports.sql")
add_import = _imports.value("add_import", int)
import_of = _imports.one("import_of", Import)
recent_imports = _imports.many("recent_imports", Import)
lock_import = _imports.value("lock_import", int)
add_rows = _imports.run("add_rows")
match_rows = _imports.run("match_rows")
judge_rows = _imports.run("judge_rows")
refuse_shared_numbers = _imports.run("refuse_shared_numbers")
fates = _imports.many("fates", FateCount)
rows_of = _imports.many("rows_of", ImportRow)
new_functions = _imports.values("new_functions", str)
insert_functions = _imports.run("insert_functions")
insert_organisations = _imports.run("insert_organisations")
find_organisations = _imports.run("find_organisations")
update_organisations = _imports.run("update_organisations")
insert_contacts = _imports.run("insert_contacts")
find_contacts = _imports.run("find_contacts")
update_contacts = _imports.run("update_contacts")
drop_functions_of_rows = _imports.run("drop_functions_of_rows")
give_functions_of_rows = _imports.run("give_functions_of_rows")
contacts_of_rows = _imports.values("contacts_of_rows", int)
applied = _imports.run("applied")
forget_imports = _imports.run("forget_imports")
drop_import = _imports.run("drop_import")
forget_rows_of = _imports.run("forget_rows_of")

_sampled = sql.maker(Sampled)
_covered = sql.maker(Covered)


async def counts(tx: Tx, query: compiler.Sql) -> list[Count]:
    """Run a `compile.counting`: one Count for each segment, in their order."""
    row = list(await tx.fetchrow(query.text, *query.params) or ())
    return [Count(*pair) for pair in zip(row[::2], row[1::2], strict=True)]


async def sample(tx: Tx, query: compiler.Sql) -> Sequence[Sampled]:
    """Run a `compile.sampling`."""
    return [_sampled(record) for record in await tx.fetch(query.text, *query.params)]


async def covered(tx: Tx, query: compiler.Sql) -> Sequence[Covered]:
    """Run a `compile.covering`."""
    async with _whole_lists(tx):
        return [_covered(record) for record in await tx.fetch(query.text, *query.params)]


async def select(tx: Tx, query: compiler.Sql) -> None:
    """Make the temporary table `candidate`, gone at the end of the transaction, and fill it."""
    await tx.execute(
        "drop table if exists pg_temp.candidate;"
        " create temporary table candidate (contact_id bigint not null, address text not null,"
        " salutation text not null, language text not null, reason text, variant bigint not null)"
        " on commit drop"
    )
    async with _whole_lists(tx):
        await tx.execute(query.text, *query.params)
    await tx.execute("analyze pg_temp.candidate")


@asynccontextmanager
async def _whole_lists(tx: Tx) -> AsyncIterator[None]:
    """Plan for reading whole tables.

    Statistics may be older than a list that was just taken in. Hash joins are never far from the
    best plan here; a nested loop chosen for an empty table takes minutes on a full one.
    """
    async with tx.transaction():
        await tx.execute("set local enable_nestloop = off")
        yield
        await tx.execute("set local enable_nestloop to default")


async def refresh_statistics(tx: Tx) -> None:
    """Let the planner know what a large file has brought before it joins it with anything."""
    await tx.execute(
        "analyze member_import_row, organisation, contact, contact_function, subscription"
    )
