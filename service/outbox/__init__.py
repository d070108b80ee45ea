"""What is owed to whom: edition × audience → one message per recipient, and what became of each.

In: an approved edition (service.editions), the people of its segments (service.audience).
Out: claimed messages with all that the delivery stage needs to hand them over, and a ledger whose
numbers add up at every instant.
Writes dispatch, rendition, link, message, chunk, left_out, notice. Reads eligible_subscription.
Promise: no recipient of a dispatch is lost, none is owed two messages, and what cannot be known
is called unknown.
"""
