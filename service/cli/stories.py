"""`stories` and `classify-item`: what items of a file tell the same, and what each is about.

Items are given one JSON object a line. `stories` needs no database; `classify-item` takes the
topics of the database that DATABASE_URL names, with what was learned there, else the usual ones.
"""

import argparse
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import msgspec

import service.items
from service.cli import command
from service.cli.command import Subparsers
from service.items import actions as items
from service.items import deadlines, relevance, similarity, tagging, weighing
from service.items.learning import Model
from service.items.model import StoryReason, Topic
from service.items.similarity import Pair, Piece
from service.items.weighing import Read, Words
from service.kit import clock, localtime
from service.kit.db import single
from service.kit.errors import Fault, Invalid
from service.kit.settings import Settings
from service.kit.text import Text, msg
from service.sources.readers import links

_FAULTS = 8  # that are told one by one
_USUAL = Path(service.items.__file__).with_name("topics.toml")
_REASONS = {
    StoryReason.TEXT: "text: %d %% of the shorter text stand in the other",
    StoryReason.ADDRESS: "address: the same canonical address",
    StoryReason.TRANSLATION: "group: the publisher says that they are one release",
    StoryReason.TITLE: "title: the same title, and too little text to compare",
}


class Line(msgspec.Struct, frozen=True):
    """One item as a line gives it; `published` is a day or a moment in ISO 8601."""

    id: str | int
    title: str = ""
    lead: str | None = ""
    text: str | None = ""
    published: str | None = None
    url: str | None = ""
    language: str | None = ""
    group: str | int | None = ""

    @property
    def words(self) -> str:
        lead, text = self.lead or "", self.text or ""
        return text if text.startswith(lead) else f"{lead}\n{text}"


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    told = command.add(commands, "stories", run_stories, "group items that tell the same")
    told.add_argument("file", type=Path, help="items, one JSON object a line")
    about = "tell topics, relevance and deadlines of items, one JSON line each"
    classify = command.add(commands, "classify-item", classify_item, about)
    classify.add_argument("file", type=Path, help="items, one JSON object a line")


async def run_stories(args: argparse.Namespace, settings: Settings) -> int:
    """Print groups and possible pairs; exit 1 for a file that is not as it should be."""
    lines = _read(args.file)
    own = {str(one.id): one.id for one, _ in lines}
    pieces = [_piece(one, published) for one, published in lines]
    groups, possible = similarity.groups(pieces)
    answer = {
        "groups": [
            {"ids": [own[name] for name in group.ids], **_reason(list(group.pairs), group.ids)}
            for group in groups
        ],
        "possible": [
            {"ids": [own[pair.one], own[pair.other]], **_reason([pair], (pair.one, pair.other))}
            for pair in possible
        ],
    }
    shown = [
        f"{kind}: {', '.join(map(str, one['ids']))} ({one['reason']})"  # type: ignore[call-overload]
        for kind in ("groups", "possible")
        for one in answer[kind]
    ]
    command.say(args, answer, "\n".join(shown) or "No item tells the same as another.")
    return 0


async def classify_item(args: argparse.Namespace, settings: Settings) -> int:
    """Print one line for each item."""
    lines = _read(args.file)
    topics, words, model = await _rules(settings)
    slugs = {topic.id: topic.slug for topic in topics}
    for one, published in lines:
        lead, text = one.lead or "", one.text or ""
        said = tagging.said(one.title, lead, text)
        ruled = {hit.topic_id: hit for hit in tagging.suggest(topics, said)}
        item = Read(0, one.title, lead, text, [hit.because for hit in ruled.values()])
        weighed = weighing.weigh(item, words, model)
        found = {hit.topic_id: (hit.score, f"word: {hit.because}") for hit in ruled.values()}
        for learned in weighed.topics:
            if learned.topic_id in slugs and learned.score > found.get(learned.topic_id, (0,))[0]:
                found[learned.topic_id] = (learned.score, f"learned: {learned.because}")
        on = localtime.local(published or clock.now()).date()
        answer = {
            "id": one.id,
            "topics": [
                {"topic": slugs[key], "score": score, "reason": reason}
                for key, (score, reason) in sorted(found.items(), key=lambda kv: -kv[1][0])
            ],
            "relevance": weighed.relevance,
            "because": weighed.because,
            "muted_by": weighed.muted_by,
            "deadlines": [
                {"date": due.day, "kind": due.kind, "sentence": due.sentence}
                for due in deadlines.find(f"{one.title}.\n{lead}\n{text}", on)
            ],
        }
        command.print_line(msgspec.json.encode(answer).decode())
    return 0


