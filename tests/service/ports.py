"""Free ports below those that the kernel hands out, so that nobody takes one between its choice and its use."""

import random
import socket

FIRST, LAST = 19000, 32700
RTP_PORTS = 240  # 60 legs

_taken = set()


def take():
    """A port that is free for TCP and UDP."""
    return _take(1)


def take_range():
    """The first and the last of a range for RTP."""
    first = _take(RTP_PORTS)
    return first, first + RTP_PORTS - 1


def _take(count):
    while True:
        first = random.randrange(FIRST, LAST - count)
        block = range(first, first + count)
        if _taken.isdisjoint(block) and all(_is_free(port) for port in block):
            _taken.update(block)
            return first


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
