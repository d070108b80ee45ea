"""The demo's three logins: made up once and kept in DATA_DIR, to be shown at every start."""

import secrets
from pathlib import Path

import msgspec

from service.kit import lasting

_CONSONANTS, _VOWELS = "bdfgklmnprstvwz", "aeiou"


class Login(msgspec.Struct, frozen=True):
    """Somebody who may enter the demo, with the password in the clear: it opens nothing else."""

    email: str
    name: str
    role: str
    password: str


def kept(data_dir: Path) -> tuple[Login, ...]:
    """Return the logins of this data folder; they are made up the first time."""
    return _read(
        lasting.kept(
            _path(data_dir), lambda: msgspec.json.format(msgspec.json.encode(_made_up())).decode()
        )
    )


def known(data_dir: Path) -> tuple[Login, ...]:
    """Return the logins that were made up before; none where there never was a demo."""
    path = _path(data_dir)
    return _read(path.read_text(encoding="utf-8")) if path.exists() else ()


def _read(text: str) -> tuple[Login, ...]:
    return msgspec.json.decode(text, type=tuple[Login, ...])


def _path(data_dir: Path) -> Path:
    return data_dir / "demo" / "logins.json"


def _made_up() -> tuple[Login, ...]:
    return (
        Login("redaktion@konferenz.example", "Redaktion", "editor", _password()),
        Login("freigabe@konferenz.example", "Freigabe", "approver", _password()),
        Login("verwaltung@konferenz.example", "Verwaltung", "administrator", _password()),
    )


def _password() -> str:
    """Return about 50 bits that a person can read out: four made-up words."""
    words = ("".join(_syllable() for _ in range(2)) for _ in range(4))
    return "-".join(words)


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
