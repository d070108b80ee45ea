"""The association's own details, and how the installation stands. Secrets are never shown."""

import re
from datetime import datetime

import msgspec
from litestar import Response, get, post

from service.delivery import actions as delivery
from service.editions import actions as editions
from service.editions.model import Association
from service.events import actions as events
from service.kit import standing
from service.kit.db import Tx
from service.kit.errors import Conflict, Invalid
from service.kit.text import msg
from service.outbox import ledger
from service.web.forms import Form, refusal
from service.web.guards import ADMINISTRATOR, EDITOR
from service.web.pages import Page
from service.workers import actions as workers
from service.workers.model import Worker

# What workers call their duties, in the words of the page.
DUTIES = {
    "poll sources": msg("reads sources that are due"),
    "glean": msg("copies pictures, weighs documents"),
    "read pages": msg("reads pages behind teasers"),
    "open dispatches": msg("opens dispatches that are due"),
    "keep times": msg("keeps send hours and warm-up plans"),
    "close dispatches": msg("closes dispatches that are done"),
    "recover": msg("takes over from workers that died"),
    "probe the relays": msg("knocks at mail servers that are down"),
    "look up receivers": msg("looks up who takes a domain's mail"),
    "count figures": msg("counts the figures of reports"),
    "weigh items": msg("judges how important items are"),
    "learn": msg("learns from what was picked"),
    "forget": msg("deletes what has lapsed"),
}
_SECRET = {"secret_keys"}
_PASSWORD = re.compile(r"(://[^:@/\s]*:)[^\s/]+(?=@)|([?&]\w*password=)[^&\s]*")


class OnDuty(msgspec.Struct, frozen=True):
    """A worker, whether it lives, and whether it hands mail over just now."""

    worker: Worker
    alive: bool
    busy: bool


class Shown(msgspec.Struct, frozen=True):
    """One setting as the environment names it, and its value without secrets."""

    name: str
    value: str


@get("/settings", opt=EDITOR, name="settings")
async def association(page: Page) -> Response[str]:
    """Show who signs the newsletters."""
    async with page.db.read() as tx:
        signs = await editions.association(tx)
    return _form(page, Form.of(**msgspec.structs.asdict(signs)))


@post("/settings", opt=ADMINISTRATOR)
async def save(page: Page) -> Response[str]:
    """Save who signs; whoever saved in between is not overwritten."""
    form = await page.form()
    said = _read(form)
    try:
        form.check()
        async with page.db.tx() as tx:
            await editions.save_association(tx, said, page.me.id, page.now)
    except (Invalid, Conflict) as problem:
        return _form(page, form, problem)
    return page.go("/settings", said=msg("The association is saved."))


@get("/settings/system", opt=ADMINISTRATOR, name="settings.system")
async def system(page: Page) -> Response[str]:
    """Show the settings in force and how the database stands."""
    async with page.db.read() as tx:
        database = await standing.standing(tx)
        states = {s.relay: s for s in await delivery.relay_states(tx, page.app.mailer)}
        doors = await events.doors(tx)
        on_duty = await _on_duty(tx, page.now)
    return page.show(
        "editor/settings/system.html",
        database=database,
        relays=[(name, states.get(name)) for name in _relays(page)],
        doors=doors,
        on_duty=on_duty,
        duties=DUTIES,
        settings=[_shown(name, value) for name, value in _in_force(page).items()],
    )


async def _on_duty(tx: Tx, now: datetime) -> list[OnDuty]:
    """Return the workers. Their senders carry names of their own that begin with host and pid."""
    senders = await ledger.workers(tx, now)
    return [
        OnDuty(
            one,
            one.is_alive(now),
            any(name.startswith(f"{one.host[:40]}-{one.pid}-") for name in senders),
        )
        for one in await workers.known(tx)
    ]


def _read(form: Form) -> Association:
    return Association(
        name=form.text("name", required=True),
        short_name=form.text("short_name", required=True, limit=60),
        postal_address=form.text("postal_address", required=True, limit=500, lines=True),
        website=form.url("website", required=True),
        email=form.email("email", required=True, ours=True),
        four_eyes=form.flag("four_eyes"),
        version=form.integer("version", required=True) or 0,
    )


def _relays(page: Page) -> list[str]:
    """Return our mail servers, the preferred first; none where none is set."""
    set_up = page.app.settings.smtp_url
    return [relay.name for relay in page.app.mailer.relays] if set_up else []


def _in_force(page: Page) -> dict[str, object]:
    return msgspec.structs.asdict(page.app.settings)


def _shown(name: str, value: object) -> Shown:
    """Return a setting for people: passwords in addresses and keys are left out."""
    if name in _SECRET:
        return Shown(name.upper(), "•••" if value else "")
    if isinstance(value, tuple):
        return Shown(name.upper(), ", ".join(str(v) for v in value))
    return Shown(name.upper(), _PASSWORD.sub(r"\1\2•••", str(value)))


def _form(page: Page, form: Form, problem: Invalid | Conflict | None = None) -> Response[str]:
    status, faults = refusal(problem)
    context = {"form": form, "faults": faults}
    return page.show("editor/settings/association.html", status=status, **context)


routes = [association, save, system]
