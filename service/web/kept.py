"""What somebody had typed when their session ended, carried along by the login form. Pure.

Nothing is stored, passwords are left out, and it is sent again only by a press of a button.
"""

import base64
import binascii

import msgspec

from service.web.forms import Form

_LEFT_OUT = {"csrf", "password", "current", "again"}


class Kept(msgspec.Struct, frozen=True):
    """Where a form was going, and what was in it."""

    path: str
    fields: dict[str, list[str]]


def keep(path: str, form: Form) -> str:
    """Return the content of a hidden field."""
    fields = {name: values for name, values in form.lists.items() if name not in _LEFT_OUT}
    return base64.urlsafe_b64encode(msgspec.json.encode(Kept(path, fields))).decode()


def restore(value: str) -> Kept | None:
    """Return what a hidden field holds, None where it holds nothing of ours."""
    try:
        kept = msgspec.json.decode(base64.urlsafe_b64decode(value), type=Kept)
    except (binascii.Error, msgspec.DecodeError, ValueError):
        return None
    return kept if inside(kept.path) else None


def inside(path: str) -> bool:
    """Tell whether a path leads to a page of ours and not to another host."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
