"""Workers, PostgreSQL and mail server killed with -9, briefly; `./run torture` does it longer."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KILLS = 5


def test_whatever_is_killed_nobody_is_lost_nobody_gets_it_twice_everybody_is_explained() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.torture", "--kills", str(KILLS), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["sound"], found
    assert (found["lost"], found["sent_twice"], found["unexplained"]) == (0, 0, 0)
    assert (found["kills"], found["deferred"]) == (KILLS, 0)
    assert found["dots"] > found["accepted"] > 0.8 * found["messages"], "faults were met"
    told = ("accepted", "refused", "unknown")
    assert sum(found[state] for state in told) == found["messages"]
