"""One SMTP session whose commands go out in groups (RFC 2920), on a transport that stands open.

The envelope is one write, and the next mail's envelope goes out with this mail's final dot, so that
a mail costs one round trip. The body leaves before the ledger is asked and the dot after it said
yes. It opens no connection, and closes for good whatever it cannot understand: a reply nobody
waited for, a time-out, a cancelled hand-over. What was announced but has no dot is safe to retry.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

from msgspec import Struct

from service.delivery import outcome
from service.delivery.model import (
    Cause,
    Deferred,
    Outcome,
    Refused,
    Reply,
    Scope,
    Unknown,
    Withheld,
)
from service.delivery.refusal.model import Step
from service.outbox.model import Mail

Permit = Callable[[], Awaitable[bool]]
Follower = Callable[[], Mail | None]

_LONGEST_REPLY = 32 * 1024


class Stale(Exception):
    """A used connection had gone before the first command; nothing was sent, open another."""


class Lost(Exception):
    """The server went, or said what nobody can understand."""


class Offer(Struct, frozen=True):
    """What the server said it can do. `size` 0: it named no limit."""

    size: int = 0
    announces_size: bool = False
    dsn: bool = False
    utf8: bool = False  # addresses beyond ASCII (SMTPUTF8, RFC 6531)

    def refuses(self, mail: Mail) -> Refused | None:
        """Return the refusal that a mail would get for its size or its recipient's address."""
        if 0 < self.size < mail.size:
            said = Reply(552, "5.3.4", "larger than this mail server takes")
            return Refused(said, Cause.CONTENT)
        if not self.utf8 and not mail.recipient.isascii():
            said = Reply(0, "5.6.7", "this mail server takes no address beyond ASCII (SMTPUTF8)")
            return Refused(said, Cause.CONTENT)
        return None

    def envelope(self, mail: Mail) -> tuple[bytes, bytes]:
        """Return MAIL and RCPT of a mail, with the parameters that the server understands."""
        size = f" SIZE={mail.size}" if self.announces_size else ""
        track = f" RET=HDRS ENVID={mail.token}" if self.dsn and mail.token else ""
        notify = " NOTIFY=FAILURE,DELAY" if self.dsn else ""
        utf8 = "" if mail.recipient.isascii() else " SMTPUTF8"
        sender = f"MAIL FROM:<{mail.sender}>{size}{track}{utf8}"
        return sender.encode("ascii"), f"RCPT TO:<{mail.recipient}>{notify}".encode()


