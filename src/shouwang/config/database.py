"""Which database server, which of its four roles, and how roles and database come to be.

owner   migrates, backs up, moves areas; not bound by row-level security
web     the site; sees what the territory of a request lets it see, writes no audit, no history, no seal
worker  jobs; the same territory rules, and it seals the audit
public  pages without an account; nothing but the functions made for them
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

from shouwang.config.embedded import Embedded
from shouwang.config.place import Place
from shouwang.kernel.errors import UserError

URL, OWNER_URL, ROLE = "DATABASE_URL", "DATABASE_OWNER_URL", "SHOUWANG_ROLE"
ROLES = ("owner", "web", "worker", "public")
DATABASE = "shouwang"


@dataclass(frozen=True)
class Server:
    """One server: host, port, database, and name and password of each role."""

    host: str
    port: int
    database: str
    users: dict[str, tuple[str, str]]

    def django(self, role: str) -> dict[str, Any]:
        """The entry for Django's DATABASES."""
        user, password = self.users[role]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": self.host,
            "PORT": self.port,
            "NAME": self.database,
            "USER": user,
            "PASSWORD": password,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "DISABLE_SERVER_SIDE_CURSORS": True,
        }

    def url(self, role: str) -> str:
        """A connection string."""
        user, password = self.users[role]
        return f"postgresql://{quote(user)}:{quote(password, safe='')}@{self.host}:{self.port}/{self.database}"


def is_own_server() -> bool:
    """Whether the environment names a server instead of the embedded one."""
    return bool(os.environ.get(URL))


def server(place: Place, port: int | None = None) -> Server:
    """The server to use now. Raises UserError when the embedded one does not run or a URL is wrong."""
    passwords: dict[str, str] = place.secrets()["passwords"]
    if is_own_server():
        return _named_server(passwords)
    found = port or Embedded(place).port()
    if found is None:
        raise UserError("内置数据库没有运行", "用 shouwang serve 启动，或设置 DATABASE_URL")
    return Server("127.0.0.1", found, DATABASE, {role: (f"shouwang_{role}", passwords[role]) for role in ROLES})


def _named_server(passwords: dict[str, str]) -> Server:
    web = urlsplit(os.environ[URL])
    owner = urlsplit(os.environ.get(OWNER_URL, ""))
    for name, parts in ((URL, web), (OWNER_URL, owner)):
        if not (parts.hostname and parts.username and parts.path.strip("/")):
            raise UserError(f"{name} 不完整", "写 postgresql://用户:密码@主机:端口/数据库（两个都要写，用户不同）")
    if web.username == owner.username:
        raise UserError(f"{URL} 和 {OWNER_URL} 的用户相同", "网站要用不能越过行级安全的另一个用户")
    users = {
        "owner": (unquote(owner.username or ""), unquote(owner.password or "")),
        "web": (unquote(web.username or ""), unquote(web.password or "")),
        "worker": ("shouwang_worker", passwords["worker"]),
        "public": ("shouwang_public", passwords["public"]),
    }
    return Server(web.hostname or "", web.port or 5432, web.path.strip("/"), users)


def prepare(place: Place, port: int | None = None) -> Server:
    """Make sure that roles and database exist. Raises UserError when a named server does not allow it."""
    found = server(place, port)
    if is_own_server():
        with psycopg.connect(found.url("owner"), autocommit=True) as connection:
            _check_owner(connection)
            _make_roles(connection, {r: found.users[r] for r in ("worker", "public")})
        return found
    embedded = Embedded(place)
    with psycopg.connect(embedded.url("postgres", "postgres", found.port), autocommit=True) as connection:
        _make_roles(connection, found.users)
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not exists:
            owner = sql.Identifier(found.users["owner"][0])
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(
                    sql.Identifier(DATABASE), owner
                )
            )
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(DATABASE)))
            for role in ("web", "worker", "public"):
                connection.execute(
                    sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(found.users[role][0])
                    )
                )
    return found


def _make_roles(connection: psycopg.Connection[Any], users: dict[str, tuple[str, str]]) -> None:
    for role, (name, password) in users.items():
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        if known:
            continue
        bypass = sql.SQL("BYPASSRLS") if role == "owner" else sql.SQL("NOBYPASSRLS")
        command = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {} PASSWORD {}")
        connection.execute(command.format(sql.Identifier(name), bypass, sql.Literal(password)))


def _check_owner(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(
        "SELECT rolsuper OR rolbypassrls, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    bypass, creates = row or (False, False)
    if not bypass:
        raise UserError(
            f"{OWNER_URL} 的用户受行级安全限制，不能迁移和备份", "由数据库管理员执行 ALTER ROLE 该用户 BYPASSRLS"
        )
    known = connection.execute(
        "SELECT count(*) FROM pg_roles WHERE rolname IN ('shouwang_worker', 'shouwang_public')"
    ).fetchone()
    if not creates and known is not None and known[0] < 2:
        raise UserError(
            f"{OWNER_URL} 的用户不能建立角色", "由数据库管理员建立 shouwang_worker、shouwang_public，密码见密钥文件"
        )
