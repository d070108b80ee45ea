"""Reads returned mail from a mailbox elsewhere (IMAP4rev1, RFC 3501). It never deletes a mail.

What was taken in is moved to a folder of its own. All calls block and belong in a thread; every
one raises Closed, with words for a person, when the server does not answer or does not let us in.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from service.kit.errors import Invalid
from service.kit.text import Text, msg, one_line

DONE = "Rundbrief"
_HELD = 256 * 1024
LARGEST = 25 * 1024 * 1024
_BATCH = 50
_PATIENCE = 30.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")


class Closed(Exception):
    """Nothing can be read; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Address(Struct, frozen=True):
    """Where a mailbox is; `done` is the folder for what was taken in."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    done: str
    secure: bool  # TLS from the first byte; otherwise STARTTLS, except on this machine


class Held(Struct, frozen=True):
    """One mail of the mailbox: its beginning, and how large it is as a whole."""

    uid: int
    mail: bytes
    size: int


def address(url: str) -> Address:
    """Read imaps://user:password@host[:port][/folder][?done=folder]; raises Invalid."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise Invalid.of("IMAP_URL", msg("expected imaps://user:password@host/folder"))
    secure = parts.scheme == "imaps"
    return Address(
        host=parts.hostname,
        port=port or (993 if secure else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        done=unquote((parse_qs(parts.query).get("done") or [DONE])[0]),
        secure=secure,
    )


class Mailbox:
    """One session. What it gives is read only; `done` moves a mail once it is stored."""

    def __init__(self, where: Address) -> None:
        self._where = where
        self._imap: imaplib.IMAP4 | None = None
        self._able: frozenset[str] = frozenset()
        self._moved: set[int] = set()

    def open(self) -> None:
        """Log in and choose the folder; make the other one where it is missing."""
        where = self._where
        with self._told():
            self._imap = self._connected()
            try:
                self._imap.login(where.user, where.password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                why = msg("The mailbox does not let us in: %(why)s", why=_words(error))
                raise Closed(why) from error
            # Asked anew: many a server tells what it can do only to whom it knows.
            told = self._expect(self._imap.capability())
            self._able = frozenset(told[-1].decode().upper().split())
            self._expect(self._imap.select(_quoted(where.folder)))
            listed = self._expect(self._imap.list('""', _quoted(where.done)))
            if not any(listed):
                self._expect(self._imap.create(_quoted(where.done)))

    def look(self, passed_over: frozenset[int] = frozenset()) -> list[Held]:
        """Return the next mails of the folder, without marking them as read."""
        with self._told():
            imap = self._session()
            imap.noop()  # a server tells only now what has come in
            found = self._expect(imap.uid("SEARCH", "UNDELETED"))
            numbers = [int(uid) for row in found if row for uid in row.split()]
            due = [n for n in numbers if n not in passed_over and n not in self._moved][:_BATCH]
            return [held for uid in due if (held := self._fetch(imap, uid)) is not None]

    def done(self, uid: int) -> None:
        """Move a mail to the other folder; where the server cannot move, copy it and mark it.

        A marked mail stays in the folder unless exactly this one can be taken out (RFC 4315).
        """
        with self._told():
            imap, target = self._session(), _quoted(self._where.done)
            if "MOVE" in self._able:
                self._expect(imap.uid("MOVE", str(uid), target))
            else:
                self._expect(imap.uid("COPY", str(uid), target))
                self._expect(imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)"))
                if "UIDPLUS" in self._able:
                    self._expect(imap.uid("EXPUNGE", str(uid)))
            self._moved.add(uid)

    def whole(self, held: Held) -> Held:
        """Return all of a mail, where it is not larger than one that we take by ourselves."""
        if held.size > LARGEST:
            return held
        with self._told():
            found = self._fetch(self._session(), held.uid, LARGEST)
            return found or held

    def close(self) -> None:
        """End the session, tidily where that is still possible."""
        imap, self._imap = self._imap, None
        if imap is None:
            return
        try:
            imap.logout()
        except Exception:  # noqa: BLE001 - whatever it says to a goodbye, it is over
            imap.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        where = self._where
        if where.secure:
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=_PATIENCE)
        imap = imaplib.IMAP4(where.host, where.port, timeout=_PATIENCE)
        if where.host not in _LOOPBACK:
            imap.starttls(ssl.create_default_context())
        return imap

    def _session(self) -> imaplib.IMAP4:
        if self._imap is None:
            raise Closed(msg("The mailbox does not answer: %(why)s", why="closed"))
        return self._imap

    def _fetch(self, imap: imaplib.IMAP4, uid: int, most: int = _HELD) -> Held | None:
        """Return the beginning of one mail; None where it was taken away in the meantime."""
        answer = self._expect(
            imap.uid("FETCH", str(uid), f"(UID RFC822.SIZE BODY.PEEK[]<0.{most}>)")
        )
        for piece in answer:
            if isinstance(piece, tuple) and len(piece) == 2:
                size = _SIZE.search(piece[0])
                return Held(uid, piece[1], int(size[1]) if size else len(piece[1]))
        return None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say whatever goes wrong for a person, and end the session: the next one starts anew."""
        try:
            yield
        except Closed:
            self.close()
            raise
        except (imaplib.IMAP4.error, OSError) as error:
            self.close()
            raise Closed(msg("The mailbox does not answer: %(why)s", why=_words(error))) from error
        except Exception as error:  # numbers that are none, words in no known letters …
            self.close()
            why = msg("The mailbox answers what nobody understands: %(why)s", why=_words(error))
            raise Closed(why) from error

    def _expect(self, answer: tuple[str, Any]) -> list[Any]:
        """Return what a server sends with its OK."""
        status, data = answer
        if status != "OK":
            why = b" ".join(p for p in data if isinstance(p, bytes)).decode("utf-8", "replace")
            raise Closed(msg("The mailbox refuses: %(why)s", why=one_line(why)[:300]))
        return list(data)


def _quoted(name: str) -> str:
    """Return a folder's name as IMAP has it: modified UTF-7 (RFC 3501 §5.1.3), in quotes."""
    coded = re.sub(r"&|[^\x20-\x7e]+", _shifted, name)
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    seven = found[0].encode("utf-7").decode("ascii")
    return "&" + seven.removeprefix("+").removesuffix("-").replace("/", ",") + "-"


def _words(error: Exception) -> str:
    """Return what an error says; imaplib keeps a server's own words as bytes."""
    said = error.args[-1] if error.args else error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return one_line(text)[:300]
