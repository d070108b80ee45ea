"""The house under torture: its PostgreSQL, its workers and its mail server, each a process."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.torture import processes
from deploy.torture.clock import Clock
from deploy.torture.sink import Limit
from service.kit import embedded

ROOT = Path(__file__).resolve().parents[2]
FREE = Limit()
_PATIENCE_S = 60


class House:
    """Starts what is not there and kills what is; knows nothing of messages."""

    def __init__(
        self, folder: Path, *, workers: int, connections: int, options: tuple[str, ...] = ()
    ) -> None:
        self.folder, self.connections = folder, connections
        self.journal = folder / "journal"
        self.errors = folder / "errors"
        self.clock = Clock(folder / "clock")
        self.dsn, self._lock = embedded.start(folder, options=options)
        self.workers: list[asyncio.subprocess.Process | None] = [None] * workers
        self._sink: asyncio.subprocess.Process | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])

    async def start_sink(self, seed: int, faults: float, limit: Limit = FREE) -> None:
        """Start the mail server where it is not running; returns when it listens."""
        takes = (str(limit.mails), str(limit.window), str(int(limit.strokes)))
        figures = (str(seed), str(faults), *takes)
        arguments = (str(self.port), str(self.journal), *figures)
        self._sink = await _python("deploy.torture.sink", *arguments, errors=self.errors)
        await _said_something(self._sink)

    async def kill_sink(self) -> None:
        if self._sink is not None:
            await _killed(self._sink)

    async def start_workers(self) -> None:
        """Start the workers that are not running."""
        url = f"smtp://127.0.0.1:{self.port}"
        arguments = (self.dsn, url, str(self.folder / "clock"), str(self.connections))
        fresh = [place for place, worker in enumerate(self.workers) if worker is None]
        for place in fresh:
            self.workers[place] = await _python(
                "deploy.torture.worker", *arguments, errors=self.errors
            )
        for place in fresh:
            await _said_something(self.workers[place])  # from here on it knows SIGTERM

    async def kill_workers(self, places: Sequence[int]) -> None:
        """Kill the workers of these places; whoever ended by itself is a fault of the product."""
        for place in places:
            if (worker := self.workers[place]) is not None:
                self._still_there(worker)
                await _killed(worker)
                self.workers[place] = None

    async def drain_workers(self) -> None:
        """Ask all workers to stop, and wait until they have."""
        for place, worker in enumerate(self.workers):
            if worker is not None:
                self._still_there(worker)
                worker.terminate()
                if await asyncio.wait_for(worker.wait(), _PATIENCE_S):
                    raise self._fault(f"a worker ended with {worker.returncode} after SIGTERM")
                self.workers[place] = None

    def _still_there(self, worker: asyncio.subprocess.Process) -> None:
        if worker.returncode is not None:
            raise self._fault(f"a worker ended by itself with {worker.returncode}")

    def _fault(self, what: str) -> SystemExit:
        return SystemExit(f"{what}\n{self.errors.read_text()[-4000:]}")

    def server_processes(self) -> list[int]:
        """Return PostgreSQL's processes, the first one being the parent of the others."""
        folder = Path(self.dsn.partition("host=")[2]).parent
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        return [pid, *processes.descendants(pid)]

    async def restart_server(self, gone: Sequence[int]) -> None:
        """Start PostgreSQL again once none of the killed one's processes is left."""
        await processes.until_gone(gone, _PATIENCE_S)
        _, lock = await asyncio.to_thread(embedded.start, self.folder)
        os.close(lock)

    async def leave(self) -> None:
        """End everything and remove the database; as root it does not lie in the folder."""
        for process in (*self.workers, self._sink):
            if process is not None and process.returncode is None:
                await _killed(process)
        family = self.server_processes()
        processes.kill(family)  # nobody will ask this database anything any more
        os.close(self._lock)
        await processes.until_gone(family, _PATIENCE_S)
        told = self.folder / "postgres" / "lies-in-var-lib-rundbrief"
        if told.exists():
            lies = Path("/var/lib/rundbrief") / told.read_text().strip()
            shutil.rmtree(lies, ignore_errors=True)  # its supervisor tidies up at the same time


async def _python(module: str, *arguments: str, errors: Path) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", module, *arguments)
    with errors.open("ab") as told:
        return await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=told,
            start_new_session=True,
        )


async def _said_something(process: asyncio.subprocess.Process | None) -> None:
    if process is None or process.stdout is None or not await process.stdout.readline():
        raise SystemExit("a process of the torture does not start")


async def _killed(process: asyncio.subprocess.Process) -> None:
    processes.kill([process.pid])
    await process.wait()
