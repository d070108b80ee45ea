"""Addresses beyond ASCII: domains travel as A-labels, local parts where SMTPUTF8 is offered."""

import dkim as dkimpy
import pytest

from service.audience import addresses
from service.delivery import dkim, plain, smtp
from service.delivery.smtp import Mailer, Seal
from service.kit.db import Database
from service.outbox import actions as outbox
from service.outbox.model import MessageState
from tests.delivery.relay import Relay
from tests.delivery.test_notices import notices_worker, owed
from tests.delivery.work import LIMITS, Clock, mailer, workers
from tests.outbox import cast

TYPED = ("mu\u0308ller@Gemeinde.example", "用户@例え.jp", "amt@Bücher.example", "o'neil@b.example")
STORED = ("müller@gemeinde.example", "用户@xn--r8jz45g.jp", "amt@xn--bcher-kva.example", TYPED[3])
KEY = dkim.read_key(dkim.new_key(), "soko.example", "a")
RECORD = dkim.record(KEY).encode()


def test_an_address_is_stored_in_nfc_with_its_domain_as_a_labels() -> None:
    assert tuple(addresses.plain(typed)[0] for typed in TYPED) == STORED


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("utf8", [True, False])
async def test_a_server_that_offers_smtputf8_gets_all_others_what_they_can_take(
    db: Database, utf8: bool, pipelining: bool
) -> None:
    dispatch_id = await cast.opened(db, people=len(STORED))
    async with db.tx() as tx:
        for number, address in enumerate(STORED):
            person = await cast.contact(tx, number)
            await tx.execute(
                "update message set address = $2 where contact_id = $1", person, address
            )
    server = Relay(pipelining=pipelining)
    server.utf8 = utf8
    await server.start()
    target = Mailer(smtp.relay(server.url), helo="t.example", limits=LIMITS, seal=Seal((KEY,)))
    async with workers(db, target):
        while set(await cast.states(db, dispatch_id)) - {"accepted", "refused"}:
            pass  # each look is a round trip to the database
    await server.stop()
    expected = {a for a in STORED if utf8 or a.isascii()}
    assert set(server.recipients) == expected
    for recipient, content in server.accepted:
        assert f"\r\nTo: <{recipient}>\r\n".encode() in content
        assert dkimpy.verify(content, dnsfunc=lambda *_args, **_kw: RECORD)
    async with db.read() as tx:
        refused = await outbox.recipients(tx, dispatch_id, state=MessageState.REFUSED)
        assert {m.address: m.status for m in refused} == {
            a: "5.6.7" for a in STORED if a not in expected
        }
        assert all("SMTPUTF8" in m.reply for m in refused)
        told = {str(plain.meaning(m.code, m.status, m.reply)) for m in refused}
        assert all("umlauts" in sentence for sentence in told)
        assert await tx.fetchval("select count(*) from suspension") == 0


async def test_single_mails_reach_such_addresses_as_well(db: Database) -> None:
    server = Relay()
    server.utf8 = True
    await server.start()
    await owed(db, STORED[0])
    async with notices_worker(db, mailer(server.url), Clock()):
        await server.until(lambda: len(server.accepted) == 1)
    await server.stop()
    assert server.accepted[0][0] == STORED[0]
