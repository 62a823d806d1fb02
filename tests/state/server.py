"""A Redis of the tests' own, on a unix socket, that keeps nothing; and the scripts in it."""

import importlib.util
import subprocess
import tempfile
import time
from pathlib import Path

import redis

LUA = Path("service/lua")
READY_S = 10


class Server:
    """Runs redis-server as long as the `with` block lasts."""

    def __enter__(self):
        self._dir = tempfile.TemporaryDirectory(prefix="execline-state-")
        socket = f"{self._dir.name}/redis.sock"
        self._process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", socket, "--dir", self._dir.name,
             "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.client = redis.Redis(unix_socket_path=socket, decode_responses=True)
        self._wait()
        return self

    def __exit__(self, *_):
        self.client.close()
        self._process.terminate()
        self._process.wait()
        self._dir.cleanup()

    def _wait(self):
        deadline = time.monotonic() + READY_S
        while True:
            try:
                self.client.ping()
                return
            except redis.ConnectionError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.__exit__()
                    raise
                time.sleep(0.01)


def embedder():
    """service/lua/embed.py, which makes the library of functions for the service."""
    spec = importlib.util.spec_from_file_location("embed", LUA / "embed.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def library():
    """All scripts, as the service loads them but for the digest in their names."""
    return embedder().library(LUA)


class Scripts:
    """Calls scripts by name, with one key: the tag. With `with`, the library goes when the block ends."""

    def __init__(self, client, text):
        self.client = client
        self.digest, sealed = embedder().seal(text)
        self._library = client.function_load(sealed, replace=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.function_delete(self._library)

    def run(self, name, tag, *args, client=None):
        return (client or self.client).fcall(f"{name}_{self.digest}", 1, tag, *args)
