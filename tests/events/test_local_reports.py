"""Reports in German, French and Italian, in free text without any code: whom, why, how surely."""

from pathlib import Path

import pytest

from service.events.bounce.classify import classify
from service.events.bounce.model import Class, Kind

GONE = "sozialamt@gemeinde.example"
# class|subject|lines / lines
LINES = Path(__file__).resolve().parents[1] / "data" / "replies" / "reports.txt"


@pytest.mark.parametrize("sender", ["postmaster@gemeinde.example", "MAILER-DAEMON@x.example"])
@pytest.mark.parametrize("line", LINES.read_text(encoding="utf-8").splitlines())
def test_a_report_is_read_in_the_languages_of_the_country(sender: str, line: str) -> None:
    class_, subject, text = line.split("|")
    words = text.replace("@A", GONE).replace(" / ", "\n")
    head = f"From: {sender}\nTo: news@verband.example\nSubject: {subject}\n"
    mail = f"{head}Content-Type: text/plain; charset=utf-8\n\n{words}\n".encode()
    verdict = classify(mail)
    assert (verdict.kind, verdict.recipients) == (Kind.BOUNCE, (GONE,))
    assert verdict.class_ == class_
    assert verdict.hard == (verdict.class_ is Class.INVALID)
