"""Names of areas, what lies in them, and the way up."""

from __future__ import annotations

import re
from functools import lru_cache

from shouwang.kernel.areas import LENGTHS
from shouwang.regions.models import Division

VILLAGE = re.compile("(村)?(村委会|村民委员会)$")
NEIGHBOURHOOD = re.compile("(社区)?(居委会|居民委员会)$")


@lru_cache(maxsize=20_000)
def name_of(code: str) -> str:
    """An area's name; the code itself for one that is not listed."""
    if code in ("", "00"):
        return "全国"
    found = Division.objects.filter(code=code).values_list("name", flat=True).first()
    return everyday(str(found)) if found else code


def everyday(name: str) -> str:
    """镇北村村委会 → 镇北村, 朝阳村委会 → 朝阳村, 沿江社区居委会 → 沿江社区."""
    village = VILLAGE.sub("村", name)
    return NEIGHBOURHOOD.sub("社区", village) if village == name else village


def path_of(code: str) -> list[tuple[str, str]]:
    """The areas from the province down to this one: (code, name)."""
    return [(code[:n], name_of(code[:n])) for n in LENGTHS if n <= len(code)]


def children(code: str) -> list[Division]:
    """The areas directly below, in order."""
    digits = next((n for n in LENGTHS if n > len(code)), None)
    if digits is None:
        return []
    level = LENGTHS.index(digits) + 1
    return list(
        Division.objects.filter(code__gte=code, code__lt=_after(code), level=level, until__isnull=True).order_by("code")
    )


def _after(code: str) -> str:
    return code[:-1] + chr(ord(code[-1]) + 1) if code else ":"
