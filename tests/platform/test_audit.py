"""Who did and who looked is written before anything leaves; whoever edits, removes, inserts, reorders or cuts is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shouwang.config.database import server
from shouwang.config.embedded import Embedded
from shouwang.config.place import Place
from tests.platform.fixtures import COUNTY, audited, command, signed_in


@pytest.fixture
def superuser(place: Place) -> Any:
    """Somebody with every right on the database: triggers and policies do not stop them."""
    embedded = Embedded(place)
    with psycopg.connect(embedded.url("postgres", "shouwang", embedded.port() or 0), autocommit=True) as connection:
        yield connection


def test_looking_is_recorded_with_the_page(inside: Any, models: Any) -> None:
    client = signed_in("county")
    with inside(COUNTY):
        home = models("registry.models").Household.objects.first()
    client.get(f"/households/{home.pk}/")
    entry = audited(action="look")[-1]
    assert (entry.action, entry.kind, entry.object_id, entry.area_code, entry.role) == (
        "look",
        "household",
        str(home.pk),
        home.area_code,
        "county",
    )
    page = signed_in("auditor").get("/audit/").content.decode()
    assert "household" in page
    assert "县局 王主任" in page


def test_a_change_is_kept_in_the_history(inside: Any, models: Any) -> None:
    history, client = models("accounts.models").History, signed_in("county")
    with inside(COUNTY):
        home = models("registry.models").Household.objects.last()
    client.post(f"/households/{home.pk}/change/", {"what": "lives", "area": "230524101200", "version": home.version})
    with inside(COUNTY):
        change = history.objects.filter(table="registry_household", row_id=home.pk).latest("pk")
    assert change.before["also_area"] is None
    assert change.after["also_area"] == "230524101200"
    client.post(f"/households/{home.pk}/change/", {"what": "lives", "area": "", "version": home.version + 1})


Damage = Callable[[Any], tuple[str, str]]


def _edit(db: Any) -> tuple[str, str]:
    number = db.execute("SELECT min(id) FROM audit_entry WHERE action = 'upload'").fetchone()[0]
    db.execute("UPDATE audit_entry SET reason = '改' WHERE id = %s", [number])
    return f"audit_entry 第 {number} 号：被改动", f"UPDATE audit_entry SET reason = '' WHERE id = {number}"


def _remove(db: Any) -> tuple[str, str]:
    number = db.execute("SELECT min(id) FROM audit_history").fetchone()[0]
    db.execute("CREATE TABLE kept AS SELECT * FROM audit_history WHERE id = %s", [number])
    db.execute("DELETE FROM audit_history WHERE id = %s", [number])
    return f"audit_history 第 {number} 号：被删除", "INSERT INTO audit_history SELECT * FROM kept; DROP TABLE kept"


def _insert(db: Any) -> tuple[str, str]:
    row = db.execute(
        "INSERT INTO audit_entry SELECT 900000001, at, actor, role, action, kind, object_id, area_code, reason, rows, details, tx, era FROM audit_entry ORDER BY id LIMIT 1 RETURNING id"
    )
    return f"audit_entry 第 {row.fetchone()[0]} 号：封存之后插入的", "DELETE FROM audit_entry WHERE id = 900000001"


def _reorder(db: Any) -> tuple[str, str]:
    first, second = [r[0] for r in db.execute("SELECT id FROM audit_entry ORDER BY id LIMIT 2")]
    swap = "UPDATE audit_entry SET id = -1 WHERE id = {a}; UPDATE audit_entry SET id = {a} WHERE id = {b}; UPDATE audit_entry SET id = {b} WHERE id = -1"
    db.execute(swap.format(a=first, b=second))
    return f"audit_entry 第 {first} 号：被改动", swap.format(a=first, b=second)


def _seal_removed(db: Any) -> tuple[str, str]:
    number = db.execute("SELECT min(id) FROM audit_seal").fetchone()[0]
    db.execute("CREATE TABLE kept AS SELECT * FROM audit_seal WHERE id = %s", [number])
    db.execute("DELETE FROM audit_seal WHERE id = %s", [number])
    return "audit_seal 第", "INSERT INTO audit_seal SELECT * FROM kept; DROP TABLE kept"


@pytest.mark.parametrize("damage", [_edit, _remove, _insert, _reorder, _seal_removed])
def test_every_damage_is_named(place: Place, superuser: Any, damage: Damage) -> None:
    command("audit", "seal")
    assert "审计完好" in command("audit", "verify").stdout
    signed_in("county").get("/")
    command("audit", "seal")
    told, mend = damage(superuser)
    try:
        verdict = command("audit", "verify", check=False)
        assert verdict.returncode == 2
        assert told in verdict.stderr
    finally:
        superuser.execute(mend)
    assert command("audit", "verify").returncode == 0


def test_a_cut_tail_shows_against_the_anchor(place: Place, superuser: Any, tmp_path: Path) -> None:
    signed_in("county").get("/")
    command("audit", "seal")
    anchor = tmp_path / "anchor.json"
    anchor.write_bytes(sorted(place.heads.glob("*.json"))[-1].read_bytes())
    assert command("audit", "verify", "--anchor", str(anchor)).returncode == 0
    number = json.loads(anchor.read_text())["seal"]
    superuser.execute("CREATE TABLE cut_seal AS SELECT * FROM audit_seal WHERE id = %s", [number])
    superuser.execute("DELETE FROM audit_seal WHERE id = %s", [number])
    try:
        assert (
            "还没有封存的" in command("audit", "verify").stdout
        )  # without the anchor a cut tail looks like a young one
        verdict = command("audit", "verify", "--anchor", str(anchor), check=False)
        assert verdict.returncode == 2
        assert f"audit_seal 第 {number} 号：存根里的封条不在了" in verdict.stderr
    finally:
        superuser.execute("INSERT INTO audit_seal SELECT * FROM cut_seal; DROP TABLE cut_seal")


def test_the_worker_seals_and_the_web_role_cannot(place: Place, models: Any, inside: Any) -> None:
    from django.db import ProgrammingError  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    signed_in("county").get("/")
    with pytest.raises(ProgrammingError), inside("00"):
        models("accounts.audit.seal").seal_now(place.keyring(), timezone.now())
    with psycopg.connect(server(place).url("worker"), autocommit=True) as worker:
        assert worker.execute("SELECT has_table_privilege('audit_seal', 'INSERT')").fetchone() == (True,)
        assert worker.execute("SELECT has_table_privilege('audit_seal', 'UPDATE, DELETE, TRUNCATE')").fetchone() == (
            False,
        )
