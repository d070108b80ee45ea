"""The command line: parses, calls one action, prints; every command ends non-zero on failure."""

import argparse
import asyncio
import importlib
import sys
from collections.abc import Coroutine, Sequence
from typing import Any, cast

import msgspec
import uvloop

from service.cli import beside
from service.cli.command import print_line
from service.kit import log, settings
from service.kit.errors import Invalid, Problem, Unavailable

# A module and the commands that it brings. Only the one that was asked for is imported: reading all
# of them would take longer than most commands.
AREAS: dict[str, tuple[str, ...]] = {
    "up": ("up",),
    "house": ("serve", "work", "migrate", "check"),
    "editors": ("create-editor",),
    "doctor": ("dkim-key", "doctor"),
    "sources": ("poll", "read-source"),
    "finding": ("discover", "opml"),
    "members": ("import-members", "segment"),
    "delivery": ("send-test",),
    "classify": ("classify",),
    "stories": ("stories", "classify-item"),
}


def main(argv: list[str]) -> int:
    """Run one command and return its exit code; a problem is one clear sentence on stderr."""
    parser = _parser([name for name, brings in AREAS.items() if set(argv[:1]) & set(brings)])
    args = parser.parse_args(argv)
    try:
        read = settings.read()
        log.configure(read.log_level)
        if args.command != "up":
            read = beside.around(read)
        return _run(args.run(args, read))
    except Problem as problem:
        return _fail(args, problem)
    except ExceptionGroup as several:  # what runs side by side fails as a group
        return _fail(args, _problem_in(several))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


def _run(command: Coroutine[Any, Any, int]) -> int:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(command)


def _parser(areas: Sequence[str]) -> argparse.ArgumentParser:
    """Return what parses the commands of these areas, or of all where nobody knows whose it is."""
    parser = argparse.ArgumentParser(
        prog="./run",
        description="Rundbrief: newsletters for associations of public bodies.",
        epilog="Of the checkout itself: ./run test, ./run bench NAME, ./run torture.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for area in areas or AREAS:
        importlib.import_module(f"service.cli.{area}").register(commands)
    return parser


def _problem_in(several: ExceptionGroup[Exception]) -> Problem:
    """Return the first problem of a group; a group with another fault in it is raised again."""
    problems, others = several.split(Problem)
    if problems is None or others is not None:
        raise several
    first: Exception = problems
    while isinstance(first, ExceptionGroup):
        first = first.exceptions[0]
    return cast(Problem, first)


def _fail(args: argparse.Namespace, problem: Problem) -> int:
    # What is out of reach has a reason that only the operator at the machine is told; every other
    # problem says it all by itself.
    reason = problem.__cause__ if isinstance(problem, Unavailable) else None
    said = f"{problem} ({reason})" if reason else str(problem)
    if getattr(args, "json", False):
        faults = problem.faults if isinstance(problem, Invalid) else ()
        told = {
            "error": said,
            "faults": [{"where": fault.where, "what": str(fault.what)} for fault in faults],
        }
        print_line(msgspec.json.encode(told).decode())
    sys.stderr.write(f"{said}\n")
    return 1
