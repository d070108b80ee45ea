"""The web: pages for editors, pages for the public. Handlers parse, call one action, and answer; they decide nothing."""
