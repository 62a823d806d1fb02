"""A SIP proxy that stays on the way of a dialog (Record-Route) and is routed back through (RFC 3261 16). UDP only."""

import asyncio
import hashlib
import re

from . import sip

ADDRESS = re.compile(r"sips?:(?:[^@>;]*@)?(\[[^\]]*\]|[^:;>?]*)(?::(\d+))?")


class Proxy(asyncio.DatagramProtocol):
    """`behind` is the (ip, port) that requests outside of a dialog go to."""

    def __init__(self, behind, options=";lr"):
        self.behind = behind
        self.passed = []  # (method, its Route values as they came) of each request, repeated ones too
        self._options = options
        self._from = {}  # branch of ours -> where that request came from

    async def open(self, ip):
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(ip, 0))
        self.address = self._transport.get_extra_info("sockname")[:2]
        self.uri = f"sip:{sip.host(ip)}:{self.address[1]}{self._options}"

    def close(self):
        self._transport.close()

    def datagram_received(self, data, addr):
        message = sip.parse(data)
        if message.is_request:
            self._pass_on(message, addr)
        else:
            self._pass_back(message)

    def error_received(self, exc):
        """The next hop is not there: the sender will notice."""

    def _pass_on(self, request, addr):
        routes = sip.split(request.all("Route"))
        self.passed.append((request.method, routes[:]))
        if routes and place(sip.address(routes[0])) == self.address:
            routes.pop(0)
        request.headers = [(name, value) for name, value in request.headers if name.lower() != "route"]
        request.headers += [("Route", route) for route in routes]
        inside = sip.param(request.get("To"), "tag")
        if inside:
            hop = place(sip.address(routes[0]) if routes else request.uri)
        else:
            hop = self.behind
            request.headers.insert(0, ("Record-Route", f"<{self.uri}>"))
        branch = sip.BRANCH + hashlib.sha256(f"{self.address} {request.branch}".encode()).hexdigest()[:16]
        self._from[branch] = addr
        ip, port = self.address
        request.headers.insert(0, ("Via", f"SIP/2.0/UDP {sip.host(ip)}:{port};branch={branch}"))
        self._transport.sendto(request.encode(), hop)

    def _pass_back(self, response):
        branch = response.branch
        response.headers.remove(("Via", response.get("Via")))  # ours has a line of its own
        if branch in self._from:
            self._transport.sendto(response.encode(), self._from[branch])


def place(uri):
    """Where a SIP URI with a numeric address points."""
    ip, port = ADDRESS.match(uri).groups()
    return ip.strip("[]"), int(port or 5060)
