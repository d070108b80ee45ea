"""The audience stage: who we write to, what they agreed to, and which of them a rule picks.

In: members and contacts from editors, from files and from the public form. Out: the frozen list of
candidates of a dispatch, each with an address or with the reason why there is none. Writes the
tables of 0005_audience.sql; reads `topic`, `newsletter` and `editor`. Its promise: whoever is left
out is left out for a reason that can be shown.
"""
