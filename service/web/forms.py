"""Reads a submitted form field by field and collects every fault, so that all can be shown at once.

It keeps what was typed (passwords excepted). It stores nothing and knows no page.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from service.kit import localtime
from service.kit.errors import Conflict, Fault, Invalid
from service.kit.text import Text, msg, normalise, one_line

Choice = TypeVar("Choice", bound=StrEnum)

_MOST_FIELDS = 12_000  # as many rows as may be chosen at once, and the fields around them
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@[^\s@<>(),;:\"\\\[\]]+\.[^\s@<>(),;:\"\\\[\].]{2,}")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_BLANKS_IN_NUMBERS = str.maketrans("", "", "'’ \u00a0\u202f")
_LONGEST_ADDRESS = 254
_LONGEST_ID = 19  # digits of 2^63 - 1
# Far enough from what a calendar can bear that any day may be moved to another clock.
_YEARS = range(1900, 2200)


class Upload(msgspec.Struct, frozen=True):
    """A file that came with a form: the name it had, and its bytes."""

    name: str
    data: bytes


class Form:
    """What was typed, and what is wrong with it.

    Every reading returns a usable value; where the input is faulty it returns an empty one and adds
    to `faults`. `check()` raises Invalid with all of them; call it once, after the last reading.
    """

    def __init__(
        self, fields: Mapping[str, Sequence[str]], files: Mapping[str, Upload] | None = None
    ) -> None:
        self.lists: dict[str, list[str]] = {n: list(v) for n, v in fields.items() if v}
        self.files: Mapping[str, Upload] = files or {}
        self.faults: list[Fault] = []

    @property
    def values(self) -> dict[str, str | list[str]]:
        """What to show again, by field: a text, or a list where a field was sent several times."""
        return {name: v[0] if len(v) == 1 else v for name, v in self.lists.items()}

    def first(self, name: str) -> str:
        """Return the raw value of a field, "" where it was not sent."""
        return self.lists[name][0] if name in self.lists else ""

    @classmethod
    def of(cls, **values: object) -> "Form":
        """Return a form that shows stored values: None as nothing, True as ticked."""
        return cls({name: _shown(value) for name, value in values.items()})

    @classmethod
    def decode(cls, body: bytes) -> "Form":
        """Read an `application/x-www-form-urlencoded` body; raises Invalid where it is not one."""
        try:
            pairs = parse_qsl(
                body.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        except ValueError as error:
            raise Invalid.of(
                "", msg("The form could not be read. Please send it again.")
            ) from error
        lists: dict[str, list[str]] = {}
        for name, value in pairs:
            lists.setdefault(name, []).append(value)
        return cls(lists)

    def fault(self, where: str, what: Text) -> None:
        """Note a fault; for rules that concern several fields, or the page's own."""
        self.faults.append(Fault(where, what))

    def check(self) -> None:
        """Raise Invalid with the faults found so far: one a field, in the order of the page."""
        if self.faults:
            raise Invalid(self._told())

    def _told(self) -> list[Fault]:
        # Browsers send fields in the order in which they stand on the page.
        places = {name: place for place, name in enumerate(self.lists)}
        firsts: dict[object, Fault] = {}
        for number, fault in enumerate(self.faults):
            firsts.setdefault(fault.where or number, fault)
        return sorted(firsts.values(), key=lambda one: places.get(one.where, len(places)))

    def text(
        self, name: str, *, required: bool = False, limit: int = 200, lines: bool = False
    ) -> str:
        """Return a text without outer blanks; on one line, unless `lines`."""
        raw = self.first(name)
        if "\0" in raw:
            self.fault(name, msg("This contains a character that cannot be stored."))
            return ""
        value = normalise(raw).strip() if lines else one_line(raw)
        if required and not value:
            self.fault(name, msg("Please fill this in."))
        elif len(value) > limit:
            self.fault(
                name,
                msg(
                    "This is too long: %(length)s characters of at most %(limit)s.",
                    length=len(value),
                    limit=limit,
                ),
            )
            return ""
        return value

    def secret(self, name: str, *, limit: int = 200) -> str:
        """Return a password exactly as typed, and never show it again."""
        value = self.first(name)
        self.lists.pop(name, None)
        if not value:
            self.fault(name, msg("Please fill this in."))
        elif len(value) > limit or "\0" in value:
            self.fault(name, msg("A password has at most %(limit)s characters.", limit=limit))
            return ""
        return value

    def email(self, name: str, *, required: bool = False, ours: bool = False) -> str:
        """Return a mail address as typed; a line break in it is a fault, not white space.

        `ours`: we write from it, so every mail server must understand it.
        """
        raw = self.first(name).strip()
        if not raw:
            return self.text(name, required=required)
        if len(raw) > _LONGEST_ADDRESS or not _EMAIL.fullmatch(raw) or raw != normalise(raw):
            self.fault(name, msg("This is not a mail address. Expected: name@example.ch"))
            return ""
        if ours and not raw.rpartition("@")[0].isascii():
            self.fault(name, msg("The sender's address has no umlauts before the @."))
            return ""
        return raw

    def url(self, name: str, *, required: bool = False, limit: int = 2000) -> str:
        """Return an http or https address with a host."""
        value = self.text(name, required=required, limit=limit)
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in value
            usable = usable and (parts.port is None or parts.port > 0)
        except ValueError:
            usable = False
        if not usable:
            self.fault(name, msg("This is not a web address. Expected: https://www.example.ch/…"))
            return ""
        return value

    def integer(
        self, name: str, *, low: int = 0, high: int = 2**31 - 1, required: bool = False
    ) -> int | None:
        """Return a whole number within bounds, or None where nothing was typed."""
        value = self.text(name, required=required, limit=30).translate(_BLANKS_IN_NUMBERS)
        if not value:
            return None
        if not (_WHOLE.fullmatch(value) and value.isascii() and low <= int(value) <= high):
            self.fault(
                name,
                msg("Please give a whole number from %(low)s to %(high)s.", low=low, high=high),
            )
            return None
        return int(value)

    def choice(self, name: str, among: Iterable[str], *, default: str | None = None) -> str:
        """Return one of the offered values; `default` where nothing was chosen."""
        value = self.first(name)
        if not value and default is not None:
            return default
        if value not in set(among):
            self.fault(name, msg("Please choose one of the offered values."))
            return ""
        return value

    def enum(self, name: str, kind: type[Choice], *, default: Choice | None = None) -> Choice:
        """Return a member of `kind`; after a fault its first one, which `check` then discards."""
        value = self.choice(name, list(kind), default=default)
        return kind(value) if value else next(iter(kind))

    def number(self, name: str) -> int:
        """Return the id in a hidden field or a select; a fault where it is none."""
        return self.integer(name, low=1, high=2**63 - 1, required=True) or 0

    def flag(self, name: str) -> bool:
        """Tell whether a checkbox is ticked."""
        return self.first(name) not in {"", "0", "false", "off"}

    def many(
        self, name: str, among: Iterable[str] | None = None, *, limit: int = 1000
    ) -> list[str]:
        """Return every chosen value once, in order; each must be among the offered ones."""
        values = list(dict.fromkeys(v for v in self.lists.get(name, []) if v))
        offered = None if among is None else set(among)
        if len(values) > limit or any(
            "\0" in v or (offered is not None and v not in offered) for v in values
        ):
            self.fault(name, msg("Please choose among the offered values."))
            return []
        return values

    def numbers(self, name: str, *, limit: int = 1000) -> list[int]:
        """Return every chosen id once, in order."""
        values = self.many(name, limit=limit)
        if not all(
            v.isascii() and v.isdigit() and len(v) <= _LONGEST_ID and 0 < int(v) < 2**63
            for v in values
        ):
            self.fault(name, msg("Please choose among the offered values."))
            return []
        return [int(v) for v in values]

    def date(self, name: str, *, required: bool = False) -> date | None:
        """Return a day: 2026-02-03 as browsers send it, or 3.2.2026 as people type it."""
        value = self.text(name, required=required, limit=40)
        if not value:
            return None
        for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
            try:
                day = datetime.strptime(value, pattern).date()  # noqa: DTZ007 (a day has no zone)
            except ValueError:
                continue
            if day.year in _YEARS:
                return day
        self.fault(name, msg("This is not a date. Expected: 3.2.2026"))
        return None

    def time(self, name: str, *, required: bool = False) -> time | None:
        """Return a time of day: 07:00, or 7.00 as people type it."""
        value = self.text(name, required=required, limit=20).replace(".", ":")
        if not value:
            return None
        try:
            return time.fromisoformat(value.zfill(5))
        except ValueError:
            self.fault(name, msg("This is not a time of day. Expected: 07:00"))
            return None

    def moment(self, day: str, clock: str, *, required: bool = False) -> datetime | None:
        """Return the UTC instant of a day and a Swiss time of day from two fields."""
        when, hour = self.date(day, required=required), self.time(clock, required=required)
        if when is None and hour is None:
            return None
        if when is None or hour is None:
            if not required:
                self.fault(day if when is None else clock, msg("Please fill this in."))
            return None
        return localtime.at(when, hour)

    def file(self, name: str, *, required: bool = False, limit: int = 10_000_000) -> Upload | None:
        """Return the uploaded file; None where none was chosen."""
        upload = self.files.get(name)
        if upload is None or not (upload.data or upload.name):
            if required:
                self.fault(name, msg("Please choose a file."))
            return None
        if len(upload.data) > limit:
            self.fault(
                name,
                msg("The file is too large: at most %(limit)s MB.", limit=limit // 1_000_000),
            )
            return None
        return upload


def refusal(problem: Invalid | Conflict | None) -> tuple[int, tuple[Fault, ...]]:
    """Return the status and the faults of a form that is shown again; 200 where none is wrong."""
    if problem is None:
        return 200, ()
    if isinstance(problem, Invalid):
        return 422, tuple(problem.faults)
    return 409, (Fault("", problem.text),)


def _shown(value: object) -> list[str]:
    if value is None or value is False:
        return []
    if value is True:
        return ["on"]
    if isinstance(value, list | tuple | set | frozenset):
        return [str(v) for v in value]
    return [str(value)]
