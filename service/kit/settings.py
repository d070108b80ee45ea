"""The settings: one frozen struct, read once from the environment, all faults reported at once.

A secret may stand in a file: NAME_FILE names it. Only the composition root and the command line
read settings; everything else is handed values.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from service.kit import lasting
from service.kit.errors import Fault, Invalid
from service.kit.reach import Allowed
from service.kit.text import msg

ROOT = Path(__file__).resolve().parents[2]
_BESIDE = 2  # connections to the database, beside one for each delivery loop
# The hosts that stand in the envelope and the headers of every mail, which take nothing else.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,180}}$){_LABEL}(?:\.{_LABEL})*")
_HOST = re.compile(rf"{_DOMAIN.pattern}|[0-9a-f:.]+")  # or the number of one


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator can set; `deploy/settings.example` documents each (compared by test)."""

    database_url: str = ""  # empty: the embedded PostgreSQL
    pg_bindir: str = ""
    smtp_url: str = ""  # smtp[s]://[name:password@]host[:port][?starttls=no], or several
    public_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = ROOT / ".data"
    secret_keys: tuple[str, ...] = ()  # SECRET_KEYS, newest first, separated by commas
    segments_dir: Path = ROOT / "segments"
    fetch_allow: tuple[str, ...] = ()  # networks that may be fetched though not public
    bounce_domain: str = ""  # domain of the envelope sender; empty: the newsletter's sender
    bounce_listen: str = ""  # host:port at which we take returned mail ourselves; empty: nowhere
    imap_url: str = ""  # imaps://user:password@host/folder, a mailbox that returned mail comes to
    operator_email: str = ""  # contact in the User-Agent of our fetches
    workers: int = 1  # delivery loops in this process
    smtp_connections: int = 5
    pool_size: int = 10
    log_level: str = "INFO"

    @property
    def secure(self) -> bool:
        """Whether people reach us by https."""
        return self.public_url.startswith("https://")


def _url(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        expected = " / ".join(f"{s}://host…" for s in schemes)
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError as error:
            raise ValueError(expected) from error
        if not usable:
            raise ValueError(expected)
        return value.rstrip("/")

    return read


def _root(value: str) -> str:
    """Read where people reach us: a host of its own, for every link of ours starts at /."""
    found = _url("http", "https")(value)
    parts = urlsplit(found)
    if not parts.hostname or not _HOST.fullmatch(parts.hostname):
        raise ValueError("https://news.example.org (ü…: xn--…)")
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        only = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        raise ValueError(f"{only}, with nothing behind the host: the service needs one for itself")
    return found


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value.lower()):
        raise ValueError("bounce.example.org (ü…: xn--…)")
    return value.lower()


def _urls(*schemes: str) -> Callable[[str], str]:
    """Read one address or several, separated by spaces or commas."""
    one = _url(*schemes)

    def read(value: str) -> str:
        return " ".join(one(part) for part in value.replace(",", " ").split())

    return read


def _database(value: str) -> str:
    if urlsplit(value).scheme not in {"postgresql", "postgres"}:
        raise ValueError("postgresql://user:password@host/name")
    return value


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"{low} … {high}")
        return int(value)

    return read


def _place(value: str) -> str:
    host, _, port = value.rpartition(":")
    _whole(1, 65535)(port)
    if not host:
        raise ValueError("host:port")
    return value


def _several(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _networks(value: str) -> tuple[str, ...]:
    several = _several(value)
    for one in several:
        Allowed.parse(one)
    return several


def _keys(value: str) -> tuple[str, ...]:
    keys = _several(value)
    if any(len(key) < 32 for key in keys):
        raise ValueError("each key has at least 32 characters: openssl rand -hex 32")
    return keys


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("DEBUG, INFO, WARNING, ERROR")
    return value.upper()


_READERS: dict[str, Callable[[str], Any]] = {
    "database_url": _database,
    "smtp_url": _urls("smtp", "smtps"),
    "public_url": _root,
    "bounce_domain": _domain,
    "bounce_listen": _place,
    "imap_url": _url("imaps", "imap"),
    "port": _whole(1, 65535),
    "data_dir": Path,
    "segments_dir": Path,
    "secret_keys": _keys,
    "fetch_allow": _networks,
    "workers": _whole(1, 64),
    "smtp_connections": _whole(1, 100),
    "pool_size": _whole(2, 500),
    "log_level": _level,
}


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of the environment; raises Invalid naming every faulty one."""
    env = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in Settings.__struct_fields__:
        name = field.upper()
        try:
            raw = _raw(env, name)
            if raw:
                values[field] = _READERS.get(field, str)(raw)
        except OSError as error:
            faults.append(Fault(f"{name}_FILE", msg("cannot be read: %(why)s", why=error.strerror)))
        except ValueError as error:
            faults.append(Fault(name, msg("is not usable; expected: %(what)s", what=str(error))))
    if "public_url" not in values:
        values["public_url"] = f"http://127.0.0.1:{values.get('port', 8000)}"
    found = Settings(**values)
    # Each loop keeps one for its ledger; where none is left, each mail waits for the others.
    if found.pool_size < (least := found.workers + _BESIDE):
        why = msg("is not usable; expected: %(what)s", what=f"≥ {least} (WORKERS + {_BESIDE})")
        faults.append(Fault("POOL_SIZE", why))
    if faults:
        raise Invalid(faults)
    return found


def _raw(env: Mapping[str, str], name: str) -> str:
    if path := env.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return env.get(name, "").strip()


def keys(settings: Settings) -> list[bytes]:
    """Return the signing keys: the operator's, or one that is made and kept in DATA_DIR."""
    if settings.secret_keys:
        return [key.encode() for key in settings.secret_keys]
    made = lasting.kept(settings.data_dir / "secret-key", lambda: secrets.token_hex(32))
    return [made.strip().encode()]
