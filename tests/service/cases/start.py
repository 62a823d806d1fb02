"""Settings that stop the start."""

import socket
import tempfile

from .. import ports
from ..harness import case
from ..parts import EXECLINED, SECRETS, environment
from ..process import Process

SHORT = "tooshort-secret"


async def start_with(**settings):
    """Starts it; the status it ends with and its log."""
    process = Process("execlined")
    given = {k: v for k, v in (SECRETS | settings).items() if v is not None}
    await process.start(EXECLINED, env=environment(given))
    return await process.ended(), process.lines


WRONG = (  # setting, value, what is allowed
    ("EXECLINE_HTTP_PORT", "0", "an integer from 1024 to 65535"),
    ("EXECLINE_API_PORT", "443", "an integer from 1024 to 65535"),
    ("EXECLINE_HTTP_PORT", "8080x", "an integer"),
    ("EXECLINE_NG_PORT", "65536", "an integer"),
    ("EXECLINE_REDIS_PORT", "-1", "an integer"),
    ("EXECLINE_API_LISTEN", "localhost", "an IPv4 or IPv6 address"),
    ("EXECLINE_COUNTRY", "usa", "two capital letters"),
    ("EXECLINE_COUNTRY", "XX", "a country code"),
    ("EXECLINE_MUSIC", "../x.wav", "a file name"),
    ("EXECLINE_ACK_TIMEOUT_S", "0", "an integer from 1 to 600"),
    ("EXECLINE_SMS_PROVIDER", "pigeon", "log, messagebird, webhook"),
    ("EXECLINE_MESSAGEBIRD_URL", "ftp://x", "an http:// or https:// URL"),
    ("EXECLINE_SMS_FROM", "Doe & Sons", "an E.164 number or up to 11 letters and digits"),
    ("EXECLINE_LOG_LEVEL", "loud", "debug, info, warn, error"),
)


@case()
async def wrong_setting_is_named_with_its_value(_):
    for key, value, allowed in WRONG:
        status, lines = await start_with(**{key: value})
        assert (status, len(lines)) == (1, 1), (key, status, lines)
        assert "level=error event=bad_setting" in lines[0], lines
        for word in (key, value, allowed):
            assert word in lines[0], (word, lines)


@case()
async def wrong_trunk_is_named(_):
    for value, wrong, allowed in (("main=pigeon", "pigeon", "a profile"), ("a=twilio;a=telnyx", "a", "a name that no other"),
                                  ("x=generic:192.0.2.1,did=0171", "did=0171", "an E.164 number")):
        status, lines = await start_with(EXECLINE_TRUNKS=value)
        assert (status, len(lines)) == (1, 1), (value, status, lines)
        for word in ("level=error event=bad_setting", "EXECLINE_TRUNKS", wrong, allowed):
            assert word in lines[0], (word, lines)


@case()
async def wrong_secret_is_named_but_not_shown(_):
    for key in ("EXECLINE_ADMIN_TOKEN", "EXECLINE_HOOK_KEY"):
        for value in (SHORT, "with a blank in it " + SHORT, "x" * 300 + SHORT, None):
            status, lines = await start_with(**{key: value})
            assert (status, len(lines)) == (1, 1), (key, status, lines)
            assert key in lines[0] and "16 to 255 characters" in lines[0], lines
            assert SHORT not in lines[0] and "xxx" not in lines[0], lines


@case()
async def provider_without_its_account_is_named(_):
    for provider, missing in (("messagebird", "EXECLINE_MESSAGEBIRD_KEY"),
                              ("webhook", "EXECLINE_SMS_WEBHOOK_URL")):
        status, lines = await start_with(EXECLINE_SMS_PROVIDER=provider, **{missing: None})
        assert status == 1 and missing in lines[0] and provider in lines[0], lines


@case()
async def port_in_use_stops_the_start(scene):
    """Nothing is left running, and the part is named."""
    for name, kind, part in (("EXECLINE_HTTP_PORT", socket.SOCK_STREAM, "httpd"), ("EXECLINE_DTMF_PORT", socket.SOCK_DGRAM, "dtmf")):
        with socket.socket(socket.AF_INET, kind) as taken:
            taken.bind(("127.0.0.1", 0))
            settings = scene.execlined.settings | {key: str(ports.take()) for key in ("EXECLINE_HTTP_PORT", "EXECLINE_DTMF_PORT")}
            status, lines = await start_with(**settings | {name: str(taken.getsockname()[1])})
        assert status == 1, (part, status, lines)
        failed = [entry for entry in lines if "event=start_failed" in entry]
        assert len(failed) == 1 and f"part={part} error=EADDRINUSE" in failed[0], lines


@case(alone=True)
async def unknown_schema_is_refused(scene):
    """Neither a service that starts nor one that runs touches what another version has written."""
    redis = scene.world.redis.client()
    version = redis.get("execline:schema")
    redis.set("execline:schema", "999")
    try:
        status, lines = await start_with(**scene.execlined.settings)
        assert status == 1 and any("event=schema_unknown found=999 known=1" in entry for entry in lines), lines
    finally:
        redis.set("execline:schema", version)


@case()
async def settings_that_mean_nothing_are_told(_):
    """scripts/up.sh asks for it, since compose passes on what it knows only."""
    with tempfile.NamedTemporaryFile("w", prefix="execline-service-", suffix=".env") as file:
        file.write("EXECLINE_SIP_PROT=5060\n# EXECLINE_NOTE=\nEXECLINE_SIP_PORT=5060\n")
        file.flush()
        process = Process("check-env")
        await process.start("scripts/check-env.sh", file.name)
        assert await process.ended() == 0, process.lines
    assert len(process.lines) == 1 and "EXECLINE_SIP_PROT is no setting" in process.lines[0], process.lines
