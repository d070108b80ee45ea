"""`up`, the default run, as a process of its own."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from service.demo import doors

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.database  # of its own, made with the programs of PG_BINDIR


def up(folder: Path, port: int, *arguments: str) -> subprocess.Popen[str]:
    bare = ["env", "-u", "DATABASE_URL", "-u", "SMTP_URL", f"DATA_DIR={folder}", f"PORT={port}"]
    return subprocess.Popen(
        [*bare, sys.executable, "-m", "service", "up", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """Read what a process says until a line that contains `wanted`."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if wanted in line:
            return said
    pytest.fail(f"{wanted!r} was not said, but: {said}")


def test_it_says_where_it_stands_and_how_to_enter(tmp_path: Path) -> None:
    port = free_port()
    with up(tmp_path, port) as process:
        said = read_until(process, "administrator")
        process.terminate()
        assert process.wait(30) == 0
    assert f"http://127.0.0.1:{port}" in said
    assert re.search(r"editor +redaktion@konferenz\.example +\S+-\S+-\S+-\S+", said)


def test_empty_it_says_how_to_make_the_first_login(tmp_path: Path) -> None:
    with up(tmp_path, free_port(), "--empty") as process:
        said = read_until(process, "create-editor")
        process.terminate()
        assert process.wait(30) == 0
    assert "konferenz.example" not in said


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with up(tmp_path, port, "--empty") as process:
            _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"127.0.0.1:{port}" in complaint.splitlines()[-1]
    assert "Traceback" not in complaint


def test_a_second_one_on_the_same_folder_is_told_that_one_runs_already(tmp_path: Path) -> None:
    with up(tmp_path, free_port(), "--empty") as first:
        read_until(first, "create-editor")
        with up(tmp_path, free_port(), "--empty") as second:
            _, complaint = second.communicate(timeout=60)
        first.terminate()
        assert first.wait(30) == 0
    assert second.returncode == 1
    assert str(tmp_path) in complaint.splitlines()[-1]
    assert "Traceback" not in complaint


def test_a_command_beside_it_hands_its_mail_to_the_catcher(tmp_path: Path) -> None:
    with up(tmp_path, free_port()) as process:
        read_until(process, "administrator")
        elsewhere = "SMTP_URL=smtp://127.0.0.1:1"  # mail to invented people never leaves
        command = ["env", "-u", "DATABASE_URL", elsewhere, f"DATA_DIR={tmp_path}"]
        command += [sys.executable, "-m", "service", "send-test", "1", "rat@probe.example"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        process.terminate()
        assert process.wait(30) == 0
    assert done.returncode == 0, done.stderr
    # Beside it lies what the demo itself sends: a letter that came back is passed on.
    assert "rat@probe.example" in list(doors.mailbox(tmp_path).recipients())
