"""Decides why a server refused, and whether an address is gone for good. Precision first.

A false «gone» loses a member. So the words on the recipient weigh more than the code, a code that
everybody sends with anything weighs nothing, and it matters to which command the answer came.
"""

import re

from service.delivery.refusal import codes, grammar, reasons, steps
from service.delivery.refusal.model import Class, Refusal, Step
from service.delivery.refusal.patterns import any_of

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
# What is said of somebody whom they know: that the account, not the address, is the matter.
_OFF = any_of(r"""
    disabled|suspended|on hold|locked|frozen|dormant|terminated|deactivated|inactivity|blocked
    inactive (?:account|mailbox|user)|(?:account|mailbox|user) (?:is )?(?:\w+ )?inactive
    gesperrt|deaktiviert|stillgelegt|suspendu|d[eé]sactiv|bloqu|sospes|disattivat|disabilitat
""")
_EXISTS = any_of(r"exist|unknown|unbekannt|inconnu|sconosciut|not found")
# What nobody says to a sender whom a policy keeps out.
_NOBODY = any_of(r"""
    no such (?:user|recipient|mailbox|address|person|account)|unknown (?:user|recipient|mailbox)
    (?:user|recipient|mailbox|address|account)\b.{0,20}(?:unknown|not found|not exist|n't exist)
    recip\w*notfound|(?:benutzer|empf[aä]nger|postfach)\w*.{0,20}(?:unbekannt|existiert nicht)
""")
_POLICY = any_of(r"""
    polic|denied|sender|spam|block|list|relay|reputation|authenti|not allowed|permi|reject|refus
""")
# What a refusal is about that gives no reason: before a recipient was named, it can only be us.
_BY_STEP = {Step.CONNECT: "blocked", Step.MAIL: "rejected"}
_BY_REPLY = {"521": "notaccept", "556": "notaccept"}  # RFC 7504
# A reply as a server wrote it, inside whatever its reporter writes around it.
_REPLY = re.compile(r"(?<![\d.:/-])[45]\d\d[ \-#](?!-\d).{1,250}", re.DOTALL)
_CODE = re.compile(r"^[45]\d\d[ -](?:[45](?:\.\d{1,3}){2})?")
_TRY_AGAIN = re.compile(r"\s*4\d\d[ -]")
_NAMED = re.compile(r"550 <?[\w.+-]+@")
# Words that only a server uses which has looked the mailbox up itself; those that answer what they
# dislike with «user unknown» do so in English.
_SURE = any_of(r"""
    unroute?able address
    unknown local.part
    invalid final delivery
    unknown recipient
    invalid user address
    recipient name is not recogni
    recipnotfound|adr\.recipnotfound
    \bnot (?:listed |found |present )?in (?:\S+ ){0,2}(?:domino|public|directory|address book)
    (?:user|recipient|mail-?box|account|address|person|employee)\b.{0,30}\bno longer (?:exist|with|
        works|employed|valid|in use|accepts)|has left (?:the|our|us)\b
    (?:user|recipient|mail-?box|account|address) (?:has been |was )(?:deleted|removed)
    (?:ofr|lpn)_?(?:007_)?416
    (?:adress\w*|benutzer\w*|empf[aä]nger\w*|postfach|teilnehmer|konto|indirizzo|destinatario|
        utente|casella|destinataire|utilisateur|bo[iî]te)\b(?:[^.;]|
        \.(?=\S)){0,80}?(?:existiert nicht|
        unbekannt|introuvable|inconnue?\b|nicht (?:gefunden|vorhanden|bekannt|existent)|n'existe|
        non (?:esiste|trovat)|inesistent|inexistante?\b|sconosciut|gibt es .{0,20}nicht)
    kein(?:e|en)? solche\w* (?:adress|benutzer|empf[aä]nger|postfach|konto)
    (?:unbekannte[rn]?|ung[uü]ltige[rn]?) (?:adress|benutzer|empf[aä]nger|postfach|konto)
    \bwurde (?:in|bei|unter) \S+ nicht gefunden
    delivery error: dd this user doesn't have
    \b542 \S{1,90}@\S{1,90} rejected
    5\.4\.1 .{0,80}recipient address rejected: access denied
""")
_BEYOND = {"mailboxfull", "suspend", "exceedlimit", "mesgtoobig", "spamdetected", "hasmoved"}
_LONGEST = 3_000  # whoever has not given a reason by then gives none


def judge(
    words: str, status: str, *, around: str = "", whole: str = "", step: Step = Step.UNSAID
) -> Refusal:
    """Return why a server refused.

    `words` are the server's own on this recipient; `around` has them and the lines that a report
    writes on the recipient, `whole` the entire text of the report. Where `step` is not known, it is
    looked for in `around`. `status` is the enhanced status code (RFC 3463) or "".
    """
    words, said, whole = words[:_LONGEST], (around or words)[:_LONGEST], whole[:_LONGEST]
    told = status_in(status, said)
    when = step if step is not Step.UNSAID else steps.step_in(said)
    reason = _reason(words, told, said, whole, when)
    reason = reason or reasons.by_vague_words(f"{said} {whole}")
    if reason in reasons.HARD and _is_about_us(reason, told, said, step):
        reason = "rejected"
    if reason == "userunknown" and not _is_sure(told, f"{said} {whole}", when):
        reason = "filtered"
    class_ = reasons.CLASSES.get(reason, Class.UNKNOWN)
    hard = reason in reasons.HARD and _is_for_good(reason, words, told, when)
    return Refusal(reason or "undefined", class_, hard, told)


