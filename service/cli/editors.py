"""Commands about logins: make the first administrator, or any editor, at the machine itself."""

import argparse
import getpass
import secrets
import sys
from pathlib import Path

from service import app as composition
from service.accounts import actions as accounts
from service.accounts.model import EditorRole
from service.cli import command
from service.cli.command import Subparsers
from service.kit import clock
from service.kit.errors import Invalid
from service.kit.messages import LANGUAGES
from service.kit.settings import Settings
from service.kit.text import msg
from service.web.forms import Form


def register(commands: Subparsers) -> None:
    """Add this area's commands."""
    parser = command.add(
        commands, "create-editor", create_editor, "make a login: an editor, approver, administrator"
    )
    parser.add_argument("email", help="the mail address to log in with")
    parser.add_argument("--name", default="", help="as others see it (default: the address)")
    parser.add_argument(
        "--role", choices=[str(role) for role in EditorRole], default=str(EditorRole.ADMINISTRATOR)
    )
    parser.add_argument("--language", choices=LANGUAGES, default="de")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--password-file", type=Path, help="read the password from this file")
    ways.add_argument("--generate", action="store_true", help="make a password and print it once")


async def create_editor(args: argparse.Namespace, settings: Settings) -> int:
    """Create an account with a password; print a password only where it was made here."""
    form = Form({"email": [args.email], "name": [args.name or args.email]})
    email, name = form.email("email", required=True), form.text("name")
    form.check()
    password, made_here = _password(args)
    now = clock.now()
    async with composition.opened(settings) as app, app.db.tx() as tx:
        editor_id = await accounts.create(
            tx, email=email, name=name, role=EditorRole(args.role), language=args.language, now=now
        )
        await accounts.set_password(tx, editor_id, password, now)
    answer = {"id": editor_id, "email": email, "role": str(args.role)}
    text = f"{email} can log in at {settings.public_url}/login as {args.role}."
    if made_here:
        answer["password"] = password
        text += f"\nPassword, shown this once: {password}"
    command.say(args, answer, text)
    return 0


def _password(args: argparse.Namespace) -> tuple[str, bool]:
    """Return the password, and whether it was made here: from a file, typed twice, or generated."""
    if args.password_file:
        return _from_file(args.password_file), False
    if args.generate or not sys.stdin.isatty():
        return secrets.token_urlsafe(12), True
    typed = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != typed:
        raise Invalid.of("password", msg("The two passwords differ; nothing was created."))
    return typed, False


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid.of(
            "--password-file", msg("%(path)s cannot be read as text.", path=str(path))
        ) from error
