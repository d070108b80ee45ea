"""Whole mails as servers of many makes send them back, as they are and damaged on their way."""

import json
from random import Random

import pytest

from deploy.benchmarks import _damage
from deploy.benchmarks.classify import CORPUS, corpus
from service.events.bounce.classify import classify

LABELS = json.loads((CORPUS / "labels.json").read_text())
MAILS = corpus()


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_server_is_understood_whatever_its_make(name: str) -> None:
    verdict = classify(MAILS[name][0])
    assert LABELS[name] == {
        "kind": verdict.kind,
        "class": verdict.class_,
        "hard": verdict.hard,
        "recipients": list(verdict.recipients),
    }


@pytest.mark.parametrize("how", sorted(_damage.CHANGES))
def test_damage_never_raises_and_hardly_ever_makes_a_mailbox_gone(how: str) -> None:
    dice, right, wrong = Random(how), 0, []
    for name, (mail, hard) in sorted(MAILS.items()):
        verdict = classify(_damage.CHANGES[how](mail, dice))
        right += verdict.hard and hard
        if verdict.hard and not hard:
            wrong.append(name)
    assert len(wrong) <= right / 19, wrong  # 95 % of those that are called gone are so


def test_wherever_a_mail_is_cut_off_its_beginning_says_nothing_else_for_good() -> None:
    for name in ("gmail-delay", "postfix-full", "postfix-after-content", "m365-full-de"):
        mail = MAILS[name][0]
        cuts = range(0, len(mail), 7)
        assert not [at for at in cuts if classify(mail[:at]).hard], name


def test_of_two_recipients_only_the_one_that_is_gone_is_named_gone() -> None:
    verdict = classify(MAILS["postfix-two"][0])
    assert verdict.gone == ("sozialamt@gemeinde.example",)
    assert len(verdict.recipients) == 2
