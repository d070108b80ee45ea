"""Handing messages to the mail server, politely, and telling the truth about what it answered.

In: claimed messages of the outbox. Out: an outcome per try, reported to the outbox.
Writes attempt, relay_state, destination and mail_route. Reads nothing but what the outbox hands it.
Promise: a final dot is started only after the ledger says so, and whatever happens after it
without an answer is reported as unknown, never guessed.
"""
