"""What happened after the hand-over: unsubscribes, complaints, bounces, counted clicks, numbers.

In: tokens and links that come back from a mail. Out: effects upstream (a subscription ended, rows
that are still queued withdrawn), the report of a dispatch, a contact's history.
Writes `event`, `click_count` and `reach`. Reads `message`, `left_out`, `link`, `dispatch`,
`edition`, `contact` and `organisation`. Promise: a fact is appended and never
overwritten, and a click never names a person.
"""
