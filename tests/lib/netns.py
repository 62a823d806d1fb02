"""Sockets of another network namespace."""

import os
import socket
from contextlib import contextmanager


def make_socket(kind, ip, port=0, netns=None):
    """Bound, and of the namespace that `ip netns` has under that name; by default of our own."""
    with _inside(netns):
        made = socket.socket(socket.AF_INET, kind)
    made.setblocking(False)
    made.bind((ip, port))
    return made


@contextmanager
def _inside(name):
    """This thread is there meanwhile; nothing may be awaited, and no thread be started."""
    if not name:
        yield
        return
    with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{name}") as there:
        os.setns(there.fileno(), os.CLONE_NEWNET)
        try:
            yield
        finally:
            os.setns(home.fileno(), os.CLONE_NEWNET)
