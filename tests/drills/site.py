"""A site as people run it: `shouwang serve` as a process, reached over HTTP, killed and started at will."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from shouwang.config.database import server
from shouwang.config.embedded import Embedded
from shouwang.config.place import Place
from tests.conftest import PACKS, SAMPLES

PACK, COUNTY = "raohe-small", "230524"
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One installation under a folder, with its address while it runs."""

    root: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def place(self) -> Place:
        return Place(self.root / "data", self.root / "keys")

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "SHOUWANG_DATA": str(self.place.data), "SHOUWANG_KEYS": str(self.place.keys)}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "shouwang.cli.main", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr + done.stdout
        return done

    def build(self) -> None:
        """The sample county with all demonstration accounts."""
        self.place.create()
        self.command("init", "--county", COUNTY, "--no-admin", "--provinces", "23")
        self.command("demo", str(SAMPLES / PACK), "--county", COUNTY, "--as-of", PACKS[PACK], "--bare")

    def start(self) -> None:
        """Serve, and wait until the sign-in page answers."""
        words = [sys.executable, "-m", "shouwang.cli.main", "serve", "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            words, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.address}/sign-in/", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the site did not start")

    def stop(self) -> int:
        """As Ctrl-C does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=40)
        self.process = None
        return code

    def remove(self) -> None:
        if self.process is not None:
            self.stop()
        subprocess.run([sys.executable, "-m", "shouwang.config.processes", "remove"], env=self.environment, check=False)

    def processes(self, word: str) -> list[int]:
        """Process numbers of the site's own worker or web server."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    mine = str(self.place.data) in (entry / "environ").read_bytes().decode("utf-8", "ignore")
                except OSError:
                    continue
                if mine and re.search(word, line):
                    found.append(int(entry.name))
        return found

    def sql(self, query: str, role: str = "owner") -> list[tuple[object, ...]]:
        with psycopg.connect(server(self.place).url(role), autocommit=True) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload]

    def wait_for(self, query: str, seconds: float = 60) -> None:
        """Until a query gives true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.sql(query)[0][0]:
                    return
            except psycopg.Error:
                pass
            time.sleep(0.3)
        raise AssertionError(f"never true: {query}")

    def code(self, username: str) -> str:
        """A one-time code, asked for at the server."""
        return self.command("code", username).stdout.split()[0]

    def embedded(self) -> Embedded:
        return Embedded(self.place)
