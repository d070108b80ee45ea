"""The mail server that misbehaves where a test asks it to; the torture has the same one."""

from deploy.torture.relay import (
    AFTER_DOT,
    OK,
    Answer,
    Fault,
    Greeting,
    Relay,
    Script,
    relay,
)

__all__ = ["AFTER_DOT", "OK", "Answer", "Fault", "Greeting", "Relay", "Script", "relay"]
