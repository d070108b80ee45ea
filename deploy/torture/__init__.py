"""Rundbrief under torture: a mail server that misbehaves, and a driver that kills everything.

`./run torture` starts it; the suite runs it briefly. Nothing of the service imports it.
"""
