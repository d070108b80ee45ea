"""Tells to which command a server answered, from what the program writes that reports it. Pure."""

import re

from service.delivery.refusal.model import Step
from service.delivery.refusal.patterns import any_of

# As the programs write it: Postfix, Exim, Sendmail, qmail, Yahoo, Google.
_WRITTEN = {
    Step.CONNECT: any_of(r"""
        refused to talk to me
        after initial connection
        but (?:greeting failed|my name was rejected)
        in reply to (?:initial server greeting|ehlo|helo|lhlo)
        after (?:ehlo|helo)
    """),
    Step.MAIL: any_of(r"""
        in reply to mail from
        after (?:pipelined )?mail from
        >>> mail from:?[^<]*<[^>]*> ?<<< [45]
        smtp:mail
        but sender was rejected
    """),
    Step.RCPT: any_of(r"""
        in reply to rcpt
        after (?:pipelined )?rcpt to
        >>> rcpt to:?[^<]*<[^>]*> ?<<< [45]
        \[?rcpt_to\]
        smtp:rcpt
        following rcpt
        rcpt to:.{1,90}?<-+ ?[45]
        does not like recipient
        \(state 1[34]\)
    """),
    Step.DATA: any_of(r"""
        in reply to (?:end of )?data
        after (?:pipelined )?(?:end of )?data
        failed on data command
        after i sent the message
        >>> (?:data|\.) <<< [45]
        \(state 1[78]\)
    """),
}
# Whatever program it is: commands stand in capitals, and the last before the reply is the one.
_COMMAND = re.compile(
    r"\b(?:(?P<rcpt>(?:RCPT|rcpt|Rcpt)\b)|(?P<mail>MAIL FROM\b|Mail From:)"
    r"|(?P<data>DATA\b|end of data\b|message body\b)|(?P<connect>(?:EHLO|HELO|LHLO)\b))"
)
_REPLY = re.compile(r"(?<![\w.:/@-])(?P<digit>[245])\d\d(?=[ \-#])(?!-\d)(?! seconds)")
_FAR = 200


def step_in(said: str) -> Step:
    """Return to what a server answered; `UNSAID` where the words do not tell."""
    found = {step: match.start() for step, p in _WRITTEN.items() if (match := p.search(said))}
    # Sendmail goes on to DATA after it was refused; what came first is what counts.
    return min(found, key=lambda step: found[step]) if found else _last_command(said)


def _last_command(said: str) -> Step:
    """Return the command that stands last before the first reply that refuses something."""
    start = 0
    for reply in _REPLY.finditer(said):
        if reply["digit"] != "2":
            before = list(_COMMAND.finditer(said, max(start, reply.start() - _FAR), reply.start()))
            named = before[-1].lastgroup if before else ""
            return Step(named) if named else _named_inside(said, reply.end())
        start = reply.end()
    return Step.UNSAID


def _named_inside(said: str, start: int) -> Step:
    """Return `RCPT` where a reply names that command itself; who echoes others means the text."""
    found = re.compile(r".{0,12}?\bRCPT\b").match(said, start)
    return Step.RCPT if found else Step.UNSAID


def is_about_sender(said: str) -> bool:
    """Tell whether a report says anywhere that MAIL was refused."""
    return _WRITTEN[Step.MAIL].search(said) is not None