def _is_for_good(reason: str, words: str, status: str, step: Step) -> bool:
    """Tell whether a wrong address can be final: never with 4xx.

    Nor is a domain unknown that took our mail as far as its content, unless its code says so.
    """
    if status.startswith("4") or _TRY_AGAIN.match(words):
        return False
    aside = step in {Step.CONNECT, Step.DATA} and reason != "userunknown"
    return not aside or reasons.by_status(status) in reasons.HARD


def status_in(status: str, said: str) -> str:
    """Return the enhanced status code, from the words where the code itself says nothing."""
    if status and not status.endswith(".0.0"):
        return status
    found = STATUS.search(said)
    return found[1] if found else status


def _reason(words: str, status: str, said: str, whole: str, step: Step) -> str:
    """Return what the words say, else what the code says, else what the sentences amount to."""
    reply = _REPLY.search(words)
    own = reply[0] if reply else ""
    # What leads up to a reply makes no sentence with it («from remote mail server …: blocked»).
    rest = words.replace(own, " ", 1) if own else words
    reason = codes.by_code(reasons.normalised(words)) or reasons.by_words(own)
    reason = (
        reason
        or reasons.by_words(rest)
        or _BY_REPLY.get(own[:3], "")
        or _beyond(own, status)
        or _unless_vague(status)
    )
    reason = reason or _BY_STEP.get(step, "") or _by_grammar(own, step) or _by_grammar(words)
    reason = reason or (reasons.by_status(status) if status.startswith("5.7.") else "")
    reason = reason or reasons.by_words(said) or reasons.by_status(status)
    reason = reason or reasons.by_words(whole) or _by_grammar(whole)
    if reason == "suspend" and reasons.by_status(status) == "userunknown":
        off = _OFF.search(own or words) and not _EXISTS.search(own or words)
        reason = reason if off else "userunknown"
    if reason == "notaccept" and _by_grammar(words) == "suspend":
        reason = "suspend"  # it is one mailbox that takes none, not all of a host
    if reason in reasons.HARD and grammar.is_about_us(reasons.normalised(own or words)):
        return "rejected"  # what cannot be found is the sender, or the server that sends
    return grammar.for_now(reason, reasons.normalised(words))


def _by_grammar(text: str, step: Step = Step.UNSAID) -> str:
    """Return what sentences amount to; who is asked for a mailbox and names nothing means that."""
    of = "box" if step is Step.RCPT and text.startswith("55") else ""
    return grammar.by_grammar(_CODE.sub("", reasons.normalised(text)), of=of)


def _beyond(own: str, status: str) -> str:
    """Return what a reply's sentences say more than its code, which only says whose matter it is.

    A mailbox that is full or shut off has an address that is right, whatever the code.
    """
    meant = _by_grammar(own) if reasons.by_status(status) in reasons.HARD else ""
    return meant if meant in _BEYOND else ""


def _unless_vague(status: str) -> str:
    return "" if reasons.is_vague(status) else reasons.by_status(status)


def _is_about_us(reason: str, status: str, said: str, step: Step) -> bool:
    """Tell whether what reads like a wrong address is said of the sender, or of our mails."""
    if step is Step.MAIL or steps.is_about_sender(said):
        return True
    about_them = reason in {"userunknown", "notaccept"} and "sender" not in said.lower()
    return status.startswith("5.7.") and not about_them


def _is_sure(status: str, said: str, step: Step) -> bool:
    """Tell whether an unknown user is beyond doubt: by its code, or because RCPT was refused.

    Some filters answer «user unknown» after the content to whomever they dislike; no member must be
    lost to them. Nor to a policy (5.7.x) or to the content (5.6.x), whatever it says, except that
    some who keep lists of their own (Sendmail's access table) send 5.7.1 with anything: that counts
    where RCPT was answered with nothing else.
    """
    if status.startswith(("5.6.", "5.7.")):
        return status == "5.7.1" and step is Step.RCPT and _is_plain(said)
    if reasons.by_status(status) in reasons.HARD or _SURE.search(said):
        return True
    if grammar.is_looked_up(reasons.normalised(said)):
        return True
    if step is Step.RCPT:
        return True
    return step is not Step.DATA and status == "5.0.0" and _NAMED.match(said) is not None


def _is_plain(said: str) -> bool:
    """Tell whether a reply with a policy's code speaks of an unknown user, and of no policy."""
    reply = _REPLY.search(said)
    words = reply[0].partition(" (in reply")[0] if reply else ""
    return _NOBODY.search(words) is not None and _POLICY.search(words) is None
