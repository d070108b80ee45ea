"""Why no session with a mail server came about, in sentences for editors. Pure."""

from service.delivery.model import RelayCondition, Unreachable
from service.kit.text import Text, msg, one_line

_LONGEST = 200


def unset() -> Unreachable:
    """Say that nobody told us of a mail server."""
    return Unreachable(
        RelayCondition.LOCKED_OUT,
        msg("No mail server is set. Set SMTP_URL and start again, then go on."),
    )


def locked_out(relay: str, said: str) -> Unreachable:
    """Say that a mail server refuses our login; trying again would only annoy it."""
    return Unreachable(
        RelayCondition.LOCKED_OUT,
        msg(
            "The mail server %(relay)s does not accept our name and password (%(reply)s)."
            " Correct SMTP_URL, start again, then go on.",
            relay=relay,
            reply=_short(said),
        ),
    )


def down(relay: str, said: str) -> Unreachable:
    """Say what keeps us from a mail server that we knock at again; `said` by it or by our side."""
    return Unreachable(RelayCondition.DOWN, *_sentences({"relay": relay, "reason": _short(said)}))


def _sentences(why: dict[str, str]) -> tuple[Text, Text]:
    """Return the sentence for a dispatch that waits, and for somebody who waits for the answer."""
    if "STARTTLS extension not supported" in why["reason"]:
        return (
            msg(
                "The mail server %(relay)s offers no encryption (STARTTLS), and without it nothing"
                " leaves. Its operator can say why. We keep trying; nothing is lost.",
                **why,
            ),
            msg("The mail server %(relay)s offers no encryption (STARTTLS).", **why),
        )
    if "CERTIFICATE_VERIFY_FAILED" in why["reason"]:
        return (
            msg(
                "The certificate of the mail server %(relay)s is not valid (%(reason)s), so nothing"
                " leaves. Its operator can mend it. We keep trying; nothing is lost.",
                **why,
            ),
            msg("The certificate of the mail server %(relay)s is not valid (%(reason)s).", **why),
        )
    return (
        msg(
            "The mail server %(relay)s cannot be reached (%(reason)s). We keep trying;"
            " nothing is lost.",
            **why,
        ),
        msg("The mail server %(relay)s cannot be reached (%(reason)s).", **why),
    )


def _short(said: str) -> str:
    """Return a server's words as a page and the database can take them."""
    return one_line(said)[:_LONGEST]