class Pipeline(asyncio.Protocol):
    """Takes over a transport after the greeting, EHLO, TLS and login."""

    def __init__(self, transport: asyncio.Transport, offer: Offer, command: float, dot: float):
        self._transport = transport
        self._offer = offer
        self._command, self._final_dot = command, dot
        self._rest = b""  # of a line whose end has not come yet
        self._said: list[bytes] = []
        self._kind = b""  # the first digit of the reply that has begun
        self._replies: deque[Reply] = deque()
        self._owed = 0  # replies that the server still owes us
        self._wake: asyncio.Future[None] | None = None
        self._deadline = 0.0  # until when the one who waits is patient
        self._timer: asyncio.TimerHandle | None = None
        self._paused = False
        self._gone = ""
        self._dirty = False  # a refused transaction has to be cleared first
        self._announced: Mail | None = None
        self._used = False
        # Nothing may linger in our own buffer: a dot that was written has left. (0 would let the
        # TLS transport pause when it holds nothing.)
        transport.set_write_buffer_limits(high=1, low=0)
        transport.set_protocol(self)

    @property
    def standing(self) -> bool:
        return not self._gone and not self._transport.is_closing()

    @property
    def announced(self) -> Mail | None:
        """The mail whose envelope the server has and that waits for its turn."""
        return self._announced

    # --- The transport speaks ---------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if self._gone:  # nothing that follows in the same piece is an answer to anything
                break
            self._line(line.rstrip(b"\r"))
        if len(self._rest) + len(self._said) + sum(map(len, self._said)) > _LONGEST_REPLY:
            self.abandon("the answer has no end")
        self._awake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = self._gone or f"connection lost{f' ({exc})' if exc else ''}"
        self._ended()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._awake()

    def _line(self, line: bytes) -> None:
        if not self._said and (said := _whole(line)) is not None:
            self._came(said)
            return
        if not line[:3].isdigit() or line[3:4] not in {b" ", b"-", b""}:
            self.abandon("the answer is no reply: " + line[:80].decode("ascii", "replace"))
            return
        if self._said and line[:1] != self._kind:  # yes and no at once (RFC 5321 §4.2.1)
            self.abandon("the answer contradicts itself: " + line[:80].decode("ascii", "replace"))
            return
        self._kind = line[:1]
        self._said.append(line[4:])
        if line[3:4] == b"-":
            return
        said = _read(line[:3], b" ".join(self._said))
        self._said.clear()
        self._came(said)

    def _came(self, said: Reply) -> None:
        if self._owed == 0:
            self.abandon(f"spoke unasked: {said.code} {said.text[:80]}")
            return
        self._owed -= 1
        self._replies.append(said)

    def _ended(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._awake()

    def _awake(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    # --- We speak ---------------------------------------------------------------------------------

    async def hand_over(self, mail: Mail, permit: Permit, follower: Follower) -> Outcome | Withheld:
        """Hand one mail over; what `follower` returns is announced together with the dot.

        Raises Stale where a used connection had quietly gone. Whatever `permit` raises comes
        through, and the mail was not sent.
        """
        try:
            if refused := self._offer.refuses(mail):
                return refused
            if self._announced is None:
                self._write([self._announcement(mail)], 3 + self._dirty)
            elif self._announced is not mail:  # the server expects the body of another one
                raise Stale  # noqa: TRY301 (whatever leaves this block ends the session)
            self._announced = None
            try:
                stopped = await self._answered()
                if stopped is not None:
                    return stopped
                self._write(mail.pieces, 0)
                await self._drained()
            except Lost as error:
                return gone(error)
            if not await permit():
                self.abandon("left before the dot")
                return Withheld()
            if not self.standing:
                return gone(Lost(self._gone))
            return await self._dot(follower())
        except BaseException:
            self.abandon("a hand-over was broken off")
            raise

    async def quit(self, patience: float) -> None:
        """End the session politely, unless a mail is announced."""
        if self.standing and self._announced is None and not self._owed:
            with contextlib.suppress(Lost, TimeoutError):
                async with asyncio.timeout(patience):
                    self._write([b"QUIT\r\n"], 1)
                    await self._reply(self._command)
        self.abandon("over")

    def abandon(self, why: str = "broken off") -> None:
        """Cut the connection; whatever the server still says is nobody's."""
        self._gone = self._gone or why
        self._announced = None
        self._transport.abort()
        self._ended()

    def _announcement(self, mail: Mail) -> bytes:
        group = b"\r\n".join((*self._offer.envelope(mail), b"DATA\r\n"))
        return b"RSET\r\n" + group if self._dirty else group

    async def _answered(self) -> Deferred | Refused | None:
        """Read what became of an envelope; return what stopped the mail, if anything."""
        first = await self._first()
        refused = None if first.code == 250 else (first, Step.MAIL)
        try:
            if first.code != 421:
                second = await self._reply(self._command)
                refused = refused or (None if second.code in {250, 251} else (second, Step.RCPT))
                if second.code != 421:
                    return await self._begun(refused)
        except Lost:  # whoever refuses and hangs up has refused all the same
            if refused is None:
                raise
        return self._stopped(*(refused or (first, Step.MAIL)))

    async def _first(self) -> Reply:
        """Return the answer to MAIL; raises Stale where a used connection had ended before it."""
        used, self._used = self._used, True
        try:
            if self._dirty and (said := await self._reply(self._command)).code != 250:
                self.abandon(f"RSET is answered {said.code}")
            self._dirty = False
            first = await self._reply(self._command)
        except Lost as error:
            if used:
                raise Stale from error
            raise
        if used and first.code == 421:  # it had said goodbye before it saw this mail
            raise Stale
        return first

    async def _begun(self, refused: tuple[Reply, Step] | None) -> Deferred | Refused | None:
        """Read the answer to DATA; one that goes ahead without a recipient gets a lone dot."""
        third = await self._reply(self._command)
        if refused is None:
            return None if third.code == 354 else self._stopped(third, Step.DATA)
        if third.code == 354:
            self._write([b".\r\n"], 1)
            await self._reply(self._command)
        return self._stopped(*refused)

    def _stopped(self, said: Reply, step: Step) -> Deferred | Refused:
        self._dirty = True
        if said.code == 421 or not 400 <= said.code <= 599:
            self.abandon(f"answered {said.code}")
        return outcome.of_refusal(said, step)

    async def _dot(self, following: Mail | None) -> Outcome:
        """Send the final dot, and with it the next envelope; from here on no answer is unknown."""
        if following is None or self._offer.refuses(following):
            self._write([b".\r\n"], 1)
        else:
            self._write([b".\r\n" + self._announcement(following)], 4)
            self._announced = following
        try:
            said = await self._reply(self._final_dot)
        except Lost as error:
            return Unknown(outcome.unanswered(error))
        judged = outcome.of_final(said)
        if isinstance(judged, Unknown) or said.code == 421:
            self.abandon(f"answered {said.code}")
        return judged

    def _write(self, pieces: Sequence[bytes], replies: int) -> None:
        if not self.standing:
            return  # whoever waits for the replies is told
        self._owed += replies
        # The service runs on uvloop. asyncio's own loop would not say "wait" here before Python
        # 3.12.8 and 3.13.1 (gh-127655); joining the pieces instead would copy each mail once more.
        self._transport.writelines(pieces)

    async def _drained(self) -> None:
        while self._paused:
            self._deadline = asyncio.get_running_loop().time() + self._command
            await self._wait()

    async def _reply(self, patience: float) -> Reply:
        if not self._replies:
            # For the whole of it: a line now and then does not make a server's time longer.
            self._deadline = asyncio.get_running_loop().time() + patience
        while not self._replies:
            await self._wait()
        return self._replies.popleft()

    async def _wait(self) -> None:
        """Wait for anything to happen on the transport; raises Lost when nothing will."""
        if self._gone:
            raise Lost(self._gone)
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._look_again(loop)
        self._wake = loop.create_future()
        try:
            await self._wake
        finally:
            self._wake = None

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        """Set the one timer of this session, never later than any deadline that may follow.

        A timer per wait would cost more than the wait: four of them come with every mail.
        """
        soonest = loop.time() + min(self._command, self._final_dot)
        self._timer = loop.call_at(min(soonest, self._deadline), self._check, loop)

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._wake is None or self._wake.done():
            return  # whoever waits next sets it again
        if loop.time() >= self._deadline:
            self.abandon("no answer in time")
        else:
            self._look_again(loop)


@lru_cache(maxsize=64)  # a server answers most commands in the same words
def _whole(line: bytes) -> Reply | None:
    """Return the reply that a line is all of; None for anything else."""
    whole = line[:3].isdigit() and line[3:4] in {b" ", b""}
    return _read(line[:3], line[4:]) if whole else None


def _read(code: bytes, text: bytes) -> Reply:
    return outcome.reply(int(code), text.decode("utf-8", "replace"))


def gone(error: Exception) -> Deferred:
    """Return the outcome of a mail that certainly has not been sent."""
    return Deferred(outcome.unanswered(error), Scope.RELAY)
