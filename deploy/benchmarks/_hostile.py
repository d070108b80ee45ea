"""Returned mails made to hold us up: one thing over and over, in every place that is read."""

_SIZE = 256 * 1024  # what the listener holds of a mail
_UNITS = (
    b"a", b" ", b"\n", b"a@", b"a@b.c ", b"<", b"<style ", b"<p", b"user ", b"not user ", b"mail ",
    b"connection host ", b"ich bin ", b"Nachricht ich ", b"? ", b". ", b"1.2.3.4 ", b"am 1 ",
    b">>> rcpt to:", b"> ", b"=?utf-8?q?", b"5.1.1 ", b"550-5.1.1 ", b'"', b'"notificationType" ',
    b"Final-Recipient: rfc822; a@b.c\n\n", b"domain ", b"bitte ", b"Subject: a@b\n",
)  # fmt: skip
_SERVER = b"From: MAILER-DAEMON@x.example\nSubject: Undelivered Mail\n"
_PERSON = b"From: a@b.example\nSubject: Re: x\n"
_REPORT = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    b"Content-Type: message/delivery-status\n\n"
)


def mails() -> dict[str, bytes]:
    """Return mails by what they are."""
    found: dict[str, bytes] = {}
    for unit in _UNITS:
        many, flat = unit * (_SIZE // len(unit)), unit.replace(b"\n", b" ")
        long = flat * (_SIZE // len(unit))
        for kind in (b"text/plain", b"text/html"):
            content = b"Content-Type: " + kind + b"; charset=utf-8\n\n" + many
            found[f"a server's {kind.decode()} of {unit!r}"] = _SERVER + content
            found[f"a person's {kind.decode()} of {unit!r}"] = _PERSON + content
        found[f"a subject of {unit!r}"] = b"From: x@y\nSubject: " + long + b"\n\nx\n"
        found[f"a sender of {unit!r}"] = b"From: " + long + b"\nSubject: x\n\nx\n"
        found[f"a diagnosis of {unit!r}"] = (
            _REPORT + b"Final-Recipient: rfc822; a@b.c\nDiagnostic-Code: smtp; " + long
        )
    failed = b"Final-Recipient: rfc822; a%d@b.c\nStatus: 5.1.1\n\n"
    found["many recipients"] = _REPORT + b"".join(failed % n for n in range(6_000))
    found["deep parts"] = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000)
    )
    found["deep messages"] = b"Content-Type: message/rfc822\n\n" * 8_000
    part = b"--b\nContent-Type: text/html\n\n" + b"<style " * 180 + b"\n"
    found["many parts"] = b"Content-Type: multipart/mixed; boundary=b\n\n" + part * 190
    return {name: mail[:_SIZE] for name, mail in found.items()}
