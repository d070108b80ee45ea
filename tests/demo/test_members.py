"""The invented association: who belongs to it."""

from service.demo import members

MEMBERSHIP = members.load()
ORGANISATIONS = members.organisations(MEMBERSHIP)
CONTACTS = members.contacts(MEMBERSHIP, ORGANISATIONS)
ADDRESSES = {contact.email for contact in CONTACTS if contact.email}


def test_all_municipalities_of_both_cantons_are_members() -> None:
    municipalities = [o for o in ORGANISATIONS if o.kind == "municipality"]
    assert sum(o.canton == "ZH" for o in municipalities) == 160
    assert sum(o.canton == "BL" for o in municipalities) == 86
    assert all(o.district and o.population for o in municipalities)


def test_about_two_thousand_contacts_have_an_address_of_their_own() -> None:
    assert 1_900 < len(ADDRESSES) < 2_300
    assert len(ADDRESSES) == sum(contact.email is not None for contact in CONTACTS)


def test_no_address_could_belong_to_anybody() -> None:
    assert all(address.endswith(".example") and address.isascii() for address in ADDRESSES)


def test_three_municipalities_have_no_address_that_mail_can_reach() -> None:
    reached = {contact.organisation for contact in CONTACTS if contact.email}
    unreached = {o.name for o in ORGANISATIONS} - reached
    assert unreached == {"Hüttikon", "Regensberg", "Volken"}


def test_a_contact_is_named_by_office_and_member() -> None:
    labels = {contact.label for contact in CONTACTS}
    assert "Sozialvorstand, Gemeinde Hüttikon" in labels
    assert "Fallführung 2, Stadt Uster" in labels
    assert "Leitung, KESB Bezirk Andelfingen" in labels


def test_the_closed_mailbox_belongs_to_a_contact() -> None:
    assert members.GONE in ADDRESSES


def test_everyone_in_a_committee_is_a_contact() -> None:
    for committee in MEMBERSHIP.committee:
        assert {committee.chair, *committee.members} <= ADDRESSES


def test_names_become_parts_of_addresses() -> None:
    assert members.slug("Aesch (BL)") == "aesch-bl"
    assert members.slug("Rüti (ZH)") == "rueti-zh"
