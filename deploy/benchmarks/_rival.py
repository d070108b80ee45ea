"""What others do, as a process of the delivery benchmark: the yardsticks that are no mail server.

`aiosmtplib` hands over one finished mail again and again on some connections. `naive` makes every
mail as one does without thinking of speed: Jinja2, EmailMessage, a signature by dkimpy, aiosmtplib.
Neither keeps a ledger. It says "ready", begins at a line on its standard input, and then says in
one JSON line how long it took.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import dkim
import jinja2
import uvloop

SENDER = "news@verband.example"
_HTML = jinja2.Template(
    "<h1>{{ salutation }}</h1>{% for n in range(1, 26) %}{{ prose }}"
    '<a href="https://rundbrief.example/k/1/{{ n }}?t={{ token }}">Beitrag {{ n }}</a>{% endfor %}'
    "<p>{{ address }}</p>",
    autoescape=False,
)
_PROSE = (
    "<p>Die Sozialkonferenz lädt die Mitglieder der Behörde zum Austausch über Fälle ein.</p>\n"
)


class Rival:
    """One way to send `messages` mails of about `size` octets."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        self._wanted = wanted
        self._prose = _PROSE * (int(wanted["size"] * 0.87) // 25 // len(_PROSE))
        self._finished = self._made(0)

    async def send(self) -> float:
        """Return the seconds that it took."""
        numbers = iter(range(self._wanted["messages"]))
        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(self._wanted["connections"]):
                group.create_task(self._carry(numbers))
        return time.perf_counter() - started

    async def _carry(self, numbers: Iterator[int]) -> None:
        host, _, port = self._wanted["sink"].rpartition(":")
        async with aiosmtplib.SMTP(hostname=host, port=int(port), start_tls=False) as client:
            for number in numbers:
                naive = self._wanted["kind"] == "naive"
                content = self._made(number) if naive else self._finished
                await client.sendmail(SENDER, [f"person-{number}@gemeinde.example"], content)

    def _made(self, number: int) -> bytes:
        address, token = f"person-{number}@gemeinde.example", f"{number:038}"
        message = EmailMessage()
        message["From"], message["To"] = SENDER, address
        message["Subject"] = "Rundbrief für Mitglieder"
        message["List-Unsubscribe"] = f"<https://rundbrief.example/u/{token}>"
        message.set_content(f"Guten Tag\n\nDie neue Ausgabe: https://rundbrief.example/w/{token}\n")
        values = {"salutation": "Guten Tag", "prose": self._prose, "token": token}
        message.add_alternative(_HTML.render(address=address, **values), subtype="html")
        content = bytes(message).replace(b"\n", b"\r\n")
        if not self._wanted["keys"]:
            return content
        key = self._wanted["keys"][0].encode()
        signature: bytes = dkim.sign(content, b"bench", self._wanted["domain"].encode(), key)
        return signature + content


async def main(wanted: dict[str, Any]) -> None:
    rival = Rival(wanted)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(await rival.send()), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(json.loads(sys.argv[1])))
