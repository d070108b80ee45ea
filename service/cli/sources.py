"""Commands about sources: ask them now, and read a file as if a source had sent it."""

import argparse
import asyncio
import stat
import tomllib
from datetime import datetime
from pathlib import Path

import msgspec

from service import app as composition
from service.cli import command
from service.cli.command import Subparsers
from service.items import polling
from service.items.polling import Polled
from service.kit import clock, localtime
from service.kit.confine import Confined
from service.kit.errors import Invalid
from service.kit.settings import Settings
from service.kit.text import msg
from service.sources import actions as sources
from service.sources.model import Entry, FetchOutcome, PublishedPrecision, Reading, SourceKind
from service.sources.readers import reading
from service.sources.readers.limits import BYTES

_CONFIG_MOST = 1_000_000
_CONFIG_HELP = """\
how --config describes a list (JSON or TOML; without it the list is guessed):
  json-list  items, id, title, link, link_template, date, date_format, summary, content, language,
             base_url, headers, detail; the parts are paths: news, contentList.0.title, *.text, a|b
  html-list  item, title, link, date, date_attribute, date_format, summary, content, language,
             base_url, headers, detail; the parts are CSS selectors inside the one of item;
             or embedded = {select, attribute, list}: JSON inside an element, list as in json-list
  detail     format (html, json), url, content, title, summary, date, date_format, remove
example:     {"items": "news", "title": "title", "link": "link", "date": "date",
              "date_format": "%d.%m.%Y", "base_url": "https://www.example.ch/"}
"""


class ReadEntry(msgspec.Struct, frozen=True):
    """An entry as `read-source` prints it: a day without a time of day is printed as a day."""

    id: str
    url: str
    title: str
    published: str | None
    published_precision: PublishedPrecision
    summary: str
    content: str
    language: str


class ReadFile(msgspec.Struct, frozen=True):
    """One line of `read-source`: the entries of a file, or why there are none."""

    file: str
    error: str | None
    entries: list[ReadEntry]


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    poll = command.add(commands, "poll", run_poll, "ask the sources that are due, or one now")
    poll.add_argument("source", nargs="?", help="a source's number or address")
    read = command.add(
        commands, "read-source", read_source, "read files as if a source had sent them"
    )
    read.epilog, read.formatter_class = _CONFIG_HELP, argparse.RawDescriptionHelpFormatter
    kinds = [kind.value.replace("_", "-") for kind in SourceKind]
    read.add_argument("--kind", required=True, choices=kinds)
    read.add_argument("--config", type=Path, help="how a list is built, as JSON or TOML")
    read.add_argument("--base", default="", help="the address that relative links belong to")
    read.add_argument("files", nargs="+", metavar="FILE")


async def run_poll(args: argparse.Namespace, settings: Settings) -> int:
    """Poll; exit 1 if a source failed."""
    async with composition.opened(settings) as app:
        if args.source:
            async with app.db.read() as tx:
                chosen = await sources.named(tx, args.source)
            once = await polling.poll_one(app.db, app.http, app.readers, chosen.id, clock.now)
            done = [once]
        else:
            done = await polling.poll_due(app.db, app.http, app.readers, clock.now)
    answer = {"polled": [msgspec.to_builtins(one) | {"trouble": _words(one)} for one in done]}
    command.say(args, answer, "\n".join(map(_line, done)) or "No source is due.")
    return int(any(one.outcome is FetchOutcome.FAILED for one in done))


async def read_source(args: argparse.Namespace, settings: Settings) -> int:
    """Print one JSON line for each file; exit 1 if one could not be read."""
    kind = SourceKind(args.kind.replace("-", "_"))
    given = _config(args.config) if args.config else {}
    sources.check(kind, given)
    readers = Confined(reading.FUNCTION, size=1)
    failed = False
    try:
        for name in args.files:
            body, error = await asyncio.to_thread(_bytes, Path(name))
            found = Reading()
            if not error:
                found = await sources.read_file(readers, kind, body, given, args.base, clock.now())
                error = str(found.trouble) if found.trouble else ""
            failed = failed or bool(error)
            entries = [_printed(entry) for entry in found.entries]
            shown = name.encode("utf-8", "backslashreplace").decode()
            line = ReadFile(shown, error or None, entries)
            command.print_line(msgspec.json.encode(line).decode())
    finally:
        await readers.close()
    return int(failed)


def _bytes(path: Path) -> tuple[bytes, str]:
    """Return a file's first bytes, one more than are ever read, or why there are none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b"", "This is not a file."
        with path.open("rb") as file:
            return file.read(BYTES + 1), ""
    except (OSError, ValueError) as error:
        return b"", f"The file cannot be read: {getattr(error, 'strerror', '') or error}."


def _config(path: Path) -> dict[str, object]:
    """Return a description of a list; raises Invalid with the place of its first fault."""
    try:
        text = path.read_bytes()[:_CONFIG_MOST].decode("utf-8")
        given = tomllib.loads(text) if path.suffix == ".toml" else msgspec.json.decode(text)
    except OSError as error:
        raise Invalid.of("--config", msg("cannot be read: %(why)s", why=error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise Invalid.of("--config", msg("This is not valid JSON: %(what)s", what=error)) from error
    if not isinstance(given, dict):
        raise Invalid.of("--config", msg("The description of a list is an object: {…}."))
    return given


def _printed(entry: Entry) -> ReadEntry:
    return ReadEntry(
        id=entry.id or entry.url or entry.title,
        url=entry.url,
        title=entry.title,
        published=_date(entry.published, entry.precision),
        published_precision=entry.precision,
        summary=entry.summary,
        content=entry.content,
        language=entry.language,
    )


def _date(at: datetime | None, precision: PublishedPrecision) -> str | None:
    if at is None:
        return None
    if precision is PublishedPrecision.DAY:
        return localtime.local(at).date().isoformat()
    return at.isoformat()


def _words(one: Polled) -> str | None:
    return str(one.trouble) if one.trouble else None


def _line(one: Polled) -> str:
    if one.outcome is FetchOutcome.FAILED:
        return f"{one.title}: {_words(one) or 'failed, see the log'}"
    if one.outcome is FetchOutcome.UNCHANGED:
        return f"{one.title}: nothing new"
    return f"{one.title}: {one.entries} entries, {one.new} new, {one.changed} changed"
