"""Sockets of both families, and of other network namespaces."""

import os
import socket
from contextlib import contextmanager
from pathlib import Path


INTERFACES = Path("/proc/net/if_inet6")  # each IPv6 address of this machine
HAS_IPV6 = INTERFACES.exists() and f"{1:032x} " in INTERFACES.read_text()  # at least to itself


def make_socket(kind, ip, port=0, netns=None):
    """Bound, and of the namespace that `ip netns` has under that name; by default of our own."""
    with _inside(netns):
        made = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, kind)
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
