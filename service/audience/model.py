"""What the audience stage speaks of, as frozen values. Decides nothing, reads nothing."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

LANGUAGES = ("de", "fr", "it", "en")

GREETINGS = {
    "de": "Guten Tag",
    "fr": "Bonjour",
    "it": "Buongiorno",
    "en": "Good day",
}


class OrganisationKind(StrEnum):
    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    CANTON = "canton"
    CITY_DEPARTMENT = "city_department"
    PRIVATE_INSTITUTION = "private_institution"
    COMMITTEE_OFFICE = "committee_office"
    OTHER = "other"


class CommitteeRole(StrEnum):
    CHAIR = "chair"
    DEPUTY = "deputy"
    MEMBER = "member"
    SECRETARY = "secretary"
    GUEST = "guest"


class SubscriptionState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class ConsentBasis(StrEnum):
    DOUBLE_OPT_IN = "double_opt_in"
    MEMBERSHIP = "membership"
    OFFICE = "office"
    REQUEST = "request"


class SuspensionReason(StrEnum):
    ADDRESS_GONE = "address_gone"
    MAILBOX_FULL = "mailbox_full"
    COMPLAINED = "complained"
    BY_EDITOR = "by_editor"


class LeftOut(StrEnum):
    """Why somebody who belongs to the audience gets no message, the strongest reason first."""

    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    UNCONFIRMED = "unconfirmed"
    SUSPENDED = "suspended"
    PAUSED = "paused"


class RowFate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class Organisation(msgspec.Struct, frozen=True):
    id: int
    kind: OrganisationKind
    name: str
    canton: str
    district: str
    bfs_nr: int | None
    population: int | None
    language: str
    version: int


class OrganisationFacts(msgspec.Struct, frozen=True):
    """What an editor says about a member."""

    kind: OrganisationKind
    name: str
    canton: str = ""
    district: str = ""
    bfs_nr: int | None = None
    population: int | None = None
    language: str = "de"


class ContactFacts(msgspec.Struct, frozen=True):
    """What an editor says about a contact; functions and topics by their ids."""

    organisation_id: int | None
    email: str | None
    label: str
    salutation: str = ""
    language: str = "de"
    functions: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()


class OrganisationLine(msgspec.Struct, frozen=True):
    """One member in the list, with what matters at a glance."""

    id: int
    kind: OrganisationKind
    name: str
    canton: str
    district: str
    population: int | None
    sort_key: str
    contacts: int
    reachable: int


class Contact(msgspec.Struct, frozen=True):
    id: int
    organisation_id: int | None
    organisation: str
    email: str | None
    label: str
    salutation: str
    language: str
    paused_until: datetime | None
    version: int
    created_at: datetime
    erased_at: datetime | None


class ContactLine(msgspec.Struct, frozen=True):
    """One contact in a list. `standing` counts the suspensions in force."""

    id: int
    organisation_id: int | None
    organisation: str
    email: str | None
    label: str
    language: str
    paused_until: datetime | None
    functions: list[str]
    standing: int
    sort_key: str


class MemberFilter(msgspec.Struct, frozen=True):
    """What a list of members is narrowed to; nothing by default."""

    words: str = ""
    kind: OrganisationKind | None = None
    canton: str = ""
    district: str = ""


class ContactFilter(msgspec.Struct, frozen=True):
    """What a list of contacts is narrowed to; `state` is suspended, paused, no_address or ""."""

    words: str = ""
    function_id: int = 0
    state: str = ""


class Term(msgspec.Struct, frozen=True):
    """A word of a list an editor picks from: a function, a topic, a committee."""

    id: int
    slug: str
    title: str


class Committee(msgspec.Struct, frozen=True):
    id: int
    slug: str
    name: str
    purpose: str


class CommitteeLine(msgspec.Struct, frozen=True):
    id: int
    slug: str
    name: str
    purpose: str
    members: int
    organisations: int


class CommitteeTerm(msgspec.Struct, frozen=True):
    """One term of one contact in one committee; `until` is the last day in office."""

    id: int
    committee_id: int
    committee: str
    contact_id: int
    label: str
    email: str | None
    organisation_id: int | None
    organisation: str
    role: CommitteeRole
    since: date
    until: date | None


class Subscription(msgspec.Struct, frozen=True):
    contact_id: int
    newsletter_id: int
    state: SubscriptionState
    since: datetime
    ended_at: datetime | None
    ended_how: str


class Consent(msgspec.Struct, frozen=True):
    id: int
    newsletter_id: int
    basis: ConsentBasis
    wording: str
    source: str
    recorded_at: datetime
    recorded_by: str


class ConsentRecord(msgspec.Struct, frozen=True):
    """What stands for a consent: its basis, the words agreed to, where from, and who entered it."""

    basis: ConsentBasis
    wording: str
    source: str
    editor_id: int | None = None


class SignUp(msgspec.Struct, frozen=True):
    """How somebody asked by the public form: the words agreed to, the page, and the network."""

    wording: str
    source: str
    network: str


class Suspension(msgspec.Struct, frozen=True):
    id: int
    reason: SuspensionReason
    detail: str
    since: datetime
    lifted_at: datetime | None
    lifted_by: str


class Person(msgspec.Struct, frozen=True):
    """Everything a segment may ask about one contact, as plain values."""

    kind: str | None
    organisation: str
    canton: str
    district: str
    bfs_nr: int | None
    population: int | None
    language: str
    functions: list[str]
    topics: list[str]
    committees: list[str]


class Word(msgspec.Struct, frozen=True):
    """A value that stands in the data, such as the district Uster."""

    field: str
    value: str


class District(msgspec.Struct, frozen=True):
    canton: str
    district: str


class OrganisationChoice(msgspec.Struct, frozen=True):
    id: int
    name: str
    canton: str


class Ask(msgspec.Struct, frozen=True):
    """Somebody asked for a newsletter by the public form; it waits for the answer to a mail."""

    id: int
    contact_id: int
    newsletter_id: int
    wording: str
    source: str
    asked_at: datetime
    confirmed_at: datetime | None


class Asked(msgspec.Struct, frozen=True):
    """A confirmation mail is owed for this ask."""

    request_id: int
    contact_id: int


class Subscribed(msgspec.Struct, frozen=True):
    """The address has the newsletter already; its owner is told so by mail, the asker is not."""

    contact_id: int


class TooOften(msgspec.Struct, frozen=True):
    """Enough mail went to this address or from this network today; nothing more is sent."""


class Count(msgspec.Struct, frozen=True):
    """How many contacts a segment picks, at how many members."""

    contacts: int
    organisations: int


class Sampled(msgspec.Struct, frozen=True):
    """One of the people a segment picks, as shown beside its count."""

    contact_id: int
    label: str
    organisation: str
    email: str | None


class Covered(msgspec.Struct, frozen=True):
    """One member that a rule picks, with how many of its people get a newsletter."""

    newsletter_id: int
    id: int
    name: str
    kind: OrganisationKind
    people: int
