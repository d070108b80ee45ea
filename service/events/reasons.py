"""How returned mail is called on pages: kinds, effects, and why a mail came back. Words only."""

from service.events.bounce.model import UNREADABLE
from service.events.model import Returned, ReturnedEffect, ReturnedKind
from service.kit.text import Text, msg

KINDS: dict[ReturnedKind, Text] = {
    ReturnedKind.BOUNCE: msg("Not delivered"),
    ReturnedKind.COMPLAINT: msg("Complaint"),
    ReturnedKind.UNSUBSCRIBE: msg("Unsubscribed by mail"),
    ReturnedKind.AUTO_REPLY: msg("Automatic answer"),
    ReturnedKind.HUMAN: msg("Answer of a person"),
    ReturnedKind.OTHER: msg("Something else"),
}
# The word, and the tone of its badge.
EFFECTS: dict[ReturnedEffect, tuple[Text, str]] = {
    ReturnedEffect.NONE: (msg("no effect"), "neutral"),
    ReturnedEffect.COUNTED: (msg("noted"), "neutral"),
    ReturnedEffect.SUSPENDED: (msg("contact suspended"), "bad"),
    ReturnedEffect.ENDED: (msg("subscription ended"), "warn"),
    ReturnedEffect.FORWARDED: (msg("passed on"), "accent"),
    ReturnedEffect.UNMATCHED: (msg("belongs to nobody"), "warn"),
}
_REASONS: dict[str, Text] = {
    "userunknown": msg("Mailbox unknown"),
    "hostunknown": msg("The domain does not exist"),
    "hasmoved": msg("The mailbox has moved"),
    "notaccept": msg("The domain takes no mail"),
    "mailboxfull": msg("Mailbox full"),
    "suspend": msg("Mailbox switched off"),
    "filtered": msg("The mailbox did not take the mail"),
    "exceedlimit": msg("Too large for this mailbox"),
    "mesgtoobig": msg("The mail is too large"),
    "systemfull": msg("The mail server is full"),
    "spamdetected": msg("Taken for spam"),
    "virusdetected": msg("Taken for a virus"),
    "blocked": msg("Our mail server is blocked"),
    "badreputation": msg("Our mail server is blocked"),
    "authfailure": msg("Our signature or our SPF record is not accepted"),
    "requireptr": msg("Our mail server has no proper name"),
    "speeding": msg("We sent too fast"),
    "toomanyconn": msg("We sent too fast"),
    "expired": msg("The mail server did not answer for too long"),
    "networkerror": msg("The way to the mail server is disturbed"),
    "systemerror": msg("The mail server has a fault"),
    "mailererror": msg("The mail server has a fault"),
}
_CLASSES: dict[str, Text] = {
    "invalid": msg("The address is not valid"),
    "recipient_state": msg("The mailbox did not take the mail"),
    "sender_policy": msg("The mail server does not want our mail"),
    "infra": msg("The way to the mail server is disturbed"),
}
_UNCLEAR = msg("The reason is unclear")


def why(returned: Returned) -> Text:
    """Return in plain words what a returned mail says."""
    if returned.reason == UNREADABLE:
        return msg("It would have taken too long to read")
    if returned.kind is not ReturnedKind.BOUNCE:
        return KINDS[returned.kind]
    return _REASONS.get(returned.reason) or _CLASSES.get(returned.class_, _UNCLEAR)


_FOLLOWED: dict[ReturnedEffect, Text] = {
    ReturnedEffect.SUSPENDED: msg(
        "No mail goes to this contact until somebody lifts the suspension on the contact's page."
    ),
    ReturnedEffect.ENDED: msg("The subscription to this newsletter has ended at once."),
    ReturnedEffect.FORWARDED: msg("It was passed on to where answers to this newsletter belong."),
    ReturnedEffect.COUNTED: msg(
        "Once is nothing: mail stops when the mailbox takes nothing of three dispatches in three"
        " weeks or more."
    ),
}
_ABOUT_US = msg("It is about us or about this one mail; nothing changes for the contact.")
_DISTURBED = msg("It is about the way there; nothing changes for the contact.")
_NOTHING = msg("Nothing changes: the same was known already, or it has been settled since.")
_MACHINE = msg("A machine answered; nothing changes.")
_FORGED = msg("It names no message of ours, or it is not genuine; so nothing changed.")
_UNREAD = msg("No address is set for answers, so it was not passed on. Please read it here.")


def followed(returned: Returned) -> Text:
    """Return in plain words what followed from a returned mail, or why nothing did."""
    if returned.effect in _FOLLOWED:
        return _FOLLOWED[returned.effect]
    if returned.effect is ReturnedEffect.UNMATCHED:
        return _FORGED if returned.contact_id is None else _UNREAD
    if returned.kind is ReturnedKind.AUTO_REPLY:
        return _MACHINE
    about = {"sender_policy": _ABOUT_US, "recipient_state": _ABOUT_US, "infra": _DISTURBED}
    return about.get(returned.class_, _NOTHING)
