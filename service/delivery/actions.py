"""Handing over what is owed: the loops of a worker, the probe of a silent relay, a test mail.

Any number of workers, on any number of machines, may run `deliver` at once: the ledger gives each
message to one of them at a time.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from service.audience.model import GREETINGS
from service.delivery import blame, outcome, retry, store
from service.delivery.carrier import Carrier
from service.delivery.model import (
    Attempt,
    AttemptOutcome,
    Cause,
    Deferred,
    Outcome,
    Refused,
    RelayCondition,
    RelayState,
    Reply,
    Scope,
    Unreachable,
    Withheld,
)
from service.delivery.pipeline import Stale
from service.delivery.smtp import Line, Mailer
from service.editions import actions as editions
from service.editions import compose
from service.kit import localtime, log
from service.kit.db import Database, Tx
from service.kit.errors import Invalid, Unavailable
from service.kit.render import Renderer
from service.kit.tokens import Signer
from service.outbox import actions as outbox
from service.outbox import assemble, control, ledger, notices, opening
from service.outbox.model import Mail, Message, MessageState, Notice, NoticeKind, Rendition, Ticket

Clock = Callable[[], datetime]

_log = log.logger("delivery")

_POLL = 0.5  # seconds between looks for work
_NOTICE_LEASE = timedelta(minutes=2)
_AFTER_FAILURE = 5.0
_TEST = "[Test] "


class Answer(Struct, frozen=True):
    """What one mail server said to a test mail; without a code where it cannot be reached."""

    relay: str
    said: Outcome


def worker_name() -> str:
    """Return a name for this worker that no other one has or will have."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


async def deliver(
    db: Database, mailer: Mailer, signer: Signer, clock: Clock, stop: asyncio.Event
) -> None:
    """Hand over newsletters until `stop`; then finish what is in flight and give the rest back.

    A worker that fails is replaced; its leases run out, and `recover` settles what it held.
    """
    while not stop.is_set():
        try:
            await Carrier(db, mailer, signer, clock, stop, worker_name()).run()
        except* Exception:  # noqa: BLE001 - whatever it is, mail that is owed must go on
            _log.exception("a worker failed; another one takes over")
            await _pause(stop, _AFTER_FAILURE)


async def recover(db: Database, now: datetime) -> tuple[int, int]:
    """Settle what workers held that are gone; returns how many are queued again and unknown."""
    async with db.tx() as tx:
        found = await ledger.recover(tx, now)
        again = await notices.recover(tx, now)
    if found.queued or found.unknown or again:
        _log.warning(
            "recovered: %s queued again, %s unknown, %s notices",
            found.queued,
            found.unknown,
            again,
        )
    return found.queued, found.unknown


# --- The relay ------------------------------------------------------------------------------------


async def probe(db: Database, mailer: Mailer, now: datetime) -> bool:
    """Knock at relays that did not answer, when it is time; let dispatches go on if one does.

    Of several workers one knocks. Nobody waits where one stands, be it that another worker found
    it so meanwhile, or that SMTP_URL names another one now. Returns whether dispatches may go on.
    """
    async with db.tx() as tx:
        states = await relay_states(tx, mailer)
        away = [s for s in states if s.condition is not RelayCondition.UP]
        freed = len(away) < len(mailer.relays) and await outbox.free_held(tx)
    down = [s for s in away if s.condition is RelayCondition.DOWN]
    back = [await _knock(db, mailer, known, now) for known in down]
    return bool(freed) or any(back)


async def _knock(db: Database, mailer: Mailer, known: RelayState, now: datetime) -> bool:
    (target,) = [relay for relay in mailer.relays if relay.name == known.relay]
    async with db.tx() as tx:
        again = retry.probe(known.probes + 1, now)
        if await store.take_probe(tx, known.relay, now, again) is None:
            return False
    try:
        await mailer.probe(target)
    except Unreachable as problem:
        if problem.condition is RelayCondition.LOCKED_OUT:
            async with db.tx() as tx:
                told = (problem.condition.value, now, problem.text, None)
                await store.relay_down(tx, known.relay, *told)
                states = await relay_states(tx, mailer)
                if all(s.condition is RelayCondition.LOCKED_OUT for s in states):
                    await outbox.ask_person(tx, problem.text)
        return False
    async with db.tx() as tx:
        await store.relay_up(tx, known.relay, now)
        await outbox.free_held(tx)
    return True


