"""How the audience's kinds, states and reasons are called on pages. Words only, no rules."""

from service.audience.model import (
    CommitteeRole,
    ConsentBasis,
    LeftOut,
    OrganisationKind,
    RowFate,
    SubscriptionState,
    SuspensionReason,
)
from service.kit.text import Text, msg

KINDS: dict[OrganisationKind, Text] = {
    OrganisationKind.MUNICIPALITY: msg("Municipality"),
    OrganisationKind.DISTRICT: msg("District"),
    OrganisationKind.CANTON: msg("Cantonal office"),
    OrganisationKind.CITY_DEPARTMENT: msg("City department"),
    OrganisationKind.PRIVATE_INSTITUTION: msg("Private institution"),
    OrganisationKind.COMMITTEE_OFFICE: msg("Committee's office"),
    OrganisationKind.OTHER: msg("Other member"),
}
ROLES: dict[CommitteeRole, Text] = {
    CommitteeRole.CHAIR: msg("Chair"),
    CommitteeRole.DEPUTY: msg("Deputy chair"),
    CommitteeRole.MEMBER: msg("Member of a committee"),
    CommitteeRole.SECRETARY: msg("Secretary"),
    CommitteeRole.GUEST: msg("Guest"),
}
STATES: dict[SubscriptionState, tuple[Text, str]] = {
    SubscriptionState.ACTIVE: (msg("subscribed"), "good"),
    SubscriptionState.PENDING: (msg("not confirmed"), "warn"),
    SubscriptionState.ENDED: (msg("unsubscribed"), "neutral"),
}
BASES: dict[ConsentBasis, Text] = {
    ConsentBasis.OFFICE: msg("Office: holds a function that the newsletter is meant for"),
    ConsentBasis.MEMBERSHIP: msg("Membership: the member receives the newsletter"),
    ConsentBasis.REQUEST: msg("Request: asked for it by phone, letter or mail"),
    ConsentBasis.DOUBLE_OPT_IN: msg("Double opt-in: signed up and confirmed by mail"),
}
SUSPENSIONS: dict[SuspensionReason, Text] = {
    SuspensionReason.ADDRESS_GONE: msg("Address does not exist"),
    SuspensionReason.MAILBOX_FULL: msg("Mailbox full"),
    SuspensionReason.COMPLAINED: msg("Complained"),
    SuspensionReason.BY_EDITOR: msg("Suspended by an editor"),
}
LEFT_OUT: dict[LeftOut, Text] = {
    LeftOut.NO_ADDRESS: msg("no address"),
    LeftOut.UNSUBSCRIBED: msg("unsubscribed"),
    LeftOut.UNCONFIRMED: msg("not confirmed"),
    LeftOut.SUSPENDED: msg("suspended"),
    LeftOut.PAUSED: msg("paused"),
}
FATES: dict[RowFate, tuple[Text, str]] = {
    RowFate.NEW: (msg("new"), "good"),
    RowFate.CHANGED: (msg("changed"), "accent"),
    RowFate.UNCHANGED: (msg("unchanged"), "neutral"),
    RowFate.DUPLICATE: (msg("duplicate"), "warn"),
    RowFate.REFUSED: (msg("refused"), "bad"),
}
LANGUAGES: dict[str, Text] = {
    "de": msg("German"),
    "fr": msg("French"),
    "it": msg("Italian"),
    "en": msg("English"),
}
FIELDS: dict[str, Text] = {
    "email": msg("Mail address"),
    "organisation": msg("Member"),
    "kind": msg("Kind"),
    "canton": msg("Canton"),
    "district": msg("District (Bezirk)"),
    "bfs_nr": msg("BFS number"),
    "population": msg("Inhabitants"),
    "first_name": msg("First name"),
    "label": msg("Name or mailbox"),
    "salutation": msg("Salutation"),
    "language": msg("Language"),
    "functions": msg("Functions"),
}
LEAVING: dict[str, Text] = {
    "one_click": msg("by one click in the mail program"),
    "page": msg("by the link in a mail"),
    "preferences": msg("on the preferences page"),
    "editor": msg("by an editor"),
    "complaint": msg("by a complaint"),
    "mail": msg("by mail"),
}
