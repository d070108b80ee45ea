"""Mail addresses as people type them: a good one in its plain form, a bad one with its fault.

It looks at the form only; whether a mailbox exists is learnt from its server.
"""

import re

from email_validator import EmailNotValidError, validate_email

from service.kit.text import Text, msg

LONGEST = 254

# Nearly every address is of this form; what is not goes the slow and exact way.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def plain(typed: str) -> tuple[str, None] | tuple[None, Text]:
    """Return the address in its plain form (domain in small letters, punycode), or the fault."""
    if any(c in typed for c in "\r\n\0"):
        return None, msg("The address contains a line break or another control character.")
    address = typed.strip()
    if len(address) > LONGEST:
        return None, msg("The address is longer than %(most)s characters.", most=LONGEST)
    local, _, domain = address.rpartition("@")
    if _PLAIN.fullmatch(address) and len(local) <= 64:
        return f"{local}@{domain.lower()}", None
    return _exact(address)


def _exact(address: str) -> tuple[str, None] | tuple[None, Text]:
    if "@" not in address:
        return None, msg("“%(address)s” has no @.", address=address)
    if re.search(r"[,;\s]", address):
        return None, msg("Only one address may stand here, without blanks, commas or semicolons.")
    if not address.rpartition("@")[0].isascii():
        return None, msg("Before the @ there may be no umlauts or other special letters.")
    try:
        found = validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=True,
        )
    except EmailNotValidError:
        return None, msg("“%(address)s” is no complete mail address.", address=address)
    return str(found.ascii_email or found.normalized), None