async def forget(tx: Tx) -> int:
    """Blank what mail servers said about contacts who were erased; returns how many replies."""
    return await store.forget(tx)


async def relay_states(tx: Tx, mailer: Mailer) -> list[RelayState]:
    """Return how the relays stand, the preferred first; one that was never used is left out."""
    names = [relay.name for relay in mailer.relays]
    return sorted(await store.relay_states(tx, names), key=lambda state: names.index(state.relay))


async def attempts(tx: Tx, message: Message) -> list[Attempt]:
    """Return every try to hand a message over, the first one first.

    A try that succeeded is told by the message itself; others have a record of their own.
    """
    failed = await store.attempts(tx, message.id)
    handed, settled = message.handed_at, message.settled_at
    if message.state is not MessageState.ACCEPTED or handed is None or settled is None:
        return failed
    if any(attempt.number == message.attempt for attempt in failed):
        return failed  # that try stayed without an answer; what came of it was found out later
    accepted = Attempt(
        message.id,
        message.attempt,
        handed,
        settled,
        message.relay,
        AttemptOutcome.ACCEPTED,
        message.code,
        message.status,
        message.reply,
    )
    return [*failed, accepted]


async def refused_over_us(tx: Tx, dispatch_id: int, most: int = 1000) -> list[Message]:
    """Return messages that were refused because of us, by address, not of their recipients.

    They were certainly not delivered. Of the first `most` refusals those that can go out once what
    is wrong with sender or relay is mended.
    """
    state = MessageState.REFUSED
    refused = await outbox.recipients(tx, dispatch_id, state=state, limit=most)
    words = blame.without_addresses
    return [m for m in refused if outcome.over_us(Reply(m.code, m.status, words(m.reply)))]


# --- Mails to one person --------------------------------------------------------------------------


async def deliver_notices(
    db: Database, mailer: Mailer, signer: Signer, clock: Clock, stop: asyncio.Event
) -> None:
    """Hand over single mails until `stop`, on a connection of their own, one after the other."""
    worker = worker_name()
    line = mailer.line()
    while not stop.is_set():
        now = clock()
        try:
            async with db.tx() as tx:
                held = await notices.claim(tx, worker, now, now + _NOTICE_LEASE)
            if held is not None:
                line = await _post(db, mailer, line, held, worker, clock, signer=signer)
                continue
        except Unavailable as problem:
            _log.warning("notices wait: %s", problem)
        except Exception:  # noqa: BLE001 - one notice never stops the others
            _log.exception("a notice failed; its lease runs out, then it is tried again")
        await line.close()
        await _pause(stop, _POLL)
    await line.close()


async def _post(  # noqa: PLR0913 (the doors, and what is held)
    db: Database,
    mailer: Mailer,
    line: Line,
    held: Notice,
    worker: str,
    clock: Clock,
    *,
    signer: Signer,
) -> Line:
    """Try one notice and write down what came of it; return the connection to go on with."""

    async def permit() -> bool:
        now = clock()
        async with db.tx() as tx:
            return await notices.hand_over(tx, worker, held, now, now + _NOTICE_LEASE)

    try:
        mail = await _written(db, mailer, signer, held)
        if not line.usable:
            line = await _fresh(db, mailer, line)
        try:
            said = await line.hand_over(mail, permit)
        except Stale:
            line = await _fresh(db, mailer, line)
            said = await line.hand_over(mail, permit)
    except Invalid as fault:
        said = Refused(Reply(0, "5.1.3", str(fault)), Cause.OTHER)
    except Unreachable as problem:
        said = Deferred(outcome.reply(0, str(problem)[:500]), Scope.RELAY)
    if not isinstance(said, Withheld):
        await _settle_notice(db, held, worker, said, clock())
    return line


