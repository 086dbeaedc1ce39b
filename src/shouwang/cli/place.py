"""Which county is this? From the command line, from pack.json, else from the registry itself."""

from __future__ import annotations

from collections.abc import Mapping

from shouwang.intake.feed import Feed
from shouwang.intake.pack import Pack
from shouwang.kernel.errors import UserError
from shouwang.regions.divisions import county
from shouwang.screening.county import Place
from shouwang.screening.delivery import Reading


def place_of(pack: Pack, reading: Reading, feeds: Mapping[str, Feed], area: str | None) -> Place:
    """The county's code and names. Raises UserError when nothing tells it."""
    code = area or pack.county or _from_numbers(reading, feeds)
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise UserError(f"县级行政区划代码 {code!r} 不是6位数字", "用 --area 写明，如 --area 230524")
    if pack.county == code and pack.county_name:
        return Place(code, pack.county_name, pack.city, pack.province)
    known = county(code)
    if known is None:
        return Place(code, pack.county_name)
    return Place(code, known.name, known.city, known.province)


def _from_numbers(reading: Reading, feeds: Mapping[str, Feed]) -> str:
    """The six digits with which most household numbers of the registry begin."""
    for sheet in reading.sheets:
        if sheet.read.kind == "registry_household":
            codes = sheet.rows()["household_no"].drop_nulls().str.slice(0, 6)
            counted = codes.value_counts(sort=True)
            if counted.height:
                return str(counted[0, 0])
    raise UserError("不知道是哪个县：没有 pack.json，登记导出也读不到户编号", "用 --area 写明6位县级代码")
