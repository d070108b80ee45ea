"""A short text that is made up once and kept in a file: a key, a name, passwords of a demo."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return what a file holds; where there is none it is made first, for its owner's eyes only.

    It appears whole or not at all, however the process ends; of several that make it at the same
    moment one wins, and all return what that one made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make())
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):  # another one was faster
            path.hardlink_to(draft)
        Path(draft).unlink()
    return path.read_text(encoding="utf-8")
