"""Passwords: hashed with Argon2id, verified in equal time, refused where they are guessed first."""

import pytest

from service.accounts import passwords


def test_a_hash_is_argon2id_with_19_mib_and_never_the_same_twice() -> None:
    first, second = (
        passwords.hashed("vier Worte am Morgen"),
        passwords.hashed("vier Worte am Morgen"),
    )
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


def test_a_password_matches_its_own_hash_only() -> None:
    stored = passwords.hashed("vier Worte am Morgen")
    assert passwords.matches(stored, "vier Worte am Morgen")
    assert not passwords.matches(stored, "vier Worte am Abend")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$xx"])
def test_no_password_matches_where_there_is_no_usable_hash(stored: str | None) -> None:
    assert not passwords.matches(stored, "vier Worte am Morgen")
    assert not passwords.matches(stored, "nobody has this password")


def test_a_hash_of_earlier_parameters_is_outdated() -> None:
    earlier = passwords.argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash("x")
    assert passwords.outdated(earlier)
    assert not passwords.outdated(passwords.hashed("x"))


@pytest.mark.parametrize(
    "password",
    [
        "kurz",
        "elf Zeichen",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "passwortpasswort",
        "Passwort2026!!",
        "lea.muster2026",
        "MusterLea-2026",
        "x" * 201,
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    assert passwords.weakness(password, "lea.muster@verband.example", "Lea Muster")


@pytest.mark.parametrize("password", ["vier Worte am Morgen", "Hüttikon–Volken 12", "k9#Lq2!vPz4x"])
def test_a_long_password_of_words_or_random_signs_is_taken(password: str) -> None:
    assert passwords.weakness(password, "lea.muster@verband.example", "Lea Muster") is None
