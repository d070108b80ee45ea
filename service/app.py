"""The composition root: opens every door once, hands them on as one value, closes in reverse."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from service.audience import catalogue as segments
from service.delivery import dkim, smtp
from service.kit import embedded, migrate
from service.kit import settings as kit_settings
from service.kit.confine import Confined
from service.kit.db import Database, single
from service.kit.errors import Conflict, Fault, Invalid
from service.kit.http import Http
from service.kit.messages import Catalogue
from service.kit.remembering import Remembering
from service.kit.render import TEMPLATES, Renderer
from service.kit.settings import Settings
from service.kit.text import msg
from service.kit.tokens import Signer
from service.sources.readers import reading


class App(msgspec.Struct, frozen=True):
    """Everything a door needs to call an action."""

    settings: Settings
    db: Database
    renderer: Renderer
    catalogue: Catalogue
    signer: Signer
    http: Http
    trials: Remembering  # the same, for looking at one address again and again
    readers: Confined
    segments: segments.Catalogue
    mailer: smtp.Mailer
    demo: bool = False  # caught mail is shown, and all content is invented


@asynccontextmanager
async def _http(settings: Settings) -> AsyncIterator[Http]:
    contact = settings.operator_email or settings.public_url
    http = Http(f"Rundbrief/1 (+{contact})", settings.fetch_allow)
    try:
        yield http
    finally:
        await http.close()


@asynccontextmanager
async def _readers() -> AsyncIterator[Confined]:
    readers = Confined(reading.FUNCTION)
    try:
        yield readers
    finally:
        await readers.close()


@asynccontextmanager
async def database_address(settings: Settings) -> AsyncIterator[str]:
    """Give the operator's database, or start the embedded one and keep it while in use."""
    if settings.database_url:
        yield settings.database_url
        return
    dsn, lock = embedded.start(settings.data_dir, settings.pg_bindir)
    try:
        yield dsn
    finally:
        os.close(lock)


async def migrated(dsn: str) -> list[migrate.Migration]:
    """Bring the database up to date; return what was applied."""
    async with single(dsn) as tx:
        return await migrate.migrate(tx, migrate.read())


@asynccontextmanager
async def opened(settings: Settings, *, demo: bool = False) -> AsyncIterator[App]:
    """Open everything; raises Conflict unless the database has exactly this program's schema."""
    async with AsyncExitStack() as stack:
        dsn = await stack.enter_async_context(database_address(settings))
        db = await Database.open(dsn, largest=settings.pool_size)
        stack.push_async_callback(db.close)
        async with db.read() as tx:
            if missing := await migrate.pending(tx, migrate.read()):
                raise Conflict(
                    msg("The database lacks %(count)s migrations: ./run migrate", count=missing)
                )
        catalogue = Catalogue.load(TEMPLATES / "locale")
        http = await stack.enter_async_context(_http(settings))
        yield App(
            settings=settings,
            db=db,
            renderer=Renderer(catalogue),
            catalogue=catalogue,
            signer=Signer(kit_settings.keys(settings)),
            http=http,
            trials=Remembering(http),
            readers=await stack.enter_async_context(_readers()),
            segments=segments.load(settings.segments_dir),
            mailer=smtp.mailer(
                settings.smtp_url,
                settings.public_url,
                settings.smtp_connections,
                smtp.Seal(tuple(dkim_keys(settings)), settings.bounce_domain),
            ),
            demo=demo,
        )


def dkim_folder(settings: Settings) -> Path:
    """Return where the private keys lie, as `selector@domain.pem`."""
    return settings.data_dir / "dkim"


def dkim_keys(settings: Settings) -> list[dkim.Key]:
    """Return the keys that sign our mail; raises Invalid for a file that cannot be used as one."""
    keys = []
    for path in sorted(dkim_folder(settings).glob("*@*.pem")):
        selector, _, domain = path.stem.lower().partition("@")
        try:
            if not selector or not domain:
                raise Invalid.of("key", msg("A DKIM key's file is named SELECTOR@DOMAIN.pem."))
            keys.append(dkim.read_key(path.read_bytes(), domain, selector))
        except OSError as error:
            why = msg("This key cannot be read: %(why)s", why=error.strerror or str(error))
            raise Invalid.of(str(path), why) from error
        except Invalid as problem:
            raise Invalid([Fault(str(path), fault.what) for fault in problem.faults]) from problem
    return keys
