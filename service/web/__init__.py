"""The web: pages for editors and for the public.

Handlers parse, call one action, and answer; they decide nothing.
"""
