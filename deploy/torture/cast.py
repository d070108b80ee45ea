"""Who is tortured: one edition and its invented subscribers, owed to them as by an editor."""

from datetime import datetime

from deploy.torture.sink import BUSY, GONE, GREY
from service.accounts import actions as accounts
from service.accounts.model import EditorRole
from service.editions import actions as editions
from service.editions import approval, snapshot
from service.editions.model import (
    Association,
    Button,
    EditionWords,
    Greeting,
    Look,
    NewsletterDraft,
    NewsletterVisibility,
)
from service.kit.db import Database, Tx
from service.kit.messages import Catalogue
from service.kit.render import TEMPLATES, Renderer
from service.kit.text import sort_key
from service.outbox import actions as outbox

_PUBLIC = "https://rundbrief.example"
_ASSOCIATION = Association("Verband", "V", "Postfach\n8000 Zürich", "", "info@verband.example")
_NEWSLETTER = NewsletterDraft(
    slug="folter",
    title="Rundbrief",
    description="",
    sender_name="Verband",
    sender_address="news@verband.example",
    reply_to="",
    language="de",
    visibility=NewsletterVisibility.PUBLIC,
    segment="",
    look=Look(),
)
_WORDS = EditionWords("Ausgabe", "Neues aus dem Verband", "", "")
_SUBSCRIBE = """
with made as (
    insert into contact (email, label, salutation, sort_key, created_at, changed_at)
    select case when n % 97 = 0 then $4 when n % 31 = 0 then $5 when n % 53 = 0 then $6 else '' end
           || 'person-' || n || '@gemeinde-' || n % $8 || '.example',
           'Kontakt ' || n, 'Guten Tag', $7 || n, $2, $2
    from generate_series(1, $3::integer) n order by n returning id
)
insert into subscription (contact_id, newsletter_id, state, since)
select id, $1, 'active', $2 from made
"""


async def opened(db: Database, people: int, now: datetime, domains: int = 20) -> int:
    """Return a dispatch that runs, with as many messages owed, to people at so many domains."""
    async with db.tx() as tx:
        dispatch_id = await _scheduled(tx, people, now, domains)
    renderer = Renderer(Catalogue.load(TEMPLATES / "locale"))
    done = await outbox.open_due(db, renderer, {}, _PUBLIC, now)
    if done != [dispatch_id]:
        raise SystemExit("the dispatch could not be opened")
    return dispatch_id


async def _scheduled(tx: Tx, people: int, now: datetime, domains: int) -> int:
    await editions.save_association(tx, _ASSOCIATION, None, now)
    newsletter_id = await editions.add_newsletter(tx, _NEWSLETTER, now)
    edition_id = await editions.begin(tx, newsletter_id, _WORDS, None, now)
    for body in (Greeting(), Button("Kurse", "https://verband.example/kurse")):
        await editions.add_block(tx, edition_id, body, None, now)
    writer, approver = [
        await accounts.create(
            tx, email=f"{role}@verband.example", name=role, role=role, language="de", now=now
        )
        for role in (EditorRole.EDITOR, EditorRole.APPROVER)
    ]
    await approval.hand_in(tx, edition_id, writer, now)
    seen = snapshot.fingerprint(await editions.content(tx, edition_id))
    await approval.approve(tx, edition_id, seen, approver, now)
    key = sort_key("kontakt")
    await tx.execute(_SUBSCRIBE, newsletter_id, now, people, GONE, GREY, BUSY, key, domains)
    return await outbox.schedule(tx, edition_id, now, writer, now)