async def _rules(settings: Settings) -> tuple[list[Topic], Words, Model | None]:
    """Return the topics, the own words and what was learned; without a database the usual ones."""
    if not settings.database_url:
        raw = tomllib.loads(_USUAL.read_text(encoding="utf-8"))["topic"]
        numbered = [{**one, "id": n, "position": n} for n, one in enumerate(raw, 1)]
        return msgspec.convert(numbered, list[Topic]), Words(), None
    async with single(settings.database_url) as tx:
        return await items.topics(tx), await relevance.words(tx), await relevance.model(tx)


def _read(path: Path) -> list[tuple[Line, datetime | None]]:
    """Return the items of a file with their times; raises Invalid with the lines at fault."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise Invalid.of(str(path), msg("cannot be read: %(why)s", why=why)) from error
    if b"\0" in raw[:4096]:
        raise Invalid.of(str(path), msg("is no text: items are wanted, one JSON object a line"))
    found: list[tuple[Line, datetime | None]] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, line in _lines(raw):
        try:
            item = msgspec.json.decode(line, type=Line)
            at = _moment(item.published)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            faults.append(_fault(path, number, msg("not an item: %(why)s", why=str(error))))
            continue
        if str(item.id) in seen:
            known = msg("the id %(id)s stands on an earlier line, too", id=item.id)
            faults.append(_fault(path, number, known))
        seen.add(str(item.id))
        found.append((item, at))
    if len(faults) > _FAULTS:
        more = msg("%(count)s more lines are at fault", count=len(faults) - _FAULTS)
        raise Invalid([*faults[:_FAULTS], Fault(str(path), more)])
    if faults:
        raise Invalid(faults)
    return found


def _fault(path: Path, number: int, what: Text) -> Fault:
    return Fault(f"{path}, line {number}", what)


def _lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line


def _moment(said: str | None) -> datetime | None:
    """Return a time; a day alone is its Swiss midnight, a time without a zone is Swiss."""
    if not said or not said.strip():
        return None
    text = said.strip()
    try:
        at = datetime.fromisoformat(text)
        at.astimezone(localtime.ZURICH)
    except (ValueError, OverflowError):
        why = f"published is «{text[:40]}», not a date such as 2026-11-16 or 2026-11-16T09:00:00Z"
        raise ValueError(why) from None
    if len(text) <= 10:
        return localtime.at(date(at.year, at.month, at.day), time())
    return at if at.tzinfo else at.replace(tzinfo=localtime.ZURICH)


def _piece(one: Line, published: datetime | None) -> Piece:
    group = "" if one.group is None else str(one.group)
    url = links.clean(one.url or "")
    return Piece(str(one.id), one.title, one.words, published, url, one.language or "", group)


def _reason(pairs: list[Pair], ids: tuple[str, ...]) -> dict[str, object]:
    """Return the weakest link of a group and what it rests on: every item by its best pair."""
    best = [max(p.score for p in pairs if name in (p.one, p.other)) for name in ids]
    weakest = min(best)
    pair = next(p for p in pairs if p.score == weakest)
    words = _REASONS[pair.reason]
    return {
        "score": weakest,
        "reason": words % round(weakest * 100) if pair.reason is StoryReason.TEXT else words,
    }
