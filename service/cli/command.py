"""What every command shares: its signature, and answers as text or as one JSON line."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import msgspec

from service.kit.settings import Settings

Command: TypeAlias = Callable[[argparse.Namespace, Settings], Awaitable[int]]
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(commands: Subparsers, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    """Add a command with `--json`; `run` returns the exit code."""
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)
    return parser


def say(args: argparse.Namespace, answer: dict[str, Any], text: str) -> None:
    """Print the answer: as one JSON line with --json, else as the text."""
    print_line(msgspec.json.encode(answer).decode() if args.json else text)


def print_line(line: str) -> None:
    """Write one line to standard output at once, so that a reader behind a pipe sees it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
