"""Where the stack under test listens: the variables of .env.example."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    project: str  # of docker compose
    sip: tuple
    sip_tls: tuple  # the same over TLS
    sip6: tuple  # over IPv6
    sip_tls6: tuple
    http: tuple
    api: tuple  # from outside, with TLS
    tls_cert: str
    sip_tls_cert: str
    admin_token: str
    ng_port: int
    rpc_port: int
    dtmf_port: int
    rtp_ports: range
    redis_port: int
    redis_password: str
    ack_timeout_s: int
    reconcile_s: int
    silence_s: int
    music_dir: str

    @classmethod
    def load(cls, file):
        """From the environment; what is not there, from a file of NAME=value lines."""
        env = _read(os.environ.get("ENV_FILE", file)) | os.environ

        def address(listen, port, default, ipv6=False):
            ips = (env.get(listen) or "127.0.0.1,::1").split(",")
            return next((ip for ip in ips if (":" in ip) == ipv6), None), int(env.get(port) or default)

        return cls(
            project=env.get("COMPOSE_PROJECT_NAME", "execline"),
            sip=address("EXECLINE_SIP_LISTEN", "EXECLINE_SIP_PORT", 5060),
            sip_tls=address("EXECLINE_SIP_LISTEN", "EXECLINE_SIP_TLS_PORT", 5061),
            sip6=address("EXECLINE_SIP_LISTEN", "EXECLINE_SIP_PORT", 5060, ipv6=True),
            sip_tls6=address("EXECLINE_SIP_LISTEN", "EXECLINE_SIP_TLS_PORT", 5061, ipv6=True),
            http=("127.0.0.1", int(env.get("EXECLINE_HTTP_PORT") or 8080)),
            api=("127.0.0.1", int(env.get("EXECLINE_API_PORT") or 8443)),
            tls_cert=env.get("EXECLINE_TLS_CERT", ""),
            sip_tls_cert=env.get("EXECLINE_SIP_TLS_CERT", ""),
            admin_token=env.get("EXECLINE_ADMIN_TOKEN", ""),
            ng_port=int(env.get("EXECLINE_NG_PORT") or 2223),
            rpc_port=int(env.get("EXECLINE_RPC_PORT") or 8090),
            dtmf_port=int(env.get("EXECLINE_DTMF_PORT") or 8091),
            rtp_ports=range(int(env.get("EXECLINE_RTP_MIN") or 20000), int(env.get("EXECLINE_RTP_MAX") or 30000) + 1),
            redis_port=int(env.get("EXECLINE_REDIS_PORT") or 6379),
            redis_password=env.get("EXECLINE_REDIS_PASSWORD", ""),
            ack_timeout_s=int(env.get("EXECLINE_ACK_TIMEOUT_S") or 32),
            reconcile_s=int(env.get("EXECLINE_RECONCILE_S") or 60),
            silence_s=int(env.get("EXECLINE_SILENCE_S") or 30),
            music_dir=env.get("EXECLINE_MUSIC_DIR", ""),
        )


def _read(path):
    try:
        lines = Path(path).read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = [line.partition("=") for line in lines if not line.startswith("#")]
    return {name.strip(): value.strip() for name, _, value in pairs}