async def _written(db: Database, mailer: Mailer, signer: Signer, held: Notice) -> Mail:
    if held.kind is not NoticeKind.CONTROL:
        return await mailer.sealed(notices.write(held), held.created_at)
    async with db.read() as tx:
        mail, token = await control.write(tx, signer, held, mailer.bounce_domain)
    return await mailer.sealed(mail, held.created_at, token)


async def _fresh(db: Database, mailer: Mailer, line: Line) -> Line:
    """End a line and open one to the first relay that answers."""
    await line.close()
    async with db.read() as tx:
        states = await relay_states(tx, mailer)
    return await mailer.opened([s.relay for s in states if s.condition is not RelayCondition.UP])


async def _settle_notice(
    db: Database, held: Notice, worker: str, said: Outcome, now: datetime
) -> None:
    """Write a notice's outcome; whatever is not final is tried again until it is too late."""
    state, next_at = outcome.state_of(said), None
    if state in {MessageState.DEFERRED, MessageState.UNKNOWN}:
        next_at = retry.notice(held.tries, now, held.give_up_at)
        state = MessageState.DEFERRED if next_at else MessageState.REFUSED
    reply = said.reply
    async with db.tx() as tx:
        await notices.settle(
            tx,
            worker,
            held,
            state,
            now,
            next_at=next_at,
            code=reply.code,
            status=reply.status,
            reply=reply.text,
        )


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


# --- A test mail ----------------------------------------------------------------------------------


async def send_test(  # noqa: PLR0913 (the doors and the choice)
    db: Database,
    mailer: Mailer,
    renderer: Renderer,
    edition_id: int,
    address: str,
    *,
    public_url: str,
    now: datetime,
    variant: int | None = None,
) -> list[Answer]:
    """Hand an edition over to one address at once, as it stands; no ledger keeps it.

    `variant` None shows every block. Links lead straight to their aim, personal links nowhere.
    Returns what each mail server said that was asked; the last one's word stands. Raises
    Unavailable where none can be reached.
    """
    async with db.read() as tx:
        content = await editions.content(tx, edition_id)
    every = (1 << len(compose.segments_of(content.blocks))) - 1
    today = localtime.local(now).date()
    made = await compose.render(
        renderer,
        content,
        every if variant is None else variant,
        public_url=public_url,
        today=today,
    )
    language = content.newsletter.language
    greeting = GREETINGS.get(language, GREETINGS["en"])
    html, text = compose.sample(made, public_url, greeting, address)
    shown = Rendition(0, made.variant, _TEST + made.subject, made.preheader, html, text, made.nonce)
    form = assemble.compile_form(shown, opening.letterhead(content, public_url))
    ticket = Ticket(edition_id, 0, 0, 1, 0, address, greeting, language, made.variant, now)
    mail = await mailer.sealed(assemble.write(form, ticket, "preview"), now)
    return await _send_now(mailer, mail)


async def _send_now(mailer: Mailer, mail: Mail) -> list[Answer]:
    """Ask one mail server after the other, until one has more to say than "not now, not here"."""
    answers: list[Answer] = []
    problems: list[Unreachable] = []
    for target in mailer.relays:
        line = mailer.line(target)
        try:
            await line.open()
            said = await line.hand_over(mail, _yes)
        except Unreachable as problem:
            problems.append(problem)
            said = Deferred(Reply(0, "", str(problem.brief)), Scope.RELAY)
        finally:
            await line.close()
        if not isinstance(said, Withheld):  # who is always allowed to is never held back
            answers.append(Answer(target.name, said))
        if not (isinstance(said, Deferred) and said.scope is Scope.RELAY):
            break
    if len(problems) == len(answers):
        raise Unavailable(problems[0].brief) from problems[0]
    return answers


async def _yes() -> bool:
    return True
