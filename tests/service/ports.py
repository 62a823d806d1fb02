"""Free ports below those that the kernel hands out, so that nobody takes one between its choice and its use."""

import random
import socket

SINGLE = range(19000, 22000)
RTP_PORTS = 240  # of a world: 60 legs
RTP = range(22000, 32500, RTP_PORTS)

_singles = iter(random.sample(SINGLE, len(SINGLE)))
_ranges = random.sample(RTP, len(RTP))


def take():
    """A port that is free for TCP and UDP."""
    return next(port for port in _singles if _is_free(port))


def take_range():
    """The first and the last of a range for RTP; to be given back."""
    while True:
        block = range(first := _ranges.pop(0), first + RTP_PORTS)
        if all(map(_is_free, block)):
            return block[0], block[-1]


def give_back(first, _last):
    """There are more worlds in a run than ranges."""
    _ranges.append(first)


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
