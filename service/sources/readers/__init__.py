"""Readers: bytes in, entries out, for every kind of source behind one interface.

They open no file and no connection, so they run in a confined child process
(service.kit.confine). Every failure is an Unreadable with a sentence for a person; whatever else
a library throws at strange bytes is caught at this door.
"""
