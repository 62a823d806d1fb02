"""The edge: what may be reached, and what a container may do that was broken into."""

import re
import ssl
from pathlib import Path

from lib.api import Api, stranger
from lib.netns import HAS_IPV6

from ..harness import case

SERVICES = ("redis", "rtpengine", "execlined", "kamailio")
# Folders in which each may write; all else is read-only, or somebody else's.
WRITABLE = {"redis": ["/data", "/data/appendonlydir", "/run/execline"], "rtpengine": [], "execlined": [], "kamailio": ["/run/kamailio"]}
FIND_WRITABLE = "find / '(' -path /proc -o -path /dev ')' -prune -o -type d -writable -print 2>/dev/null; true"
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
LISTENS, UNCONNECTED = "0A", "07"  # /proc/net/tcp and udp
LOOPBACK = {"tcp": "0100007F", "udp": "0100007F", "tcp6": "0" * 24 + "01000000", "udp6": "0" * 24 + "01000000"}


@case()
async def containers_may_do_next_to_nothing(line):
    for service in SERVICES:
        told = await line.stack.inspect(service)
        host, user = told["HostConfig"], told["Config"]["User"]
        assert user.split(":")[0] not in ("", "0", "root"), (service, user)
        assert host["ReadonlyRootfs"] and not host["Privileged"] and not host["CapAdd"], (service, host)
        assert host["CapDrop"] == ["ALL"] and "no-new-privileges:true" in host["SecurityOpt"], (service, host)
        assert host["Memory"] > 0 and host["PidsLimit"] > 0, (service, host["Memory"], host["PidsLimit"])
        status = dict(re.findall(r"(\w+):\t(.*)", await line.stack.inside(service, "cat", "/proc/1/status")))
        assert "0" not in status["Uid"].split() + status["Gid"].split(), (service, status)
        assert status["NoNewPrivs"] == "1" and all(int(status[c], 16) == 0 for c in CAPABILITIES), (service, status)
        found = await line.stack.inside(service, "sh", "-c", FIND_WRITABLE)
        assert sorted(found.split()) == WRITABLE[service], (service, found)


async def sockets_of(line, service):
    """(protocol, address, port) of those on which it waits for strangers, as the kernel has them."""
    names = await line.stack.inside(service, "sh", "-c", "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -o 'socket:.*'; true")
    inodes = set(re.findall(r"socket:\[(\d+)\]", names))
    assert inodes, f"{service} has no sockets at all"
    found = set()
    for protocol, state in (("tcp", LISTENS), ("tcp6", LISTENS), ("udp", UNCONNECTED), ("udp6", UNCONNECTED)):
        for row in Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[9] in inodes and fields[3] == state:
                address, port = fields[1].split(":")
                found.add((protocol, address, int(port, 16)))
    return found


@case()
async def only_what_is_meant_listens(line):
    """Here everything is on this machine alone, as it is before .env names other addresses; calls over IPv6 too."""
    s = line.stack.settings
    meant = {
        "redis": {("tcp", s.redis_port)},
        "rtpengine": {("udp", s.ng_port)},
        "execlined": {("tcp", s.http[1]), ("tcp", s.api[1]), ("udp", s.dtmf_port)},
        "kamailio": {("tcp", s.sip[1]), ("udp", s.sip[1]), ("tcp", s.sip_tls[1]), ("tcp", s.rpc_port)},
    }
    if HAS_IPV6:
        meant["kamailio"] |= {("tcp6", s.sip[1]), ("udp6", s.sip[1]), ("tcp6", s.sip_tls[1])}
    for service, wanted in meant.items():
        found = await sockets_of(line, service)
        assert all(address == LOOPBACK[protocol] for protocol, address, _ in found), (service, found)
        found = {(protocol, port) for protocol, _, port in found}
        if service == "rtpengine":
            found = {(protocol, port) for protocol, port in found if protocol not in ("udp", "udp6") or port not in s.rtp_ports}
        assert found == wanted, (service, found, wanted)


@case()
async def api_from_outside_has_tls_and_no_hooks(line):
    s = line.stack.settings
    api = Api(s.api, s.admin_token, ssl.create_default_context(cafile=s.tls_cert))
    assert (await api.get(f"/v1/lines/{line.id}"))["line"] == line.id
    for path in ("/v1/sip/invite", "/v1/sip/event"):
        reply = await api.ask("POST", path, {})
        assert reply.status == 404, reply
    reply = await api.ask("GET", "/metrics", token="", source=stranger())
    assert reply.status == 401, reply


@case()
async def token_of_the_api_ends_with_its_deletion(line):
    reply = await line.api.ask("POST", "/v1/tokens", {"name": "e2e", "scope": "operate"})
    assert reply.status == 201, reply
    token, path = reply.body["token"], f"/v1/lines/{line.id}"
    assert (await line.api.ask("GET", path, token=token)).status == 200
    assert (await line.api.ask("DELETE", path, token=token)).status == 403
    assert (await line.api.ask("POST", f"{path}/end", token=token, headers={"X-Request-Id": line.id})).status == 200
    told = [entry for entry in (await line.api.get("/v1/audit"))["entries"] if entry["request"] == line.id]
    assert [(entry["token"], entry["name"], entry["target"]) for entry in told] == [(reply.body["id"], "e2e", f"{path}/end")], told
    assert (await line.api.ask("DELETE", f"/v1/tokens/{reply.body['id']}")).status == 204
    assert (await line.api.ask("GET", path, token=token, source=stranger())).status == 401
