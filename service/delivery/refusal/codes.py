"""What codes of a receiver's own say, as far as receivers document them: a table.

They stand somewhere in the reply, say more than its words, and are never said of anything else.
Comcast and Cox, Facebook, GoDaddy, Orange, Spectrum, Yahoo, AOL, Google, Microsoft, Tencent.
"""

from service.delivery.refusal.patterns import any_of

CODES = tuple(
    (reason, any_of(pattern))
    for reason, pattern in (
        ("userunknown", r"""
            \b(?:rcp-p1|int-p[134])\b
            \b(?:ofr|lpn)_?(?:\d{3}_)?416\b
        """),
        ("filtered", r"\brcp-p[23]\b"),
        ("mailboxfull", r"""
            \bint-p7\b
            \b(?:ofr|lpn)_?(?:\d{3}_)?417\b
        """),
        ("suspend", r"\b(?:ofr|lpn)_?(?:\d{3}_)?418\b"),
        ("mesgtoobig", r"\b(?:msg-p1|int-p2)\b"),
        ("contenterror", r"\bmsg-p2\b"),
        ("notcompliantrfc", r"\bmsg-p3\b"),
        ("requireptr", r"""
            \b(?:dns-p3|dns-t2)\b|\bcxdns\b
            \b(?:bl0000\d\d|rly:b3|dns:b[12]|dns:nr|dns:t1)\b
            \baup#(?:i|o|in|out)?-?1(?:000|090|490|500)\b
        """),
        ("authfailure", r"\b(?:pol-p7|cxsmtp|cxdmarc)\b|\baup#(?:i|o|in|out)?-?1(?:520|530)\b"),
        ("rejected", r"\bdns-(?:p[12]|t1)\b|\bcxsndr\b|\baup#(?:i|o|in|out)?-?1(?:310|360|380)\b"),
        ("speeding", r"""
            \b(?:cxmxrt|cxthrt)\b
            \bfrequency limited\b
            \b(?:ofr|lpn)_?(?:\d{3}_)?10[5-9]\b
            \baup#(?:i|o|in|out)?-?1(?:340|350|390|450|460)\b
        """),
        ("toomanyconn", r"\bcxcnct\b|\bcon-t\d\b|\b(?:ofr|lpn)_?(?:\d{3}_)?104\b"),
        ("spamdetected", r"""
            \b(?:ofr|lpn)_?(?:\d{3}_)?506\b
            \bib(?:212|50\d|60\d|7\d\d)\b
            \b(?:urlbl\d*|hvu:b\d)\b
        """),
        ("blocked", r"""
            \b(?:pol-[pt]\d|cx(?:bl|mj)|cdrbl|ipbl\d+|csrbl)\b
            \bib[1-9]\d\d\b
            \b(?:ofr|lpn)_?(?:\d{3}_)?(?:10[1-3]|999)\b
            \baup#(?:i|o|in|out)?-?\d{4}\b|\baup#(?:bl|cx|\w{2,8})\b
            \[(?:tss?\d\d|bl\d\d|gl\d\d|ph\d\d|rl\d\d|cs\d\d|hm\d\d|ipts?\d*|fb\d+)\]
            \b(?:rly|rtr|dyn|con|snd|iph|ovl|ebl|tcp|frm|cnt):\w\w\b
            \b(?:s3140|s3150|s775|oc-00\d|cs?-00\d|rp-00\d|sc-00\d|dy-00\d|bay\w+)\b
        """),
        ("systemerror", r"\bint-t\d{1,2}\b|\brcp-t1\b"),
    )
)  # fmt: skip


def by_code(said: str) -> str:
    """Return the reason that a receiver's own code tells, "" where there is none.

    `said` is in small letters on one line.
    """
    return next((reason for reason, pattern in CODES if pattern.search(said)), "")
