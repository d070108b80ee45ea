"""A small IMAP server over a real socket: as much of RFC 3501 as one mailbox needs, and MOVE.

`password` is what lets in; `locked` refuses everybody with words, `able` lists its extensions.
"""

import asyncio
import re
from typing import Self


class Imap:
    """Folders of mails by number; what a client moves is seen in `folders`."""

    def __init__(self, *able: str) -> None:
        self.able = able
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}}
        self.deleted: set[int] = set()
        self.locked = ""
        self.lost_after_fetch = False
        self.logins = 0
        self.refused: set[str] = set()  # commands that are answered with NO
        self.nonsense: dict[str, bytes] = {}  # what stands before the OK of a command
        self._next = 1
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Condition()

    def put(self, mail: bytes) -> int:
        uid, self._next = self._next, self._next + 1
        self.folders["INBOX"][uid] = mail
        return uid

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def until(self, holds: object) -> None:
        """Wait until a condition holds; it is looked at after every command."""
        assert callable(holds)
        async with asyncio.timeout(30), self._news:
            await self._news.wait_for(holds)

    @property
    def url(self) -> str:
        return f"imap://redaktion:geheim@127.0.0.1:{self.port}/INBOX"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        writer.write(b"* OK ready\r\n")
        while line := await reader.readline():
            tag, _, command = line.decode().strip().partition(" ")
            verb = command.upper().removeprefix("UID ").split()[0]
            answer = self._answer(verb, command)
            for piece in answer[:-1]:
                writer.write(piece + b"\r\n")
            if answer[-1] == b"":
                break
            writer.write(tag.encode() + b" " + answer[-1] + b" done\r\n")
            async with self._news:
                self._news.notify_all()
            if verb == "LOGOUT":
                break
        writer.close()

    def _answer(self, verb: str, command: str) -> list[bytes]:
        """Return untagged lines, and last what follows the tag; empty hangs up."""
        if verb in self.refused:
            return [b"NO [INUSE] the mailbox is locked by another process"]
        if verb in self.nonsense:
            return [self.nonsense[verb], b"OK"]
        if verb in {"FETCH", "COPY", "MOVE", "STORE", "EXPUNGE"}:
            return self._on_mail(verb, command)
        if verb == "LOGIN":
            self.logins += 1
            right = command.split()[1:] == ["redaktion", '"geheim"']
            return [b"OK"] if right and not self.locked else [b"NO " + self._why()]
        name = command.rsplit(maxsplit=1)[-1].strip('"')
        if verb == "CREATE":
            self.folders[name] = {}
        due = " ".join(str(uid) for uid in self._inbox() if uid not in self.deleted)
        told = {
            "CAPABILITY": f"* CAPABILITY IMAP4rev1 {' '.join(self.able if self.logins else ())}",
            "SEARCH": f"* SEARCH {due}",
            "SELECT": f"* {len(self._inbox())} EXISTS",
            "LIST": f'* LIST () "/" "{name}"' if name in self.folders else "",
        }.get(verb)
        return [told.encode(), b"OK"] if told else [b"OK"]

    def _on_mail(self, verb: str, command: str) -> list[bytes]:
        uid = int(command.split()[2])
        mail = self._inbox().get(uid)
        if verb == "FETCH" and mail is not None:
            if self.lost_after_fetch:
                return [b""]
            size = int(re.findall(r"<0\.(\d+)>", command)[0])
            head = f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail)} BODY[]<0> "
            begun = mail[:size]
            return [head.encode() + b"{%d}\r\n" % len(begun) + begun + b")", b"OK"]
        if mail is not None and verb in {"COPY", "MOVE"}:
            if verb == "MOVE" and "MOVE" not in self.able:
                return [b"BAD unknown"]
            self.folders[command.split()[3].strip('"')][uid] = mail
        if verb == "STORE":
            self.deleted.add(uid)
        if verb == "MOVE" or (verb == "EXPUNGE" and uid in self.deleted):
            self._inbox().pop(uid, None)
        return [b"OK"]

    def _inbox(self) -> dict[int, bytes]:
        return self.folders["INBOX"]

    def _why(self) -> bytes:
        return self.locked.encode() or b"[AUTHENTICATIONFAILED] wrong password"
