"""The listener for the outside: what is not there, TLS, and who guesses."""

import asyncio
import ssl
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lib.api import Api

from .. import ports
from ..harness import case, refused
from ..parts import SECRETS
from .lifecycle import twin_of
from .start import start_with

TOKEN, HOOK_KEY = SECRETS["EXECLINE_ADMIN_TOKEN"], SECRETS["EXECLINE_HOOK_KEY"]
FAILURES = 10  # of one address in a minute


def outer(port, **settings):
    """Settings of a service with an outer listener, beside the world's own."""
    free = str(ports.take())
    return {"EXECLINE_HTTP_PORT": free, "EXECLINE_DTMF_PORT": free, "EXECLINE_API_LISTEN": "127.0.0.1",
            "EXECLINE_API_PORT": str(port)} | settings  # fmt: skip


@asynccontextmanager
async def certificates():
    """A folder with two pairs, cert.pem and key.pem, other.pem and otherkey.pem, for 127.0.0.1."""
    with TemporaryDirectory(prefix="execline-tls-") as folder:
        for cert, key in (("cert.pem", "key.pem"), ("other.pem", "otherkey.pem")):
            process = await asyncio.create_subprocess_exec(
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                "-keyout", f"{folder}/{key}", "-out", f"{folder}/{cert}", stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            assert await process.wait() == 0
        Path(folder, "empty").touch()
        yield folder


def tls_of(folder, cert="cert.pem", key="key.pem"):
    return {"EXECLINE_TLS_CERT": f"{folder}/{cert}", "EXECLINE_TLS_KEY": f"{folder}/{key}"}


@case(alone=True)
async def hooks_are_not_there_from_outside(scene):
    port = ports.take()
    line = await scene.line()
    async with twin_of(scene, **outer(port)) as twin:
        api = Api(("127.0.0.1", port), TOKEN)
        for path in ("/v1/sip/invite", "/v1/sip/event"):
            reply = await api.ask("POST", path, {}, token="", headers={"X-ExecLine-Key": HOOK_KEY})
            refused(reply, 404, "path_unknown")
            reply = await twin.api.ask("POST", path, {}, token="", headers={"X-ExecLine-Key": HOOK_KEY})
            refused(reply, 400, "field_invalid")
        assert (await api.get(f"/v1/lines/{line.id}"))["line"] == line.id
        assert (await api.ask("GET", "/healthz", token="")).status == 200
        for path in ("/readyz", "/metrics"):
            refused(await api.ask("GET", path, token=""), 401, "unauthorized")
            assert (await api.ask("GET", path)).status == 200
            assert (await twin.api.ask("GET", path, token="")).status == 200
        assert any("event=api_listens" in e and "tls=false" in e for e in twin.lines), twin.lines


@case(alone=True)
async def api_has_tls_from_outside(scene):
    port = ports.take()
    async with certificates() as folder, twin_of(scene, **outer(port, **tls_of(folder))) as twin:
        trusting = ssl.create_default_context(cafile=f"{folder}/cert.pem")
        api = Api(("127.0.0.1", port), TOKEN, trusting)
        assert "lines" in await api.get("/v1/lines")
        refused(await api.ask("GET", "/v1/lines", token="wrong"), 401, "unauthorized")
        big = b" " * (64 * 1024 + 1)
        refused(await api.ask("PUT", "/v1/lines/x", big), 400, "body_too_large")
        for context in (None, ssl.create_default_context(cafile=f"{folder}/other.pem"), old_tls(folder)):
            try:
                reply = await Api(("127.0.0.1", port), TOKEN, context).ask("GET", "/healthz")
            except (OSError, ValueError):  # ssl.SSLError is an OSError
                continue
            except Exception as error:  # what is no HTTP
                assert "http.client" in type(error).__module__, error
                continue
            raise AssertionError(f"{context} got {reply}")
        assert "lines" in await api.get("/v1/lines")
        assert (await twin.api.ask("GET", "/healthz")).status == 200  # inside, without
        assert any("event=api_listens" in e and "tls=true" in e for e in twin.lines), twin.lines
        assert await twin.stop() == 0


def old_tls(folder):
    """A client that knows nothing newer than TLS 1.1."""
    context = ssl.create_default_context(cafile=f"{folder}/cert.pem")
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@case(alone=True)
async def replicas_share_the_outer_port(scene):
    port = ports.take()
    async with certificates() as folder:
        tls = tls_of(folder)
        async with twin_of(scene, **outer(port, **tls)) as first, twin_of(scene, **outer(port, **tls)):
            api = Api(("127.0.0.1", port), TOKEN, ssl.create_default_context(cafile=f"{folder}/cert.pem"))
            await first.kill()
            for _ in range(8):
                assert "lines" in await api.get("/v1/lines")


@case(alone=True)
async def certificate_that_is_no_use_stops_the_start(scene):
    async with certificates() as folder:
        for cert, key, named in (
            ("cert.pem", "otherkey.pem", "event=tls_refused"), ("key.pem", "key.pem", "event=tls_refused"),
            ("none.pem", "key.pem", f"event=file_unreadable file={folder}/none.pem error=ENOENT"),
            ("cert.pem", "empty", f"event=file_empty file={folder}/empty"), ("empty", "key.pem", f"event=file_empty file={folder}/empty"),
        ):
            settings = scene.execlined.settings | outer(ports.take(), **tls_of(folder, cert, key))
            status, lines = await start_with(**settings)
            assert status == 1 and any(named in e for e in lines), (cert, key, status, lines)
            assert any("event=start_failed part=api" in e for e in lines), lines
            assert not any("PRIVATE" in e for e in lines), lines
        async with twin_of(scene, **outer(ports.take(), **tls_of(folder, "empty", "empty"))) as twin:
            assert any("event=api_listens" in e and "tls=false" in e for e in twin.lines), twin.lines


@case(alone=True)
async def whoever_guesses_is_not_listened_to(scene):
    """Behind a proxy it is not the proxy that is refused; on this machine nobody is kept out."""
    port = ports.take()
    async with twin_of(scene, **outer(port, EXECLINE_API_PROXY="127.0.0.1")) as twin:
        api = Api(("127.0.0.1", port), TOKEN)

        async def ask(source, token):
            return await api.ask("GET", "/v1/lines", token=token, headers={"X-Forwarded-For": f"198.51.100.1, {source}"})

        for _ in range(FAILURES):
            refused(await ask("203.0.113.7", "wrong"), 401, "unauthorized")
        for token in ("wrong", TOKEN):
            reply = await ask("203.0.113.7", token)
            refused(reply, 429, "too_many_failures")
            assert 1 <= int(reply.headers["retry-after"]) <= 60, reply
        assert (await ask("203.0.113.8", TOKEN)).status == 200
        assert (await twin.api.ask("GET", "/v1/lines")).status == 200
        for _ in range(FAILURES):
            refused(await twin.api.ask("POST", "/v1/sip/event", {}, headers={"X-ExecLine-Key": "wrong"}), 401, "unauthorized")
        refused(await twin.api.ask("POST", "/v1/sip/event", {}, headers={"X-ExecLine-Key": "wrong"}), 429, "too_many_failures")
        reply = await twin.api.ask("POST", "/v1/sip/event", {}, headers={"X-ExecLine-Key": HOOK_KEY})
        refused(reply, 400, "field_invalid")
        denied = [e for e in twin.lines if "event=access_denied" in e]
        assert len(denied) == 2 * FAILURES and "source=203.0.113.7" in denied[0], denied
        figures = await twin.api.get("/metrics")
        assert f"execline_http_denied_total {2 * FAILURES + 1}\n" in figures, figures
