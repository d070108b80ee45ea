"""Log lines for the operator: one line an event, key=value; no personal data, ever."""

import logging
import re
import sys

# What an error may quote: an address (or a password before a host), a row of the database.
# Bounded before the @: else each letter of a long word would be the start of a search to its end.
_ADDRESS = re.compile(r"""[^\s<>()\[\]"';,:=]{1,256}@[^\s<>()\[\]"';,]+""")
_ROW = re.compile(r"(?m)^([ |]*DETAIL: ).*$|(invalid input for query argument \$\d+: ).*$")


class _Line(logging.Formatter):
    """time level logger message, then the error's own lines, without what they quote of people."""

    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        told = _ROW.sub(lambda found: f"{found[1] or found[2]}…", super().format(record))
        return _ADDRESS.sub("…", told)


def configure(level: str) -> None:
    """Send every log line of `level` and above to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(asctime)s %(levelname)-7s %(name)s  %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("asyncio", "aiosmtplib", "uvicorn.access", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A tick that is still at work when it is due again is left out: no matter, and said each time.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def logger(name: str) -> logging.Logger:
    """Return the logger of one module."""
    return logging.getLogger(name)
