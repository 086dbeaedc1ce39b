"""`shouwang init`, `shouwang demo`, `shouwang code`: from nothing to an installation, and a way in."""

from __future__ import annotations

import getpass
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import click

from shouwang.cli import printer, setup
from shouwang.config.place import place_from_environment
from shouwang.config.start import database, part, set_up, site
from shouwang.kernel.errors import UserError
from shouwang.regions.divisions import county as known_county


@click.command()
@click.option("--county", required=True, help="6位县级代码，如 230524 / county code")
@click.option("--admin", default="admin", show_default=True, help="第一个系统管理员的账号 / first administrator")
@click.option(
    "--provinces",
    default="",
    help="只装这些省的区划（2位代码，逗号分隔），默认全国 / only these provinces",
    hidden=True,
)
@click.option("--no-admin", is_flag=True, hidden=True)
def init(county: str, admin: str, provinces: str, no_admin: bool) -> int:
    """Set up folders, secrets, database and divisions, and the first administrator. Returns the exit code."""
    if known_county(county) is None:
        raise UserError(f"没有代码为 {county} 的县", "写6位县级代码，如 230524")
    place = place_from_environment()
    place.create()
    with database(place):
        printer.step("建立数据库")
        set_up(place)
        printer.step("装入全国区划")
        count = part("regions.load").load_divisions(tuple(p for p in provinces.split(",") if p))
        printer.step(f"区划 {count:,} 个")
        if not no_admin:
            _first_administrator(county, admin)
    printer.say(f"好了。数据在 {place.data}，密钥在 {place.keys}（请与数据分开备份）。下一步：shouwang serve")
    return printer.DONE


def _first_administrator(county: str, username: str) -> None:
    users = part("accounts.models").User
    if users.objects.filter(username=username).exists():
        printer.step(f"管理员 {username} 已在")
        return
    actions = part("accounts.actions")
    password = secrets.token_urlsafe(12)
    user = actions.make_user(username, getpass.getuser(), password)
    actions.assign(user, "administrator", county, (), part("config.clock").today())
    printer.say(f"管理员账号 {username}，初始密码 {password}，一次性验证码 {' '.join(actions.one_time_codes(user, 5))}")


@click.command()
@click.argument("pack", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="县PACK")
@click.option("--county", default="230524", show_default=True, help="6位县级代码 / county code")
@click.option("--as-of", "as_of", default="2025-11-15", show_default=True, help="截止日 / day")
@click.option("--bare", is_flag=True, hidden=True, help="不做演示的个案 / without work in progress")
def demo(pack: Path, county: str, as_of: str, bare: bool) -> int:
    """Fill an installation with a pack and an account for every role. Returns the exit code."""
    day = setup.day(as_of, "--as-of")
    place = place_from_environment()
    place.create()
    with database(place):
        done = subprocess.run(
            [sys.executable, "-m", "shouwang.cli.main", "init", "--county", county, "--no-admin"], check=False
        )
        if done.returncode:
            return done.returncode
        with site("worker"):
            builder = part("config.demo")
            accounts = builder.build(pack, county, day, printer.step, with_work=not bare)
            builder.write_codes(place.keys / "demo-accounts.csv", accounts)
    printer.say(f"\n演示账号（密码都是 {builder.PASSWORD}；一次性验证码每个用一次，用完：shouwang code 账号）")
    for account in accounts:
        printer.say(f"  {account.username:<10} {account.name:　<12} {' '.join(account.codes)}")
    return printer.DONE


@click.command()
@click.argument("username")
def code(username: str) -> int:
    """Print a fresh one-time code, for whoever sits at the server. Returns the exit code."""
    with site("owner"):
        user = part("accounts.models").User.objects.filter(username=username).first()
        if user is None:
            raise UserError(f"没有账号 {username}", "核对账号名")
        printer.say(" ".join(part("accounts.actions").one_time_codes(user, 3)))
    return printer.DONE


@click.command()
@click.argument("username")
@click.option("--rights", default="", help="权限，逗号分隔；默认岗位的全部 / rights, default all of the post")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 366), help="有效天数 / days")
@click.option("--title", default="API", show_default=True, help="用途 / what it is for")
def token(username: str, rights: str, days: int, title: str) -> int:
    """Print a token that acts for a user's post. It is shown only here. Returns the exit code."""
    with site("owner"):
        clock = part("config.clock")
        posts = part("accounts.pages").held_posts(
            part("accounts.models").User.objects.filter(username=username).first(), clock.today()
        )
        if len(posts) != 1:
            raise UserError(f"账号 {username} 现在有 {len(posts)} 个岗位", "令牌要一个账号、一个岗位")
        wanted = rights.split(",") if rights else sorted(posts[0].kind.rights)
        printer.say(part("accounts.actions").make_token(posts[0], title, wanted, clock.now() + timedelta(days=days)))
    return printer.DONE
