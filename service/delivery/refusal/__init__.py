"""Tells from what a mail server says why it takes no mail, and whose matter that is. Pure.

One judgement for both moments: a refusal during the hand-over (service.delivery.outcome), and a
report that comes back hours later (service.events.bounce). `words_on_us` and
`words_on_recipients` are the tables of phrases, `codes` that of receivers' own codes, `grammar`
reads what no table knows (`things` of which something is said, `states` that are said of it,
`notions` that both are made of), `steps` to which command the answer came, `reasons` has status
codes and classes, `judge` weighs them. It touches no contact.
"""
