"""The database itself refuses: every table has territory or was looked at, and no role of the site can get around it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from shouwang.config.database import server
from shouwang.config.place import Place
from tests.platform.fixtures import COUNTY

TOWN = "230524100"


@pytest.fixture
def web(place: Place) -> Any:
    """A raw session as the web role, without any of our code."""
    with psycopg.connect(server(place).url("web"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(place: Place) -> Any:
    with psycopg.connect(server(place).url("owner"), autocommit=True) as connection:
        yield connection


def set_scope(connection: Any, lo: str, hi: str, subjects: str, depth: str, own: str = "") -> None:
    for name, value in {"lo": lo, "hi": hi, "subjects": subjects, "depth": depth, "own": own, "actor": "0"}.items():
        connection.execute("SELECT set_config(%s, %s, false)", [f"shouwang.{name}", value])


def scoped_tables(models: Any) -> dict[str, Any]:
    security = models("accounts.row_security")
    return {m._meta.db_table: security.scope_of(m) for m in security.scoped_models()}


def test_every_table_is_scoped_and_forced_or_on_the_reviewed_list(owner: Any, models: Any) -> None:
    tables = {
        name: (enabled, forced)
        for name, enabled, forced in owner.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    }
    scoped, reviewed = scoped_tables(models), set(models("accounts.row_security").REVIEWED)
    assert set(tables) == set(scoped) | reviewed
    assert [t for t in scoped if tables[t] != (True, True)] == []
    assert not set(scoped) & reviewed


def test_scoped_tables_have_their_own_area_code_and_composite_keys(owner: Any, models: Any) -> None:
    for table, scope in scoped_tables(models).items():
        columns = {
            r[0]
            for r in owner.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        }
        assert "area_code" in columns, table
        keys = [
            r[0]
            for r in owner.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
                [table],
            )
        ]
        for column, parent in scope.parents:
            assert any(
                k.startswith(f"FOREIGN KEY ({column}, area_code) REFERENCES {parent}(id, area_code) ON UPDATE CASCADE")
                for k in keys
            ), table


def test_the_sites_roles_cannot_get_around_row_security(owner: Any) -> None:
    rows = owner.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname IN ('shouwang_web', 'shouwang_worker', 'shouwang_public')"
    ).fetchall()
    assert len(rows) == 3
    assert all(row[1:] == (False, False, False) for row in rows)
    owned = owner.execute(
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname LIKE 'shouwang_w%%'"
    ).fetchone()
    assert owned == (0,)


@pytest.mark.parametrize("table", ["audit_entry", "audit_history", "audit_seal"])
@pytest.mark.parametrize(
    "command",
    ["INSERT INTO {t} SELECT * FROM {t} LIMIT 1", "UPDATE {t} SET at = at", "DELETE FROM {t}", "TRUNCATE {t}"],
)
def test_the_web_role_cannot_write_the_audit(web: Any, table: str, command: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(command.format(t=table))


def test_facts_can_only_be_retracted(web: Any) -> None:
    set_scope(web, "0", ":", "medical,registry", "person")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("UPDATE exchange_fact SET amount = 0")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("DELETE FROM exchange_fact")


def count(connection: Any, table: str, where: str = "true") -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE " + where).format(sql.Identifier(table))
    return int(connection.execute(query).fetchone()[0])


def test_without_a_scope_a_raw_session_sees_nothing(web: Any, models: Any) -> None:
    assert {table: count(web, table) for table in scoped_tables(models)} == dict.fromkeys(scoped_tables(models), 0)


def test_a_raw_session_of_a_township_sees_no_row_outside(web: Any, owner: Any, models: Any) -> None:
    all_subjects = ",".join(models("accounts.enums").ALL_SUBJECTS)
    set_scope(web, TOWN, "230524101", all_subjects, "person")
    outside = f"NOT (area_code >= '{TOWN}' AND area_code < '230524101')"
    seen = {t: count(web, t, outside) for t, s in scoped_tables(models).items() if not s.both_sides}
    assert set(seen.values()) == {0}
    assert (
        count(web, "registry_household")
        == count(owner, "registry_household", f"area_code LIKE '{TOWN}%%'".replace("%%", "%"))
        > 0
    )


def test_the_audit_and_the_history_are_read_by_area(web: Any, owner: Any) -> None:
    assert count(web, "audit_entry") == count(web, "audit_history") == 0
    set_scope(web, TOWN, "230524101", "registry", "person")
    outside = f"NOT (area_code >= '{TOWN}' AND area_code < '230524101')"
    assert count(web, "audit_entry", outside) == count(web, "audit_history", outside) == 0
    assert count(owner, "audit_history", outside) > 0


def test_at_aggregate_depth_no_person_is_visible(web: Any, models: Any) -> None:
    set_scope(web, "0", ":", ",".join(models("accounts.enums").ALL_SUBJECTS), "aggregate")
    assert {t: count(web, t) for t, s in scoped_tables(models).items() if s.person} == {
        t: 0 for t, s in scoped_tables(models).items() if s.person
    }
    assert count(web, "screening_area_count") > 0


def test_a_department_sees_its_own_subject_only(web: Any) -> None:
    set_scope(web, COUNTY, "230525", "medical", "masked")
    assert count(web, "exchange_fact") == count(web, "exchange_fact", "subject = 'medical'") > 0
    assert (
        count(web, "screening_signal", "subject <> 'medical'")
        == count(web, "registry_household")
        == count(web, "registry_person")
        == 0
    )
    assert count(web, "exchange_batch") == count(web, "exchange_batch", "subject = 'medical'") > 0


def test_nobody_can_write_outside_the_own_area(web: Any) -> None:
    set_scope(web, TOWN, "230524101", "registry", "person")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(
            "INSERT INTO registry_consent (area_code, household_id, signed_on, paper, recorded_by, recorded_at) VALUES ('230524200001', 1, now(), '', 1, now())"
        )
    moved = web.execute(
        "UPDATE registry_household SET head_name = 'x' WHERE NOT (area_code >= '230524100' AND area_code < '230524101')"
    )
    assert moved.rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute("UPDATE registry_household SET area_code = '230524200001'")


def test_the_public_role_reads_no_table(place: Place, models: Any) -> None:
    with psycopg.connect(server(place).url("public"), autocommit=True) as public:
        for table in [*scoped_tables(models), *models("accounts.row_security").REVIEWED]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                count(public, table)


def test_a_query_outside_a_territory_raises(models: Any, inside: Any) -> None:
    households, territory = models("registry.models").Household, models("accounts.territory")
    with pytest.raises(territory.OutsideTerritory):
        households.objects.count()
    with inside(COUNTY):
        assert households.objects.count() == 400
        with pytest.raises(territory.OutsideTerritory), inside(COUNTY):
            pass
    with pytest.raises(territory.OutsideTerritory):
        households.objects.filter(pk=1).update(town="x")
