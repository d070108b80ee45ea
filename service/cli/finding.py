"""Commands that find sources: search an address or a saved page, and exchange lists as OPML."""

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec

from service import app as composition
from service.cli import command
from service.cli.command import Subparsers
from service.kit import clock
from service.kit.confine import Confined
from service.kit.errors import Invalid, NotFound
from service.kit.http import Http
from service.kit.settings import Settings
from service.kit.text import msg
from service.sources import actions as sources
from service.sources import finding, opml
from service.sources.model import Candidate, Discovery
from service.sources.readers import reading
from service.sources.readers.limits import BYTES


class Door(msgspec.Struct, frozen=True):
    """A place where news can be read, as `discover` prints it; a saved page's are not read yet."""

    kind: str
    url: str
    title: str
    how: str
    config: dict[str, object]
    entries: int | None
    newest: list[str]


_FILES = {".html", ".htm", ".xml", ".json", ".rss", ".atom"}


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    about = "find the sources behind an address, or in a saved page"
    discover = command.add(commands, "discover", run_discover, about)
    discover.add_argument("place", metavar="URL|FILE")
    discover.add_argument("--base", default="", help="the address that a saved page came from")
    about = "exchange lists of sources with feed readers"
    outlines = command.add(commands, "opml", run_opml, about)
    outlines.add_argument("act", choices=["import", "export"])
    outlines.add_argument("file", nargs="?", type=Path, help="what is imported")
    outlines.add_argument("--dry-run", action="store_true", help="only say what would be added")


async def run_discover(args: argparse.Namespace, settings: Settings) -> int:
    """Print the sources that are found; exit 1 where there is none."""
    readers = Confined(reading.FUNCTION, size=1)
    contact = settings.operator_email or settings.public_url
    http = Http(f"Rundbrief/1 (+{contact})", settings.fetch_allow)
    try:
        if "://" in args.place or not await asyncio.to_thread(_is_file, args.place):
            found, trouble = await finding.discover(http, readers, args.place, clock.now())
            doors = [_door(one) for one in found]
        else:
            body = await asyncio.to_thread(_bytes, Path(args.place))
            base = args.base or "https://example.invalid/"
            candidates = await finding.in_file(readers, body, base, clock.now())
            doors, trouble = [_candidate(one) for one in candidates], None
    finally:
        await readers.close()
        await http.close()
    why = str(trouble or msg("No news was found behind this address."))
    answer = {"found": doors, "error": None if doors else why}
    command.say(args, answer, "\n\n".join(map(_told, doors)) or why)
    return 0 if doors else 1


async def run_opml(args: argparse.Namespace, settings: Settings) -> int:
    """Import or export; exit 1 where an outline could not be taken in."""
    async with composition.opened(settings) as app:
        if args.act == "export":
            async with app.db.read() as tx:
                sys.stdout.write(opml.write(await sources.everything(tx)).decode())
            return 0
        if args.file is None:
            raise Invalid.of("FILE", msg("Name the OPML file."))
        body = await asyncio.to_thread(_bytes, args.file)
        async with app.db.tx() as tx:
            taken = await sources.take_list(tx, body, clock.now(), dry=args.dry_run)
    answer = {
        "added": [draft.url for draft in taken.added],
        "known": [draft.url for draft in taken.known],
        "refused": [{"url": draft.url, "why": str(why)} for draft, why in taken.refused],
        "dry_run": args.dry_run,
    }
    lines = [f"{len(taken.added)} added, {len(taken.known)} known already"]
    lines += [f"{draft.url}: {why}" for draft, why in taken.refused]
    command.say(args, answer, "\n".join(lines))
    return int(bool(taken.refused))


def _is_file(place: str) -> bool:
    """Tell a file from an address; what looks like a file and is none is said to be missing."""
    try:
        path = Path(place)
        if path.is_file() or path.is_absolute() or path.suffix.lower() in _FILES:
            return True
    except (OSError, ValueError):
        return False
    return False


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES + 1)
    except OSError as error:
        raise NotFound(msg("%(file)s cannot be read.", file=path.name)) from error


def _door(one: Discovery) -> Door:
    draft = one.draft
    return Door(
        draft.kind, draft.url, draft.title, str(one.how), draft.config, len(one.entries),
        [entry.title for entry in one.entries[:3]],
    )  # fmt: skip


def _candidate(one: Candidate) -> Door:
    draft = one.draft
    return Door(draft.kind, draft.url, draft.title, str(one.how), draft.config, None, [])


def _told(door: Door) -> str:
    return "\n  ".join([f"{door.kind} {door.url}", f"{door.title}: {door.how}", *door.newest])
