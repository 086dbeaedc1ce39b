"""`shouwang serve` and `shouwang worker`: database, site and jobs together; Ctrl-C stops everything that was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from shouwang.cli import printer
from shouwang.config.database import ROLE
from shouwang.config.place import DATA_VARIABLE, KEYS_VARIABLE, Place, place_from_environment
from shouwang.config.start import database
from shouwang.kernel.errors import UserError

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")
THREADS, CONCURRENCY = 12, 2
STOP_SECONDS = 15


@click.command()
@click.option("--listen", default="127.0.0.1:8000", show_default=True, help="地址:端口 / address:port")
@click.option(
    "--threads", default=THREADS, show_default=True, type=click.IntRange(1, 64), help="同时处理的请求 / threads"
)
def serve(listen: str, threads: int) -> int:
    """Run until told to stop. Returns the exit code."""
    place = place_from_environment()
    place.secrets()
    host = listen.rpartition(":")[0]
    with database(place):
        if host not in LOOPBACK:
            _refuse_demo(place)
        printer.step("检查数据库结构")
        _run_once(place, "owner", "migrate")
        printer.step(f"启动网站 http://{listen} 和后台任务（Ctrl-C 停止）")
        processes = [_worker(place), _web(place, listen, threads)]
        return _watch(processes)


def _refuse_demo(place: Place) -> None:
    answer = subprocess.run(
        _command("demo-accounts"), env=_environment(place, "owner"), capture_output=True, text=True, check=False
    )
    if answer.returncode != 0 or answer.stdout.strip() != "0":
        raise UserError("还有演示账号，不能对外提供服务", "只在本机使用演示站点；正式站点用 shouwang init 另建")


def _environment(place: Place, role: str) -> dict[str, str]:
    return {
        **os.environ,
        DATA_VARIABLE: str(place.data),
        KEYS_VARIABLE: str(place.keys),
        ROLE: role,
        "PYTHONUNBUFFERED": "1",
    }


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "shouwang.config.processes", *words]


def _run_once(place: Place, role: str, what: str) -> None:
    done = subprocess.run(_command(what), env=_environment(place, role), check=False)
    if done.returncode:
        raise UserError("数据库结构没有更新成功", "看上面的错误")


def _worker(place: Place) -> subprocess.Popen[bytes]:
    return subprocess.Popen(_command("worker"), env=_environment(place, "worker"), start_new_session=True)


def _web(place: Place, listen: str, threads: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "gunicorn", "shouwang.config.wsgi:application", "--bind", listen, "--worker-class", "gthread", "--workers", "1",
        "--threads", str(threads), "--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning", "--no-control-socket",
        "--worker-tmp-dir", _memory_folder(),
    ]  # fmt: skip
    return subprocess.Popen(command, env=_environment(place, "web"), start_new_session=True)


def _memory_folder() -> str:
    return "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"


def _watch(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one ends or somebody says stop; then stop the others."""
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    while not stopping and all(p.poll() is None for p in processes):
        time.sleep(0.2)
    failed = next((p for p in processes if p.poll() not in (None, 0)), None)
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(end - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    if failed is not None and not stopping:
        printer.warn(f"一个进程意外停止（退出码 {failed.returncode}），已全部停止")
        return printer.DONE_BUT_FILE_REFUSED
    printer.step("已停止")
    return printer.DONE


@click.command()
def worker() -> int:
    """Only the background jobs, for a server of its own. Returns the exit code."""
    place = place_from_environment()
    with database(place):
        return _watch([_worker(place)])
