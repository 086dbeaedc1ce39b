"""`shouwang backup`, `restore`, `rotate-key`, `audit`, `divisions`: keeping an installation safe and honest."""

from __future__ import annotations

import base64
import secrets
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import click
import psycopg

from shouwang.cli import printer, setup
from shouwang.config.database import DATABASE, is_own_server, prepare, server
from shouwang.config.embedded import Embedded
from shouwang.config.place import PRIVATE_FILE, Place, place_from_environment
from shouwang.config.start import configure, database, part, site
from shouwang.kernel.errors import UserError
from shouwang.kernel.secrecy import KEY_BYTES

FOLDERS = ("uploads", "documents", "audit-heads", "policy")
DUMP = "database.dump"


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="文件FILE")
def backup(target: Path) -> int:
    """Database and encrypted files into one file; the keys are not in it. Returns the exit code."""
    if target.exists():
        raise UserError(f"{target} 已经存在", "换一个文件名")
    place = place_from_environment()
    with site("owner"), tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        part("config.tasks_by_owner").seal_all(place)
        printer.step("备份数据库")
        dump = Path(scratch) / DUMP
        _program(place, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        partial = target.with_name(target.name + ".partial")
        with tarfile.open(partial, "w") as archive:
            partial.chmod(PRIVATE_FILE)
            archive.add(dump, DUMP)
            for name in FOLDERS:
                if (place.data / name).is_dir():
                    archive.add(place.data / name, name)
        partial.replace(target)
    printer.say(f"备份在 {target}。密钥 {place.secrets_file} 不在里面：另行保管，没有它备份打不开。")
    return printer.DONE


def _program(place: Place, name: str, *arguments: str) -> None:
    """A PostgreSQL program on the installation's database as its owner; the password never stands in the arguments."""
    found = server(place)
    user, password = found.users["owner"]
    program = shutil.which(name) if is_own_server() else Embedded(place).program(name)
    if program is None:
        raise UserError(f"没有 {name} 程序", "安装与服务器同版本的 PostgreSQL 客户端")
    command = [
        program,
        f"--host={found.host}",
        f"--port={found.port}",
        f"--username={user}",
        f"--dbname={found.database}",
        *arguments,
    ]
    done = subprocess.run(
        command, env={"PGPASSWORD": password, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UserError(
            f"{name} 没有成功：{(done.stderr.strip().splitlines() or [''])[-1][:200]}", "检查磁盘空间和数据库版本"
        )


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件FILE")
def restore(source: Path) -> int:
    """Bring a backup back into an empty installation that has its keys. Returns the exit code."""
    place = place_from_environment()
    place.secrets()
    if any((place.data / name).is_dir() and any((place.data / name).iterdir()) for name in FOLDERS):
        raise UserError(f"{place.data} 里已有内容", "恢复到空的数据文件夹")
    place.create()
    with database(place), tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        prepare(place)
        _refuse_filled(place)
        printer.step("恢复文件")
        with tarfile.open(source) as archive:
            archive.extractall(scratch, filter="data")
        printer.step("恢复数据库")
        _program(
            place,
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            str(Path(scratch) / DUMP),
        )
        for name in FOLDERS:
            if (Path(scratch) / name).is_dir():
                shutil.copytree(Path(scratch) / name, place.data / name, dirs_exist_ok=True)
        configure("owner")
        part("config.tasks_by_owner").after_restore()
        verdict = part("accounts.audit.verify").verify(place.keyring())
    if verdict.faults:
        raise UserError(f"恢复了，但审计封条不符：{verdict.faults[0].text}", "检查备份是否被改动")
    printer.say(f"已恢复；审计封条 {verdict.links} 个、记录 {verdict.records} 条，全部相符。下一步：shouwang serve")
    return printer.DONE


def _refuse_filled(place: Place) -> None:
    with psycopg.connect(server(place).url("owner")) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if found is not None and found[0]:
        raise UserError(f"数据库 {DATABASE} 里已有表", "恢复到空的数据库")


@click.command("rotate-key")
def rotate_key() -> int:
    """A new key for fields; what is there is encrypted anew, the old key still opens history. Returns the exit code."""
    with site("owner") as place:
        content = place.secrets()
        number = max(int(n) for n in content["field_keys"]) + 1
        content["field_keys"][str(number)] = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        content["current_key"] = number
        place.write_secrets(content)
        count = part("config.tasks_by_owner").encrypt_anew(place.keyring(), printer.step)
    printer.say(
        f"现在用第 {number} 号密钥；重新加密 {count:,} 个字段。旧密钥保留，用来打开历史和备份。重启 shouwang serve 后生效。"
    )
    return printer.DONE


@click.group()
def audit() -> None:
    """The group of audit commands."""


@audit.command()
@click.option(
    "--anchor",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="另处保存的存根 / a kept head",
)
def verify(anchor: Path | None) -> int:
    """Find any record that was edited, removed, inserted, reordered or cut off. Returns the exit code."""
    with site("owner") as place:
        verdict = part("accounts.audit.verify").verify(place.keyring(), anchor)
    for fault in verdict.faults:
        printer.problem(UserError(fault.text))
    if verdict.faults:
        return printer.UNUSABLE
    printer.say(f"审计完好：封条 {verdict.links} 个，记录 {verdict.records} 条；还没有封存的 {verdict.unsealed} 条")
    return printer.DONE


@audit.command("seal")
def seal() -> int:
    """Seal now and write the head of the day. Returns the exit code."""
    with site("owner") as place:
        path = part("config.tasks_by_owner").seal_all(place)
    printer.say(f"已封存；存根在 {path}，请另处保存")
    return printer.DONE


@click.group()
def divisions() -> None:
    """The group of division commands."""


@divisions.command("merge")
@click.argument("old")
@click.argument("new")
@click.option("--on", "on", required=True, help="哪天起 / from which day")
@click.option("--name", default="", help="新名称 / new name")
def merge(old: str, new: str, on: str, name: str) -> int:
    """OLD ends, its villages and everything in them go to NEW. Returns the exit code."""
    day = setup.day(on, "--on")
    with site("owner"):
        counts = part("regions.actions").merge(old, new, day, name)
        part("screening.store").recount()
    for table, count in counts.items():
        printer.say(f"{table} {count:,}")
    return printer.DONE


@divisions.command("rename")
@click.argument("area")
@click.argument("name")
@click.option("--on", "on", required=True, help="哪天起 / from which day")
def rename(area: str, name: str, on: str) -> int:
    """A new name from a day on. Returns the exit code."""
    day = setup.day(on, "--on")
    with site("owner"):
        part("regions.actions").rename(area, name, day)
    printer.say(f"{area} 现在叫 {name}")
    return printer.DONE
