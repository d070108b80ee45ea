"""Commands about delivery: hand one edition to one address, to see it in a real mail program."""

import argparse

from service import app as composition
from service.cli import command
from service.cli.command import Subparsers
from service.delivery import actions as delivery
from service.delivery import outcome
from service.delivery.actions import Answer
from service.delivery.model import Accepted
from service.kit import clock
from service.kit.settings import Settings


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    test = command.add(
        commands, "send-test", send_test, "hand an edition over to one address, as a test"
    )
    test.add_argument("edition", type=int, help="the edition's number in its address")
    test.add_argument("address")
    test.add_argument(
        "--variant", type=int, help="bits of the segments that match; without it, every block"
    )


async def send_test(args: argparse.Namespace, settings: Settings) -> int:
    """Exit 0 if the mail server took the mail, 1 if it said anything else."""
    async with composition.opened(settings) as app:
        answers = await delivery.send_test(
            app.db,
            app.mailer,
            app.renderer,
            args.edition,
            args.address,
            public_url=settings.public_url,
            now=clock.now(),
            variant=args.variant,
        )
    told = [_told(answer) for answer in answers]
    lines = ["{relay}: {state}: {code} {reply}".format(**one).rstrip() for one in told]
    command.say(args, told[-1] | {"passed_over": told[:-1]}, "\n".join(lines))
    return 0 if isinstance(answers[-1].said, Accepted) else 1


def _told(answer: Answer) -> dict[str, str | int]:
    state, reply = outcome.state_of(answer.said).value, answer.said.reply
    said: dict[str, str | int] = {"code": reply.code, "status": reply.status, "reply": reply.text}
    return {"relay": answer.relay, "state": state, **said}
