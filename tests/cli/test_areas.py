"""Which module brings which command is written down, so that only that one is imported."""

import argparse
import importlib
from pathlib import Path

from service import cli

FOLDER = Path(cli.__file__).parent
NO_AREA = {"__init__", "command", "beside"}


def test_each_command_is_looked_for_where_it_is_and_no_module_is_forgotten() -> None:
    assert set(cli.AREAS) == {path.stem for path in FOLDER.glob("*.py")} - NO_AREA
    for area, brings in cli.AREAS.items():
        commands = argparse.ArgumentParser().add_subparsers()
        importlib.import_module(f"service.cli.{area}").register(commands)
        assert tuple(commands.choices) == brings
