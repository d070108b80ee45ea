"""Which words mean which reason, and which reason is whose matter: two tables and their reading.

The words of the answering server come first, because its status code is often a mere 5.0.0 or
plainly wrong; the code decides where the words say nothing. Reasons stand in the order in which
they are asked: the narrow before the wide.
"""


from service.events.bounce.model import Class

CLASSES: dict[str, Class] = {
    **dict.fromkeys(("userunknown", "hostunknown", "hasmoved", "notaccept"), Class.INVALID),
    **dict.fromkeys(
        ("mailboxfull", "suspend", "filtered", "exceedlimit", "systemfull", "mesgtoobig"),
        Class.RECIPIENT_STATE,
    ),
    **dict.fromkeys(
        (
            "rejected", "blocked", "authfailure", "policyviolation", "requireptr", "spamdetected",
            "securityerror", "norelaying", "badreputation", "speeding", "toomanyconn",
            "contenterror", "virusdetected", "notcompliantrfc", "failedstarttls", "syntaxerror",
        ),
        Class.SENDER_POLICY,
    ),
    **dict.fromkeys(("expired", "networkerror", "systemerror", "mailererror"), Class.INFRA),
    **dict.fromkeys(("onhold", "undefined"), Class.UNKNOWN),
}  # fmt: skip

HARD = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})

_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = ()
