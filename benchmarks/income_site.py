"""Incomes in a county's database: sheets, lists, boards, what is known, a correction — beside the stock way, in one run.

    python -m benchmarks.income_site PACK [--site FOLDER]

PACK is an invented county (shouwang synthetic). The site is the one of `benchmarks.cases`, built once and kept; what is entered here is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.cases import median, told
from benchmarks.platform import on_site, seconds

SHEET, BY_ONE, PAGE = 2_000, 150, 50


@contextmanager
def undone(part: Callable[[str], Any], county: str) -> Iterator[None]:
    """The county's territory, left as it was."""
    from django.db import transaction  # noqa: PLC0415

    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(county)):
        yield
        transaction.set_rollback(True)


def entering(part: Callable[[str], Any], county: str, year: int) -> None:
    """Statements of a sheet: all at once, beside one after the other."""
    entry, known, forms = part("income.entering"), part("income.known"), part("income.forms")
    registry, posts, now = part("registry.models"), part("accounts.models").Assignment, part("config.clock").now()
    with undone(part, county):
        by = posts.objects.select_related("user").get(user__username="county")
        homes = list(registry.Household.objects.filter(persons__gt=0).order_by("-pk")[:SHEET])
        window = part("income.statements").window_of("income_year", year)
        hids = [h.pk for h in homes]

        def all_known() -> Any:
            return known.known(county, window, window.end, hids, year).lines

        lines = {int(k[0]): forms.known_as_lines(p) for k, p in all_known().partition_by("hid", as_dict=True).items()}
        at_once = seconds(all_known)
        singly = seconds(lambda: [known.known(county, window, window.end, [h], year) for h in hids[:BY_ONE]])
        told("what is known, per 1,000 households", at_once * 1000 / len(hids), singly * 1000 / BY_ONE, "s")
        sent = [(h, entry.Stated(year, [(None, True, "")], lines.get(h.pk, []), visitors="甲、乙"), "") for h in homes]
        ours = seconds(lambda: entry.enter_many(sent[BY_ONE:], by, now))
        loop = seconds(lambda: [entry.enter_many([s], by, now) for s in sent[:BY_ONE]])
        told("statements of a sheet, per 1,000", ours * 1000 / (len(sent) - BY_ONE), loop * 1000 / BY_ONE, "s")


def pages(part: Callable[[str], Any], county: str, year: int) -> None:
    """The list page, the board, a corrected statement."""
    listing, models, papers = part("income.listing"), part("income.models"), part("income.list_views")
    territory, paging, registry, today = (
        part("accounts.territory"),
        part("ui.paging"),
        part("registry.models"),
        part("config.clock").today(),
    )
    scope = territory.system_scope(county)
    with territory.territory(scope):
        listing.refresh(county, year, today)
        last = list(
            models.ListLine.objects.filter(list_key="below", year=year).order_by("pk").values_list("pk", flat=True)
        )
        some = list(registry.Household.objects.order_by("-pk").values_list("pk", flat=True)[:1])
    print(f"  {len(last):,} households below the low line", flush=True)

    def inside(work: Callable[[int], Any]) -> Callable[[int], Any]:
        def asked(n: int) -> None:
            with territory.territory(scope):
                work(n)

        return asked

    def deep(n: int) -> int:
        return (n * 97) % max(len(last) - PAGE, 1)

    def page(n: int) -> None:
        found = paging.page_by_id(listing.on_list("", year, "below"), {"after": str(last[deep(n)])}, newest_first=False)
        papers._rows(found.rows, year)

    def by_offset(n: int) -> None:
        found = models.ListLine.objects.filter(list_key="below", year=year, left_on__isnull=True).order_by("pk")
        found.count()
        for line in found[deep(n) : deep(n) + PAGE]:
            registry.Household.objects.filter(pk=line.household_id).first()
            models.Statement.objects.filter(household_id=line.household_id, is_forecast=True).first()

    def board_by_loop(_: int) -> None:
        sums: dict[str, int] = {}
        for sheet in registry.YearSheet.objects.filter(person_id__isnull=True, year=year, retracted_at__isnull=True):
            data = sheet.data
            net = sum(
                data[k] or 0 for k in ("wage_income", "business_income", "property_income", "transfer_income")
            ) - (data["business_cost"] or 0)
            sums[sheet.area_code] = sums.get(sheet.area_code, 0) + net

    told("a page of a list, anywhere", median(inside(page)), median(inside(by_offset)))
    told(
        "board with nine lists, by township",
        median(inside(lambda _: listing.boards("", year, 9)), 5),
        median(inside(board_by_loop), 3),
    )
    one = median(inside(lambda _: listing.refresh(county, year, today, some)), 5)
    told(
        "a corrected statement refreshes its lists",
        one,
        median(inside(lambda _: listing.refresh(county, year, today)), 3),
    )


def main(part: Callable[[str], Any], county: str) -> None:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(county)):
        year = part("registry.outgoing").latest_year()
    entering(part, county, year)
    pages(part, county, year)


if __name__ == "__main__":
    on_site("cases-site", "worker", main)
