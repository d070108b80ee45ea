"""The demo: an invented association, a small site whose news it reads, and a catcher for its mail.

It runs only where no database of one's own is named. What goes in is this folder's data; what
comes out is a filled database, a news site and an SMTP server, both on loopback only. The promise:
no mail of the demo ever leaves the machine, and no person in it exists.

It plants through the stages' actions. Where these speak of one row at a time, it writes tables of
theirs by SQL of its own (people.sql, past.sql): the one exception to "one stage writes a table".
"""
