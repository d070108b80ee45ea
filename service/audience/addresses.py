"""Mail addresses as people type them: a good one in its plain form, a bad one with its fault.

It looks at the form only; whether a mailbox exists is learnt from its server.
"""

import re

from email_validator import EmailNotValidError, validate_email

from service.kit.text import Text, msg

LONGEST, LONGEST_LOCAL = 254, 64  # octets, RFC 5321 §4.5.3.1

# Nearly every address is of this form; what is not goes the slow and exact way.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def plain(typed: str) -> tuple[str, None] | tuple[None, Text]:
    """Return the address in its plain form, or the fault.

    That is: the domain in small letters and punycode, the local part in NFC, with its umlauts.
    """
    if any(c in typed for c in "\r\n\0"):
        return None, msg("The address contains a line break or another control character.")
    address = typed.strip()
    local, _, domain = address.rpartition("@")
    if len(address.encode()) > LONGEST or len(local.encode()) > LONGEST_LOCAL:
        return None, msg("The address is longer than %(most)s characters.", most=LONGEST)
    if _PLAIN.fullmatch(address):
        return f"{local}@{domain.lower()}", None
    return _exact(address)


def _exact(address: str) -> tuple[str, None] | tuple[None, Text]:
    if "@" not in address:
        return None, msg("“%(address)s” has no @.", address=address)
    if re.search(r"[,;\s]", address):
        return None, msg("Only one address may stand here, without blanks, commas or semicolons.")
    try:
        found = validate_email(
            address,
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError:
        return None, msg("“%(address)s” is no complete mail address.", address=address)
    return f"{found.local_part}@{found.ascii_domain}", None
