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
    newsletter: str
    state: SubscriptionState
    since: datetime
    ended_at: datetime | None
    ended_how: str


class Consent(msgspec.Struct, frozen=True):
    id: int
    newsletter_id: int
    newsletter: str
    basis: ConsentBasis
    wording: str
    source: str
    recorded_at: datetime
    recorded_by: str


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
    functions: frozenset[str]
    topics: frozenset[str]
    committees: frozenset[str]


class Sampled(msgspec.Struct, frozen=True):
    """One of the people a segment picks, as shown beside its count."""

    contact_id: int
    label: str
    organisation: str
    email: str | None
