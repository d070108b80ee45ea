"""A function in a child process: what it costs is bounded, and what it breaks is replaced."""

import time
from pathlib import Path

from service.kit.confine import Confined, Overrun

HERE = f"{__name__}" if __name__.startswith("tests.") else "tests.kit.test_confine"


def echo(payload: bytes) -> bytes:
    return payload[::-1]


def misbehave(payload: bytes) -> bytes:
    """Do what the payload says."""
    if payload == b"hang":
        while True:
            time.monotonic()
    if payload == b"grow":
        return bytes(bytearray(2_000_000_000))
    if payload == b"raise":
        raise ValueError
    if payload == b"die":
        raise SystemExit(3)
    if payload == b"who":
        return Path("/proc/self/stat").read_bytes().split()[0]
    return payload


async def test_a_call_returns_what_the_function_returns() -> None:
    confined = Confined(f"{HERE}:echo", size=1)
    assert await confined.call(b"abc") == b"cba"
    assert await confined.call(b"x" * 5_000_000) == b"x" * 5_000_000
    await confined.close()


async def test_a_call_that_hangs_grows_raises_or_dies_costs_only_itself() -> None:
    confined = Confined(f"{HERE}:misbehave", size=1, seconds=1.5, megabytes=512)
    assert await confined.call(b"hang") is Overrun.TIME
    assert await confined.call(b"grow") is Overrun.MEMORY
    assert await confined.call(b"raise") is Overrun.CRASH
    assert await confined.call(b"die") is Overrun.CRASH
    assert await confined.call(b"gut") == b"gut"
    await confined.close()


async def test_a_child_is_used_again_and_replaced_after_its_share_of_calls() -> None:
    confined = Confined(f"{HERE}:misbehave", size=1, calls=2)
    children = [await confined.call(b"who") for _ in range(4)]
    assert children[0] == children[1]
    assert children[2] == children[3]
    assert children[0] != children[2]
    await confined.close()
