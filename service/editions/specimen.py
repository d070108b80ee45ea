"""A short invented edition, to show how a newsletter looks before it has one of its own. Pure."""

from datetime import datetime, timedelta

from service.editions import blocks, markdown
from service.editions.model import (
    Block,
    Body,
    Button,
    Deadline,
    Greeting,
    Heading,
    ItemBody,
)

_ADDRESS = "https://www.example.ch"


def held(now: datetime) -> list[Block]:
    """Return the blocks of the specimen; its dates lie around `now`."""
    return [_block(number, body, now) for number, body in enumerate(_bodies(now), 1)]


def _bodies(now: datetime) -> list[Body]:
    return [
        Greeting(markdown.parse("in dieser Ausgabe lesen Sie das Wichtigste der letzten Wochen.")),
        Heading("Aus dem Kanton"),
        ItemBody(
            "Neue Ansätze in der Sozialhilfe",
            markdown.parse("Der Regierungsrat passt den **Grundbedarf** an die Teuerung an."),
            "Kanton Musterwil",
            (now - timedelta(days=4)).date(),
            f"{_ADDRESS}/ansaetze",
        ),
        Deadline(
            "Vernehmlassung zum Sozialhilfegesetz",
            (now + timedelta(days=30)).date(),
            markdown.parse("Die Gemeinden können Stellung nehmen."),
            f"{_ADDRESS}/vernehmlassung",
            "Zu den Unterlagen",
        ),
        Button("Alle Meldungen", _ADDRESS),
    ]


def _block(number: int, body: Body, now: datetime) -> Block:
    kind = blocks.kind_of(body)
    return Block(number, 0, number, kind, body, "", "", None, None, 1, now, None, None)
