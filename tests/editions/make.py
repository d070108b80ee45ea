"""A small cast: an association, a newsletter, an edition with every kind of block."""

from datetime import UTC, date, datetime

from service.editions import actions, blocks, markdown
from service.editions.model import (
    Association,
    Block,
    Body,
    Button,
    Content,
    Deadline,
    Divider,
    Edition,
    EditionState,
    EditionWords,
    Event,
    Greeting,
    Heading,
    ItemBody,
    Look,
    Newsletter,
    NewsletterDraft,
    NewsletterVisibility,
    Prose,
)
from service.kit.db import Tx

NOW = datetime(2026, 2, 3, 6, 0, tzinfo=UTC)
TODAY = date(2026, 2, 3)
PUBLIC = "https://rundbrief.example"

ASSOCIATION = Association(
    "Sozialkonferenz Musterkanton",
    "SoKo",
    "Geschäftsstelle\nPostfach\n8000 Zürich",
    "https://soko.example",
    "info@soko.example",
)
DRAFT = NewsletterDraft(
    slug="soko-aktuell",
    title="SoKo aktuell",
    description="Alle zwei Wochen das Wichtigste.",
    sender_name="SoKo",
    sender_address="news@soko.example",
    reply_to="info@soko.example",
    language="de",
    visibility=NewsletterVisibility.PUBLIC,
    segment="",
    look=Look(footer="SoKo aktuell erscheint alle zwei Wochen."),
)
WORDS = EditionWords("Frühling im Sozialamt", "SoKo aktuell 1", "Eine Vernehmlassung", "")

BODIES: list[Body] = [
    Greeting(markdown.parse("dies ist die erste Ausgabe.")),
    Heading("Aus dem Kanton"),
    ItemBody(
        "Vernehmlassung zum Sozialhilfegesetz",
        markdown.parse("Bis Ende März. Siehe [Entwurf](https://a.example/entwurf)."),
        "Kanton Zürich",
        date(2026, 1, 29),
        "https://zh.example/sozialhilfegesetz?a=1&b=2",
    ),
    Deadline(
        "Stellungnahme",
        date(2026, 3, 31),
        markdown.parse("An die **Geschäftsstelle**."),
        "https://soko.example/vernehmlassung",
        "Zum Entwurf der Stellungnahme",
    ),
    Event(
        "Grundkurs Sozialhilfe",
        datetime(2026, 3, 12, 8, 30),  # noqa: DTZ001 (wall clock)
        datetime(2026, 3, 12, 17, 0),  # noqa: DTZ001 (wall clock)
        "Volkshaus Zürich",
        markdown.parse("Für neue Behördenmitglieder."),
        "https://soko.example/kurse/12",
        "Programm und Anmeldung",
    ),
    Divider(),
    Prose(markdown.parse("### Kurz\n\n- eins\n- [schreiben](mailto:info@soko.example)")),
    Button("Alle Kurse ansehen", "https://soko.example/kurse"),
]


def block(number: int, body: Body, segment: str = "") -> Block:
    kind = blocks.kind_of(body)
    return Block(number, 1, number, kind, body, segment, "", None, None, 1, NOW, None, None)


def content(bodies: list[Body] | None = None, segments: dict[int, str] | None = None) -> Content:
    """Return an edition that no database has seen."""
    given = BODIES if bodies is None else bodies
    newsletter = Newsletter(
        1,
        DRAFT.slug,
        DRAFT.title,
        DRAFT.description,
        DRAFT.sender_name,
        DRAFT.sender_address,
        DRAFT.reply_to,
        DRAFT.language,
        DRAFT.visibility,
        DRAFT.segment,
        DRAFT.look,
        1,
        NOW,
    )
    edition = Edition(
        id=1,
        newsletter_id=1,
        number=1,
        title=WORDS.title,
        subject=WORDS.subject,
        preheader=WORDS.preheader,
        segment=WORDS.segment,
        state=EditionState.DRAFT,
        version=1,
        words_version=1,
        public_slug=None,
        created_at=NOW,
        changed_at=NOW,
        changed_by=None,
        handed_in_at=None,
        handed_in_by=None,
        sent_at=None,
    )
    held = [block(n, body, (segments or {}).get(n, "")) for n, body in enumerate(given, 1)]
    return Content(ASSOCIATION, newsletter, edition, held)


async def editor(tx: Tx, email: str = "redaktion@soko.example") -> int:
    """Put an editor's account into the database; logins are not this stage's business."""
    found: int = await tx.fetchval(
        "insert into editor (email, name, role, password_hash, language, created_at)"
        " values ($1, $1, 'editor', '', 'de', $2) returning id",
        email,
        NOW,
    )
    return found


async def newsletter(tx: Tx, draft: NewsletterDraft = DRAFT) -> int:
    if not (await actions.association(tx)).name:
        await actions.save_association(tx, ASSOCIATION, None, NOW)
    return await actions.add_newsletter(tx, draft, NOW)


async def edition(tx: Tx, newsletter_id: int, bodies: list[Body] | None = None) -> int:
    created = await actions.begin(tx, newsletter_id, WORDS, None, NOW)
    for body in BODIES if bodies is None else bodies:
        await actions.add_block(tx, created, body, None, NOW)
    return created


async def item(tx: Tx) -> int:
    """Put a piece of news into the inbox; how it gets there is not this stage's business."""
    host = "zh.example"
    await tx.execute("insert into source_host values ($1, $2)", host, NOW)
    source: int = await tx.fetchval(
        "insert into source (kind, title, url, host, state, next_fetch_at, created_at)"
        " values ('feed', 'Kanton Zürich', 'https://zh.example/rss', $2, 'active', $1, $1)"
        " returning id",
        NOW,
        host,
    )
    found: int = await tx.fetchval(
        "insert into item (source_id, external_id, url, title, lead, language, published_at,"
        " published_precision, shown_at, state, state_at, seen_at, listed_print, text_print)"
        " values ($1, 'x', 'https://zh.example/ansaetze', 'Neue Ansätze', 'Ab April.', 'de', $2,"
        " 'day', $2, 'new', $2, $2, '', '') returning id",
        source,
        datetime(2026, 1, 31, 23, 0, tzinfo=UTC),
    )
    return found
