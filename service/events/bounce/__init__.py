"""Reads what comes back to the envelope sender and tells what it means. Pure: bytes in, values out.

`mime` splits any bytes into parts, `report` reads delivery reports (RFC 3464) and complaints
(RFC 5965), `prose` finds recipient and reason in free text, `replies` knows automatic answers: by
`phrases`, and by the `notions` that `absence` finds in each sentence; `classify` decides. It
touches no contact: what a bounce may do is decided by service.events.actions, and only if its token
verifies.
"""
