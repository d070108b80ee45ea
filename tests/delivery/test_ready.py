"""Finished mails between the press and the connections."""

import asyncio

import pytest

from service.delivery.ready import Ready


async def turns(count: int = 5) -> None:
    """Let everybody who can go on do so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_mails_go_out_in_the_order_they_came() -> None:
    ready = Ready[int](10)
    await ready.put([1, 2, 3])
    await ready.put([4])
    assert [ready.now() for _ in range(5)] == [1, 2, 3, 4, None]


async def test_who_makes_too_many_waits_until_one_is_taken() -> None:
    ready = Ready[int](2)
    await ready.put([1, 2])
    async with asyncio.TaskGroup() as group:
        makers = [group.create_task(ready.put([n])) for n in (3, 4)]
        await turns()
        assert not any(maker.done() for maker in makers)
        assert ready.now() == 1
        await turns()
        assert [maker.done() for maker in makers] == [True, False]
        assert [await ready.take() for _ in range(3)] == [2, 3, 4]
        await asyncio.gather(*makers)


async def test_who_waited_last_is_served_first() -> None:
    ready = Ready[int](10)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(ready.take())
        await turns()
        last = group.create_task(ready.take())
        await turns()
        await ready.put([1])
        await turns()
        assert last.done() and not first.done()
        await ready.put([2])
        assert await first == 2


async def test_at_the_end_everybody_goes_once_nothing_is_left() -> None:
    ready = Ready[int](10)
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(ready.take()) for _ in range(3)]
        await turns()
        await ready.put([1])
        ready.end()
        assert sorted(filter(None, await asyncio.gather(*waiting))) == [1]
        assert await ready.take() is None


@pytest.mark.parametrize("served", [False, True])
async def test_a_mail_for_one_who_left_goes_to_another(served: bool) -> None:
    ready = Ready[int](10)
    async with asyncio.TaskGroup() as group:
        other = group.create_task(ready.take())
        await turns()
        leaving = group.create_task(ready.take())
        await turns()
        if served:  # called at the very moment that it leaves
            await ready.put([1])
            leaving.cancel()
        else:
            leaving.cancel()
            await turns()
            await ready.put([1])
        assert await other == 1
        assert leaving.cancelled()
