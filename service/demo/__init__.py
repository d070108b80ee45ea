"""The demo: an invented association, a small site whose news it reads, and a catcher for its mail.

It runs only where no database of one's own is named. What goes in is this folder's data; what
comes out is a filled database, a news site and an SMTP server, both on loopback only. The promise:
no mail of the demo ever leaves the machine, and no person in it exists.
"""
