"""The integration group: Postfix, dovecot and opendkim of the system, run privately."""

import os
from collections.abc import Iterator

import pytest

from tests.mailserver.servers import Servers


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the group out without root: Postfix gives it up, but wants it first."""
    if os.geteuid() != 0:
        out = [item for item in items if item.get_closest_marker("mailserver")]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Mail servers of this run, on ports of their own, in a folder that goes with them."""
    made = Servers()
    try:
        made.start()
        yield made
    finally:
        made.stop()
