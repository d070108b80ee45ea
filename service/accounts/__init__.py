"""Accounts: who may enter.

In: addresses and passwords of the association's own people. Out: an editor with a role, known by a
session. Writes `editor`, `editor_session`, `login_attempt` and `submission`; reads nothing else.
Promise: a stored token or password is worthless to whoever reads the database. It knows nothing of
newsletters, and contacts have no account.
"""
