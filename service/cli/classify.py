"""`classify`: tell what mails to the envelope sender are, one JSON line each. Changes nothing."""

import argparse
from pathlib import Path

import msgspec

from service.cli import command
from service.cli.command import Subparsers
from service.delivery.refusal.model import Class
from service.events.bounce import classify as bounces
from service.events.bounce.model import Kind
from service.kit.settings import Settings


class Line(msgspec.Struct, frozen=True):
    """What one file is; `class_` is printed as «class»."""

    file: str
    kind: Kind
    recipients: tuple[str, ...]
    class_: Class = msgspec.field(name="class")
    reason: str
    hard: bool
    status: str
    reply: str
    token: str
    delayed: bool
    reporter: str
    gone: tuple[str, ...]
    said: str


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    parser = command.add(
        commands, "classify", classify, "tell what mails are: bounce, complaint, reply"
    )
    parser.add_argument("mail", nargs="+", type=Path, help="files, each with one mail")


async def classify(args: argparse.Namespace, settings: Settings) -> int:
    """Print one line per file; exit 1 if one of them could not be read."""
    failed = False
    for path in args.mail:
        try:
            verdict = bounces.classify(path.read_bytes())
        except OSError as error:
            failed = True
            answer = {"file": str(path), "error": error.strerror or str(error)}
            command.print_line(msgspec.json.encode(answer).decode())
            continue
        line = Line(str(path), *msgspec.structs.astuple(verdict))
        command.print_line(msgspec.json.encode(line).decode())
    return 1 if failed else 0
