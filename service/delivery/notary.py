"""The process that signs: keys come in, then digests, and signatures go out in their order.

A line for each key and an empty one; from then on each question is the number of a key and a
SHA-256. It loads next to nothing, and ends when the other side of its standard input is gone.
"""

import contextlib
import os
import signal
import socket
import struct

from service.delivery import signature

ASKED = struct.Struct(f">B{signature.DIGEST}s")  # which key, and a digest
_AT_ONCE = 16  # questions taken before they are answered
_NICE = 10  # whoever speaks to mail servers and to the database goes first
_STINT = 4  # signatures, some 0.8 ms of RSA, until whoever goes first may go


def serve(channel: socket.socket) -> None:
    """Sign until the other side is gone."""
    with channel.makefile("rb") as source:
        keys = []
        while line := source.readline().strip():
            keys.append(signature.unpacked(line))
        while asked := source.read1(ASKED.size * _AT_ONCE):
            asked += source.read(-len(asked) % ASKED.size)
            if len(asked) % ASKED.size:
                return
            signatures = []
            for key, digest in ASKED.iter_unpack(asked):
                signatures.append(signature.sign(keys[key], digest))
                # Never, and whoever goes first waits for the end of our time slice; each time, and
                # it wakes for every single packet.
                if len(signatures) % _STINT == 0:
                    os.sched_yield()
            channel.sendall(b"".join(signatures))


def main() -> None:
    """Serve on standard input. Whoever stops us all waits for our parent, which ends us."""
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(ConnectionError), socket.socket(fileno=0) as channel:
        serve(channel)


if __name__ == "__main__":
    main()
