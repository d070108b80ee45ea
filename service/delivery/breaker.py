"""When a dispatch must stop and ask a person: the breaker. Pure."""

from service.kit.text import Text, msg
from service.outbox.model import FirstResults

_ENOUGH = 50
_BAD_SHARE = 0.05
_POLICIES = 3
_UNANSWERED = 10


def judge(seen: FirstResults) -> Text | None:
    """Return why to stop, or None. Numbers count from the opening or the last "go on"."""
    if seen.unauthenticated:
        return msg(
            "The mail server says that our mails are not authenticated. Check the name and password"
            " in SMTP_URL, and SPF, DKIM and DMARC of the sender's domain; then go on."
        )
    if seen.policies >= _POLICIES:
        return msg(
            "The mail was refused for %(count)s different reasons of policy. Look at the replies,"
            " then decide whether to go on.",
            count=seen.policies,
        )
    if seen.unanswered >= _UNANSWERED and seen.unanswered > _BAD_SHARE * seen.tried:
        return msg(
            "The mail server took %(count)s mails in full and then said nothing. Nobody knows"
            " whether they arrive. Ask its operator, then decide whether to go on.",
            count=seen.unanswered,
        )
    if seen.tried >= _ENOUGH and seen.hard > _BAD_SHARE * seen.tried:
        return msg(
            "%(hard)s of the first %(tried)s mails were refused for good. Look at the replies: is"
            " this the right list, and may we send through this mail server? Then decide whether to"
            " go on.",
            hard=seen.hard,
            tried=seen.tried,
        )
    return None
