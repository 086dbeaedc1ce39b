"""Turns what models say about their rows (`scope`) into the database's own rules. Run by the owner after migrations.

Everything is made anew each time, so that the rules in force are always the ones written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models

from shouwang.accounts.scope import Scope, Scoped

SHARED = ("web", "worker")
FULL = "SELECT, INSERT, UPDATE, DELETE"
# Tables without territory, each looked at: why it may be so, and what web and worker may do with it.
REVIEWED: dict[str, tuple[str, str]] = {
    "regions_division": ("public list of divisions", "SELECT"),
    "regions_former_name": ("public list of divisions", "SELECT"),
    "screening_local_figure": ("policy is public; written by the county's page alone", "SELECT, INSERT, UPDATE"),
    "accounts_user": ("who may sign in; read before any scope is known", "SELECT, INSERT, UPDATE"),
    "accounts_assignment": ("gives the scope; read before any scope is known", "SELECT, INSERT, UPDATE"),
    "accounts_api_token": ("digests only; read before any scope is known", "SELECT, INSERT, UPDATE"),
    "audit_entry": ("policy by area; written by audit_write() alone", "SELECT"),
    "audit_history": ("policy by area; written by triggers alone", "SELECT"),
    "audit_seal": ("digests; sealed by the worker alone", "SELECT"),
    "audit_era": ("one number", "SELECT"),
    "django_session": ("signed-in browsers; no personal data", FULL),
    "django_content_type": ("Django's own", "SELECT"),
    "django_migrations": ("Django's own", "SELECT"),
    "auth_permission": ("Django's own, unused", "SELECT"),
    "auth_group": ("Django's own, unused", "SELECT"),
    "auth_group_permissions": ("Django's own, unused", "SELECT"),
    "otp_totp_totpdevice": ("second factors", FULL),
    "otp_static_staticdevice": ("second factors", FULL),
    "otp_static_statictoken": ("second factors", FULL),
    "axes_accessattempt": ("throttles sign-in", FULL),
    "axes_accessattemptexpiration": ("throttles sign-in", FULL),
    "axes_accessfailurelog": ("throttles sign-in", FULL),
    "axes_accesslog": ("throttles sign-in", FULL),
    "procrastinate_jobs": ("job queue; arguments are row ids", FULL),
    "procrastinate_events": ("job queue", FULL),
    "procrastinate_periodic_defers": ("job queue", FULL),
    "procrastinate_workers": ("job queue", FULL),
}
SEALED_BY_WORKER = ("audit_seal",)
BY_AREA = ("audit_entry", "audit_history")  # the site reads its own area; the worker seals all


def scoped_models() -> list[type[Scoped]]:
    """All models with territory."""
    return [m for m in apps.get_models() if issubclass(m, Scoped)]


def statements(users: dict[str, str]) -> Iterator[str]:
    """All commands, in order. `users` gives the database user of each role."""
    both = ", ".join(f'"{users[r]}"' for r in SHARED)
    everyone = f'{both}, "{users["public"]}"'
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {everyone}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everyone}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {both}"
    yield "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"
    for table, (_, grants) in REVIEWED.items():
        yield f'GRANT {grants} ON "{table}" TO {both}'
    for table in SEALED_BY_WORKER:
        yield f'GRANT INSERT ON "{table}" TO "{users["worker"]}"'
    for model in scoped_models():
        yield from _table(model, both)
    for table in BY_AREA:
        yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
        for name in ("sees", "seals"):
            yield f'DROP POLICY IF EXISTS {name} ON "{table}"'
        yield f'CREATE POLICY sees ON "{table}" FOR SELECT TO "{users["web"]}" USING ({IN_AREA})'
        yield f'CREATE POLICY seals ON "{table}" FOR SELECT TO "{users["worker"]}" USING (true)'
    yield from _kept_in_history("accounts_assignment", "id")
    yield from _kept_in_history("accounts_user", "id", "'00'")


def _table(model: type[Scoped], both: str) -> Iterable[str]:
    table, scope = model._meta.db_table, scope_of(model)
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    for name in ("sees", "adds", "changes", "removes"):
        yield f'DROP POLICY IF EXISTS {name} ON "{table}"'
    rest = " AND ".join([_subject(scope), *_depth(scope), *_own(scope)])
    inside = f"({IN_AREA} AND {rest})"
    yield f'CREATE POLICY sees ON "{table}" FOR SELECT USING (({_area(scope, table)}) AND {rest})'
    yield f'CREATE POLICY adds ON "{table}" FOR INSERT WITH CHECK ({inside})'
    yield f'CREATE POLICY changes ON "{table}" FOR UPDATE USING ({inside}) WITH CHECK ({inside})'
    yield f'CREATE POLICY removes ON "{table}" FOR DELETE USING ({inside})'
    yield f'GRANT SELECT ON "{table}" TO {both}'
    for write in scope.writes:
        columns = f" ({', '.join(scope.update_columns)})" if write == "UPDATE" and scope.update_columns else ""
        yield f'GRANT {write}{columns} ON "{table}" TO {both}'
    for column, parent in scope.parents:
        name = f"{table}_{column}_area"
        yield f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"'
        yield (
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY ({column}, area_code) '
            f'REFERENCES "{parent}" (id, area_code) ON UPDATE CASCADE'
        )
    if scope.history:
        yield from _kept_in_history(table, model._meta.pk.column)
    else:
        yield f'DROP TRIGGER IF EXISTS keep_history ON "{table}"'


LO, HI = "current_setting('shouwang.lo', true)", "current_setting('shouwang.hi', true)"
IN_AREA = f"(area_code >= {LO} AND area_code < {HI})"
LISTED = "string_to_array(current_setting('shouwang.subjects', true), ',')"
OWN = "coalesce(current_setting('shouwang.own', true), '')"
HOMES_HERE = f"SELECT id FROM registry_household WHERE also_area >= {LO} AND also_area < {HI}"


def _area(scope: Scope, table: str) -> str:
    """Custody, or for what hangs on a household also where it is registered or lives."""
    if scope.household == "id" or scope.both_sides:
        return f"{IN_AREA} OR (also_area >= {LO} AND also_area < {HI})"
    if scope.household:
        return f"{IN_AREA} OR {scope.household} = ANY (ARRAY({HOMES_HERE}))"
    return IN_AREA


def _subject(scope: Scope) -> str:
    if scope.subject_column:
        return f"subject = ANY ({LISTED})"
    return f"'{scope.subject}' = ANY ({LISTED})" if scope.subject else "true"


def _depth(scope: Scope) -> list[str]:
    return ["current_setting('shouwang.depth', true) IN ('person', 'masked')"] if scope.person else []


def _own(scope: Scope) -> list[str]:
    if scope.own_column:
        return [f"({OWN} = '' OR {scope.own_column}::text = {OWN})"]
    if not scope.household:
        return [f"{OWN} = ''"] if scope.person else []
    mine = f"SELECT household_id FROM registry_own_household WHERE user_id::text = {OWN} AND until IS NULL"
    return [f"({OWN} = '' OR {scope.household} IN ({mine}))"]


def _kept_in_history(table: str, key: str, area: str = "area_code") -> Iterator[str]:
    yield f'DROP TRIGGER IF EXISTS keep_history ON "{table}"'
    yield (
        f'CREATE TRIGGER keep_history AFTER UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION audit_keep('{key}', '{area.strip(chr(39)) if area != 'area_code' else ''}')"
    )


def scope_of(model: type[models.Model]) -> Scope:
    """What a model says about its rows. Raises AttributeError for a scoped model that says nothing."""
    scope: Scope = model.scope
    return scope
