"""Reads tables of phrases: one piece of a regular expression a line, any of which may match."""

import re


def any_of(table: str) -> re.Pattern[str]:
    """Compile a table, ignoring case, `^` and `$` at every line.

    A line of the table that is indented deeper continues the one above.
    """
    lines = [line.rstrip() for line in table.splitlines() if line.strip()]
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    pieces: list[str] = []
    for line in lines:
        if pieces and line[margin].isspace():
            pieces[-1] += line.strip()
        else:
            pieces.append(line.strip())
    return re.compile("|".join(pieces), re.IGNORECASE | re.MULTILINE)
