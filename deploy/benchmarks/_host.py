"""The processes of the delivery benchmark, and the CPU that each of them takes (Linux)."""

import asyncio
import os
import resource
import shutil
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from msgspec import Struct

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE, SINK = (shutil.which(n, path="/usr/sbin:/usr/bin") for n in ("smtp-source", "smtp-sink"))


class Sourced(Struct, frozen=True):
    """What smtp-source did: mails a second, and seconds of CPU, its own and the sink's."""

    rate: float
    cpu: float
    sink_cpu: float


async def child(*command: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251 (handed on as it is)
    return await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environment)


async def line(process: asyncio.subprocess.Process) -> str:
    said = (await process.stdout.readline()).decode() if process.stdout else ""
    if not said:
        raise SystemExit("a process of the benchmark ended early")
    return said


def tell(process: asyncio.subprocess.Process, word: bytes) -> None:
    if process.stdin:
        process.stdin.write(word)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def listening(process: asyncio.subprocess.Process, port: int) -> None:
    while process.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        return
    raise SystemExit("the sink does not start")


@asynccontextmanager
async def sink(given: str) -> AsyncIterator[tuple[str, int]]:
    """Give address and process id of a mail server that takes everything; 0 for one elsewhere."""
    if given:
        yield given, 0
        return
    if SINK:
        port = free_port()
        user = ("-u", "nobody") if os.geteuid() == 0 else ()
        process = await child(SINK, *user, f"127.0.0.1:{port}", "1000")
    else:
        process = await child(sys.executable, str(HERE / "_sink.py"))
        port = int(await line(process))
    try:
        await listening(process, port)
        yield f"127.0.0.1:{port}", process.pid
    finally:
        await ended(process)


@asynccontextmanager
async def distance(target: str, milliseconds: float) -> AsyncIterator[str]:
    """Give an address that is so far from `target`, there and back."""
    if not milliseconds:
        yield target
        return
    command = (str(HERE / "_distance.py"), target, str(milliseconds))
    process = await child(sys.executable, *command)
    try:
        yield f"127.0.0.1:{int(await line(process))}"
    finally:
        await ended(process)


async def ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def source(target: str, sink_pid: int, messages: int, size: int) -> Sourced | None:
    """Let smtp-source hand over as many mails of the same size; None where it is not installed."""
    if not SOURCE:
        return None
    sink_before, before, started = cpu(sink_pid), _reaped(), time.perf_counter()
    process = await child(
        *(SOURCE, "-s", "5", "-d", "-m", str(messages), "-l", str(size)),
        *("-f", "news@verband.example", "-t", "person@gemeinde.example", target),
    )
    if await process.wait():
        raise SystemExit("smtp-source failed")
    seconds = time.perf_counter() - started
    return Sourced(messages / seconds, _reaped() - before, cpu(sink_pid) - sink_before)


def _reaped() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu(pid: int) -> float:
    """Return the seconds that a process has run so far; 0 for one that is not here."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def cpu_of(pids: Iterable[int]) -> dict[int, float]:
    return {pid: cpu(pid) for pid in pids}


def t_rsa(path: Path) -> float:
    """Return the microseconds of CPU that one RSA signature takes here, at its quickest."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SystemExit("no RSA key")
    taken = []
    for _ in range(20):
        started = time.process_time()
        for number in range(25):
            key.sign(b"%d" % number * 500, padding.PKCS1v15(), hashes.SHA256())
        taken.append((time.process_time() - started) / 25)
    return statistics.median(taken) * 1e6
