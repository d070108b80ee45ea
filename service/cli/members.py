"""Commands on the audience: import-members takes in a file, segment counts whom a rule picks."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from service import app as composition
from service.audience import actions as audience
from service.audience import imports, parser
from service.audience.importing import ImportRow
from service.audience.imports import Upload
from service.audience.model import ConsentBasis, ConsentRecord, RowFate
from service.cli import command
from service.cli.command import Subparsers
from service.editions import actions as editions
from service.kit import clock
from service.kit.db import Tx
from service.kit.errors import Invalid, NotFound
from service.kit.settings import Settings
from service.kit.text import msg

SAMPLE = 10
SHOWN = 50
_BASES = [basis.value for basis in ConsentBasis if basis is not ConsentBasis.DOUBLE_OPT_IN]


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    take = command.add(commands, "import-members", import_members, "take in a CSV file of members")
    take.add_argument("file", metavar="FILE", type=Path)
    take.add_argument("--dry-run", action="store_true", help="show each row's fate, change nothing")
    to = "subscribe everyone in the file to this newsletter (repeatable)"
    take.add_argument("--subscribe", metavar="SLUG", action="append", default=[], help=to)
    why = "what the subscription rests on"
    take.add_argument("--basis", choices=_BASES, default=ConsentBasis.OFFICE.value, help=why)
    take.add_argument("--source", default="", help="where the list comes from, for the record")
    rule = command.add(commands, "segment", segment, "count whom a segment's rule picks")
    rule.add_argument("expression", metavar="EXPRESSION", help='such as: canton = "ZH"')


async def import_members(args: argparse.Namespace, settings: Settings) -> int:
    """Read a file, judge each row, and unless it is a dry run do what was judged."""
    upload = Upload(args.file.name, await asyncio.to_thread(_bytes, args.file), None)
    sheet = await imports.read(upload)
    async with composition.opened(settings) as app, app.db.tx() as tx:
        now = clock.now()
        newsletters = await _newsletters(tx, args.subscribe)
        import_id = await imports.add(tx, upload, sheet, now)
        refused = await imports.rows(tx, import_id, RowFate.REFUSED, limit=SHOWN)
        duplicates = await imports.rows(tx, import_id, RowFate.DUPLICATE, limit=SHOWN)
        if args.dry_run:
            fates = await imports.fates(tx, import_id)
            await imports.drop(tx, import_id)
        else:
            record = ConsentRecord(ConsentBasis(args.basis), args.basis, args.source)
            fates = await imports.apply(tx, import_id, newsletters, record, now)
    _tell(args, fates, [*refused, *duplicates])
    return 0


async def segment(args: argparse.Namespace, settings: Settings) -> int:
    """Print how many contacts a rule picks, and the first of them by id and member."""
    where = parser.parse(args.expression)
    async with composition.opened(settings) as app, app.db.read() as tx:
        now = clock.now()
        found = await audience.count(tx, where, now)
        sample = await audience.sample(tx, where, now, SAMPLE)
        doubts = [str(doubt) for doubt in await audience.doubts(tx, where)]
    answer: dict[str, Any] = {
        "contacts": found.contacts,
        "organisations": found.organisations,
        "sample": sample,
        "doubts": doubts,
    }
    lines = [f"contacts: {found.contacts}, members: {found.organisations}", *doubts]
    lines += [f"  {one.label or '–'}, {one.organisation or '–'}" for one in sample]
    command.say(args, answer, "\n".join(lines))
    return 0


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise Invalid.of(str(path), msg("cannot be read: %(why)s", why=why)) from error


async def _newsletters(tx: Tx, slugs: list[str]) -> list[int]:
    known = {newsletter.slug: newsletter.id for newsletter in await editions.newsletters(tx)}
    for slug in slugs:
        if slug not in known:
            raise NotFound(msg("There is no newsletter “%(slug)s”.", slug=slug))
    return [known[slug] for slug in slugs]


def _tell(args: argparse.Namespace, fates: dict[RowFate, int], left: list[ImportRow]) -> None:
    """Print how many rows had which fate, and the first of those that were not taken in."""
    reasons = [(row.number, row.fate, " ".join(str(why) for why in row.why)) for row in left]
    answer: dict[str, Any] = {
        "applied": not args.dry_run,
        "rows": sum(fates.values()),
        **{fate.value: rows for fate, rows in fates.items()},
        "left": [{"line": n, "fate": fate.value, "why": why} for n, fate, why in reasons],
    }
    lines = [", ".join(f"{rows} {fate.value}" for fate, rows in fates.items())]
    lines += [f"  line {n}: {fate.value}: {why}" for n, fate, why in reasons]
    lines.append("Dry run: nothing was changed." if args.dry_run else "Applied.")
    command.say(args, answer, "\n".join(lines))
