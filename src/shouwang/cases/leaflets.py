"""明白纸: a policy sheet handed to a household."""

from __future__ import annotations

from datetime import date, datetime

from shouwang.cases.field_models import Leaflet
from shouwang.registry.models import Household

LEAFLETS = {"apply": "申报政策明白纸", "help": "帮扶政策明白纸"}


def give_leaflet(home: Household, kind: str, on: date, at: datetime) -> None:
    """A policy sheet was handed over; twice on a day counts once."""
    Leaflet.objects.get_or_create(
        area_code=home.area_code,
        household_id=home.pk,
        kind=kind,
        given_on=on,
        defaults={"manner": "home", "recorded_at": at},
    )
