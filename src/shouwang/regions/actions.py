"""Renames and merges of divisions. Run by the owner: they touch the territory of everybody."""

from __future__ import annotations

from datetime import date

from django.apps import apps
from django.db import connection, transaction

from shouwang.kernel.areas import is_area_code
from shouwang.kernel.errors import UserError
from shouwang.regions.models import Division, FormerName

AREA_COLUMNS = ("area_code", "also_area", "home_area")


def rename(code: str, name: str, on: date) -> None:
    """A new name from a day on; the old one stays findable."""
    division = _known(code)
    FormerName.objects.create(code=code, name=division.name, until=on)
    division.name = name
    division.save(update_fields=["name"])


def merge(old: str, new: str, on: date, name: str = "") -> dict[str, int]:
    """`old` ends and everything in it goes to `new` (same level): villages keep their last digits where these are free.

    Re-keys every table with territory; rows that hang on a household follow it. Gives rows re-keyed by table.
    """
    before = _known(old)
    if len(old) != len(new) or not is_area_code(new):
        raise UserError(f"{new!r} 和 {old} 不是同一级的代码", "写同级的新代码")
    with transaction.atomic():
        if not Division.objects.filter(code=new).exists():
            Division.objects.create(
                code=new, level=before.level, name=name or before.name, since=on, lon=before.lon, lat=before.lat
            )
        moved = _moved(old, new, on)
        Division.objects.filter(code=old).update(until=on, successor=new)
        return _rekey(moved)


def _moved(old: str, new: str, on: date) -> dict[str, str]:
    """Old code → new code for the division and all below it; the ones below end and are made anew under the successor."""
    moved = {old: new}
    taken = set(Division.objects.filter(code__startswith=new).values_list("code", flat=True))
    for child in Division.objects.filter(code__startswith=old, until__isnull=True).exclude(code=old).order_by("code"):
        wanted = new + child.code[len(old) :]
        while wanted in taken:
            wanted = f"{int(wanted) + 1:0{len(wanted)}d}"
        taken.add(wanted)
        moved[child.code] = wanted
        Division.objects.create(code=wanted, level=child.level, name=child.name, since=on, lon=child.lon, lat=child.lat)
        Division.objects.filter(code=child.code).update(until=on, successor=wanted)
    return moved


def _rekey(moved: dict[str, str]) -> dict[str, int]:
    """Change area codes; tables that hang on a household or a batch by a composite key follow by themselves."""
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE moved (old text PRIMARY KEY, new text) ON COMMIT DROP")
        cursor.executemany("INSERT INTO moved VALUES (%s, %s)", list(moved.items()))
        for model in apps.get_models():
            table = model._meta.db_table
            carried = getattr(getattr(model, "scope", None), "parents", ())  # follow their parent by the composite key
            if getattr(model, "derived", False):
                cursor.execute(f'DELETE FROM "{table}" t USING moved m WHERE t.area_code = m.old')
                continue
            if not hasattr(model, "scope"):
                continue
            for column in (f.column for f in model._meta.concrete_fields):
                if column not in AREA_COLUMNS or (column == "area_code" and carried):
                    continue
                cursor.execute(f'UPDATE "{table}" t SET {column} = m.new FROM moved m WHERE t.{column} = m.old')
                counts[table] = counts.get(table, 0) + cursor.rowcount
    return {t: n for t, n in counts.items() if n}


def _known(code: str) -> Division:
    division = Division.objects.filter(code=code, until__isnull=True).first()
    if division is None:
        raise UserError(f"没有代码为 {code} 的现行区划", "核对代码（6位县、9位乡、12位村）")
    return division
