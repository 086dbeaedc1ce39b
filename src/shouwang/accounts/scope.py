"""What a model says about who sees its rows; `row_security` turns it into policies of the database."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from shouwang.kernel.areas import CODE_LENGTH


@dataclass(frozen=True)
class Scope:
    """The rule for the rows of one table.

    subject         seen only by scopes with this subject; `subject_column` takes it from the row instead
    person          about persons: never seen at aggregate depth
    household       column that names the household ("" when the row has none); own lists and 居住地 follow it
    parent          (column, table) of a composite key that carries `area_code` along when the household moves
    writes          what web and worker may do: INSERT, UPDATE, DELETE
    update_columns  the only columns an update may touch (append-only tables)
    history         changes are kept in the history
    both_sides      the area in `also_area` sees the row too
    own_column      column with the user to whom the row belongs: whoever sees own households only sees these
    """

    subject: str = ""
    subject_column: bool = False
    person: bool = True
    household: str = ""
    parents: tuple[tuple[str, str], ...] = ()
    writes: tuple[str, ...] = ("INSERT", "UPDATE")
    update_columns: tuple[str, ...] = ()
    history: bool = False
    both_sides: bool = False
    own_column: str = ""


class Scoped(models.Model):
    """A table with territory: every row has the code of the area that has custody of it now."""

    area_code = models.CharField(max_length=CODE_LENGTH, db_collation="C")

    class Meta:
        abstract = True


def area_range(area: str) -> tuple[str, str]:
    """The codes of an area as a half-open range: `230524` → (`230524`, `230525`); the country is everything."""
    if not area or area == "00":
        return "0", ":"
    return area, area[:-1] + chr(ord(area[-1]) + 1)
