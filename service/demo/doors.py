"""What listens while the demo runs: the news site and the mail catcher, on lasting ports.

A third port is kept for the listener of returned mail, to which the demo's mailboxes answer; the
worker opens it.

The ports are kept in DATA_DIR, because the demo's sources hold the site's address; a port that
something else has taken meanwhile is replaced. One DATA_DIR serves one demo at a time.
"""

import fcntl
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from service.demo.catcher import Catcher
from service.demo.mailbox import Mailbox
from service.demo.postman import Postman
from service.demo.site_server import SiteServer
from service.kit.errors import Unavailable
from service.kit.text import msg


class Doors(msgspec.Struct, frozen=True):
    """Where the running demo can be reached."""

    site_url: str
    smtp_url: str
    returns_url: str  # where mail that comes back is listened for
    public_url: str  # where its pages are; "" where nobody said


class Kept(msgspec.Struct):
    site: int = 0
    smtp: int = 0
    returns: int = 0
    public_url: str = ""


def mailbox(data_dir: Path) -> Mailbox:
    """Return the mailbox of a data folder, whoever fills it."""
    return Mailbox(data_dir / "mails")


@asynccontextmanager
async def opened(
    data_dir: Path, clock: Callable[[], datetime], public_url: str = ""
) -> AsyncIterator[Doors]:
    """Listen until the block ends; raises Unavailable beside a demo that runs there already.

    Commands beside it read `public_url`: whoever starts it is the only one to know its port.
    """
    path = _path(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(data_dir):
        async with _listening_on(data_dir, clock, public_url) as doors:
            yield doors


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it however the process ends."""
    with _path(data_dir).with_name("lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            what = msg(
                "Rundbrief runs on %(folder)s already. Use that one, stop it first, or set DATA_DIR"
                " to another folder.",
                folder=data_dir,
            )
            raise Unavailable(what) from error
        yield


@asynccontextmanager
async def _listening_on(
    data_dir: Path, clock: Callable[[], datetime], public_url: str
) -> AsyncIterator[Doors]:
    path = _path(data_dir)
    kept = _kept(data_dir) or Kept()
    site_socket, smtp_socket = _listening(kept.site), _listening(kept.smtp)
    with _listening(kept.returns) as held:
        site, smtp, returns = (s.getsockname()[1] for s in (site_socket, smtp_socket, held))
    now = Kept(site, smtp, returns, public_url)
    draft = path.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(now))
    draft.rename(path)  # whole or not at all: every command reads it
    doors = _doors(now)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(SiteServer(site_socket, clock))
        postman = await stack.enter_async_context(Postman.at_work(doors.returns_url, clock))
        catcher = Catcher(mailbox(data_dir), smtp_socket, clock, postman.caught)
        await stack.enter_async_context(catcher)
        yield doors


def known(data_dir: Path) -> Doors | None:
    """Return where the demo of a data folder listens (or last did); None where there is none."""
    kept = _kept(data_dir)
    return _doors(kept) if kept else None


def _path(data_dir: Path) -> Path:
    return data_dir / "demo" / "ports.json"


def _kept(data_dir: Path) -> Kept | None:
    path = _path(data_dir)
    return msgspec.json.decode(path.read_bytes(), type=Kept) if path.exists() else None


def _doors(kept: Kept) -> Doors:
    site, smtp, returns = (f"127.0.0.1:{port}" for port in (kept.site, kept.smtp, kept.returns))
    return Doors(f"http://{site}", f"smtp://{smtp}", f"smtp://{returns}", kept.public_url)


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    listener.setblocking(False)
    return listener
