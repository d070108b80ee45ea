"""`./run` sets up what the lock files name, and notices when they name something else."""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The program, in a checkout whose lock files name nothing yet."""
    loader = importlib.machinery.SourceFileLoader("run", str(ROOT / "run"))
    spec = importlib.util.spec_from_loader("run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    (tmp_path / "deploy").mkdir()
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / "deploy" / name).write_text(f"# {name}")
    # The tests' own environment has no pip; ./run is started with one that has.
    monkeypatch.setattr(sys, "executable", str(Path(sys.base_prefix, "bin", "python3")))
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    return module


def test_who_goes_back_to_an_older_release_gets_its_packages_again(run: ModuleType) -> None:
    lock, stamp = run.ROOT / "deploy" / "requirements.txt", run.VENV / "installed"
    run.prepared(dev=True)
    assert run.wanted(dev=True) <= run.installed(stamp)
    assert run.wanted(dev=False) <= run.installed(stamp)
    older = lock.read_text()
    lock.write_text("# a later release")
    assert not run.wanted(dev=False) <= run.installed(stamp)
    run.prepared(dev=True)
    assert run.wanted(dev=True) <= run.installed(stamp)
    lock.write_text(older)
    assert not run.wanted(dev=False) <= run.installed(stamp)
