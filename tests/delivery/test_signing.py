"""Signatures by processes of their own: right, in order, and whatever becomes of a process."""

import asyncio
import hashlib
import os
import select
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from deploy.torture import processes
from service.delivery.signature import Private
from service.delivery.signing import Signing

ROOT = Path(__file__).parents[2]
SMALL = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LARGE = rsa.generate_private_key(public_exponent=65537, key_size=3072)
MODERN = ed25519.Ed25519PrivateKey.generate()
KEYS = (SMALL, LARGE, MODERN)
PATIENCE = 10_000  # milliseconds until a process that should end has ended

# Starts signing processes, says which, and is killed by whoever reads it.
ORPHANING = """
import asyncio
from cryptography.hazmat.primitives.asymmetric import ed25519
from deploy.torture import processes
from service.delivery.signing import Signing
import os
async def main():
    key = ed25519.Ed25519PrivateKey.generate()
    await Signing([key]).sign([(key, bytes(32))])
    print(*processes.descendants(os.getpid()), flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@asynccontextmanager
async def signing(*keys: Private) -> AsyncIterator[Signing]:
    signer = Signing(keys)
    try:
        yield signer
    finally:
        await signer.close()


def asked(many: int) -> list[tuple[Private, bytes]]:
    return [(KEYS[n % len(KEYS)], hashlib.sha256(b"%d" % n).digest()) for n in range(many)]


def check(questions: list[tuple[Private, bytes]], signatures: list[bytes]) -> None:
    """Raise where a signature is not that of its own question."""
    for (key, digest), said in zip(questions, signatures, strict=True):
        if isinstance(key, rsa.RSAPrivateKey):
            public = key.public_key()
            public.verify(said, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        else:
            key.public_key().verify(said, digest)


def children() -> list[int]:
    """Return our signing processes; the tests' PostgreSQL may be our child, too."""
    return [pid for pid in processes.descendants(os.getpid()) if b"notary" in command(pid)]


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has gone this moment
        return b""


def ended(pid: int) -> int:
    """Return what becomes readable when a process ends."""
    return os.pidfd_open(pid)


def wait_for(watched: int) -> bool:
    look = select.poll()
    look.register(watched, select.POLLIN)
    return bool(look.poll(PATIENCE))


async def test_each_question_gets_its_own_signature_whatever_the_keys() -> None:
    async with signing(*KEYS) as signer:
        batches = [asked(many) for many in (1, 7, 40, 3, 100)]
        answers = await asyncio.gather(*map(signer.sign, batches))
    for batch, answer in zip(batches, answers, strict=True):
        check(batch, answer)


async def test_who_signs_nothing_starts_nothing() -> None:
    before = children()
    async with signing() as signer:
        assert await signer.sign([]) == []
        assert children() == before


async def test_a_process_that_is_killed_costs_no_signature_and_is_replaced() -> None:
    before = set(children())
    async with signing(*KEYS) as signer:
        check(asked(3), await signer.sign(asked(3)))
        first = set(children()) - before
        assert len(first) == signer.children
        async with asyncio.TaskGroup() as group:
            work = [group.create_task(signer.sign(asked(60))) for _ in range(8)]
            await asyncio.sleep(0)
            for pid in first:
                os.kill(pid, signal.SIGKILL)
            for task in work:
                check(asked(60), await task)
            check(asked(5), await signer.sign(asked(5)))
            second = set(children()) - before - first
            assert len(second) == signer.children


async def test_a_process_that_hangs_is_killed_and_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.delivery.signing._PATIENCE", 0.05)
    before = set(children())
    async with signing(*KEYS) as signer:
        await signer.sign(asked(1))
        stuck = [(pid, ended(pid)) for pid in set(children()) - before]
        for pid, _ in stuck:
            os.kill(pid, signal.SIGSTOP)
        for _ in stuck:
            check(asked(20), await signer.sign(asked(20)))
        assert all(wait_for(watched) for _, watched in stuck)


async def test_processes_that_die_again_and_again_are_given_up_and_all_is_signed() -> None:
    before = set(children())
    async with signing(SMALL) as signer:
        question = [(SMALL, bytes(32))]
        for _ in range(30):
            check(question, await signer.sign(question))
            processes.kill([*set(children()) - before])
        check(question, await signer.sign(question))
        assert not {pid for pid in children() if processes.alive(pid)} - before


async def test_a_stop_that_everybody_hears_waits_for_what_is_under_way() -> None:
    before = set(children())
    async with signing(*KEYS) as signer:
        await asyncio.gather(*(signer.sign(asked(1)) for _ in range(signer.children)))
        mine = set(children()) - before  # all of them have begun
        for pid in mine:
            os.kill(pid, signal.SIGTERM)
            os.kill(pid, signal.SIGINT)
        check(asked(50), await signer.sign(asked(50)))
        assert set(children()) - before == mine
        watched = [ended(pid) for pid in mine]
    assert all(map(wait_for, watched)), "they end with us"


async def test_they_end_when_whoever_started_them_is_killed() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ORPHANING, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    watched = [ended(int(pid)) for pid in (await process.stdout.readline()).split()]
    assert watched
    process.kill()
    await process.wait()
    assert all(map(wait_for, watched))
