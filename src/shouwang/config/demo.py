"""The demonstration site: an invented county in the database, an account for every role, through the product's own path."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from shouwang.accounts.actions import assign, make_user, one_time_codes
from shouwang.accounts.models import Assignment, User
from shouwang.accounts.secret_fields import keys
from shouwang.accounts.territory import system_scope, territory
from shouwang.cases.tasks import take_up
from shouwang.config import demo_cases, demo_income
from shouwang.exchange import actions
from shouwang.exchange.models import Batch, Expected
from shouwang.exchange.subjects import REGISTRY_PARTS, SUBJECT_OF_KIND, subject_of
from shouwang.exchange.tasks import import_batch, read_batch, write_registry
from shouwang.exchange.upload_stream import SealedUpload
from shouwang.income.listing import refresh
from shouwang.intake.pack import Delivery, open_pack
from shouwang.kernel.errors import UserError
from shouwang.kernel.sealed_file import SealedWriter
from shouwang.regions.models import Division
from shouwang.registry.models import Household, OwnHousehold
from shouwang.registry.outgoing import latest_year
from shouwang.screening.application_book import params_file
from shouwang.screening.models import Run
from shouwang.screening.tasks import ask, carry_out

PASSWORD = "shouwang-demo"  # demonstration accounts only; `serve` keeps such a site on this machine
CODES = 3
TOWN_LEVEL = 4
Told = Callable[[str], None]


@dataclass(frozen=True)
class DemoAccount:
    """What is printed for a role."""

    role: str
    username: str
    name: str
    area: str
    codes: tuple[str, ...]


def build(pack_folder: Path, county: str, as_of: date, told: Told, *, with_work: bool = True) -> list[DemoAccount]:
    """Everything from an empty database, with work in progress if wanted. As the worker role."""
    with territory(system_scope(county)):
        first = _account("county", "county", "县局 王主任", county, ())
    post = Assignment.objects.select_related("user").get(user__username="county")
    load_pack(pack_folder, post, told)
    told("建立演示账号")
    accounts = [first, *make_accounts(county)]
    told("筛查")
    screen_county(county, as_of)
    with territory(system_scope(county)):
        give_own_households(county, as_of)
    with territory(system_scope(county)):
        year = latest_year()
        if year is not None:
            told("收入清单")
            refresh(county, year, timezone.localdate())
    if with_work:
        told("演示的线索、个案、排查、申报")
        demo_cases.live(county, timezone.localdate())
    if with_work and year is not None:
        told("演示的收入核算、预计、调度")
        demo_income.live(county, year, timezone.localdate())
    return accounts


def make_accounts(county: str) -> list[DemoAccount]:
    """One account a role, two townships so that the border between them can be seen."""
    with territory(system_scope(county)):
        first, second, *_ = (
            Division.objects.filter(code__startswith=county, level=TOWN_LEVEL, until__isnull=True)
            .order_by("code")
            .values_list("code", flat=True)
        )
        village = _busiest_village(first)
        wanted = [
            ("township", "town1", "第一乡镇 李干事", first, ()),
            ("township", "town2", "第二乡镇 赵干事", second, ()),
            ("village", "village", "村 张书记", village, ()),
            ("grid", "grid", "网格员 孙", village, ()),
            ("responsible", "helper", "帮扶责任人 周", county, ()),
            ("county_approver", "approver", "县级审定 吴", county, ()),
            ("department", "medical", "医保局 郑", county, ("medical",)),
            ("department", "education", "教育局 冯", county, ("education",)),
            ("finance", "finance", "财政局 陈", county, ()),
            ("bank", "bank", "银行 褚", county, ()),
            ("city", "city", "市局 卫", county[:4], ()),
            ("province", "province", "省局 蒋", county[:2], ()),
            ("nation", "nation", "国家 沈", "", ()),
            ("auditor", "auditor", "审计 韩", county, ()),
            ("administrator", "admin", "系统管理员 杨", county, ()),
        ]
        return [_account(*line) for line in wanted]


def _account(role: str, username: str, name: str, area: str, subjects: tuple[str, ...]) -> DemoAccount:
    user = make_user(username, name, PASSWORD, is_demo=True)
    assign(user, role, area, subjects, date(2020, 1, 1))
    return DemoAccount(role, username, name, area, tuple(one_time_codes(user, CODES)))


def _busiest_village(town: str) -> str:
    """The village of a town with most households."""
    homes = Household.objects.filter(area_code__startswith=town).values("area_code").annotate(n=Count("id"))
    busiest = homes.order_by("-n", "area_code").first()
    if busiest is None:
        raise UserError(f"{town} 里没有农户", "核对 --county 与登记文件是不是同一个县")
    return str(busiest["area_code"])


def load_pack(folder: Path, post: Assignment, told: Told) -> None:
    """All files of a pack, as the county would hand them in: registry first."""
    pack = open_pack(folder, frozenset(SUBJECT_OF_KIND))
    if pack.params:
        target = params_file(post.area_code)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pack.params, target)
    deliveries = sorted(pack.deliveries or (), key=lambda d: (subject_of(d.kind) != "registry", d.file))
    for delivery in deliveries:
        told(f"导入 {delivery.file}")
        batch = hand_in(folder / delivery.file, delivery, post)
        if batch.state == actions.WAITING and delivery is [d for d in deliveries if d.kind in REGISTRY_PARTS][-1]:
            told("写入登记数据")
            with territory(post.scope()):
                lead = actions.join(post)
            batch = settle(lead.pk, post)
        if batch.state == actions.REFUSED:
            raise UserError(batch.what["refusal"], batch.what["remedy"], where=delivery.file)
    with territory(system_scope(post.area_code)):
        for kind in sorted({d.kind for d in deliveries if subject_of(d.kind) != "registry"}):
            Expected.objects.get_or_create(
                area_code=post.area_code,
                kind=kind,
                defaults={"subject": subject_of(kind), "due_day": 5, "since": timezone.localdate().replace(day=1)},
            )


def hand_in(path: Path, delivery: Delivery, post: Assignment) -> Batch:
    """One file through upload, reading, confirmation, import (and, for the register, the writing)."""
    stored = f"{path.stat().st_ino:x}{path.stat().st_mtime_ns:x}"[:32]
    writer = SealedWriter(settings.PLACE.uploads / stored, keys())
    with path.open("rb") as stream:
        while data := stream.read(1 << 20):
            writer.write(data)
    writer.finish()
    upload = SealedUpload(path.name, path.stat().st_size, stored, keys().search_digest("file", stored))
    with territory(post.scope()):
        batch, _ = actions.receive(upload, post, timezone.now())
    read_batch(batch.pk, post.pk)
    with territory(post.scope()):
        batch = Batch.objects.get(pk=batch.pk)
        if batch.state == actions.REFUSED:
            return batch
        actions.confirm(batch, delivery.kind, delivery.start, delivery.end, {}, post)
    return settle(batch.pk, post)


def settle(batch_id: int, post: Assignment) -> Batch:
    """Carry a confirmed batch to its end; the differences of a register are accepted as they are."""
    import_batch(batch_id, post.pk)
    with territory(post.scope()):
        batch = Batch.objects.get(pk=batch_id)
        if batch.state == actions.DIFFERENCES:
            actions.note(batch_id, state=actions.IMPORTING)
    if batch.state == actions.DIFFERENCES:
        write_registry(batch_id, post.pk)
    with territory(post.scope()):
        return Batch.objects.get(pk=batch_id)


def screen_county(county: str, as_of: date) -> Run:
    """A whole screening."""
    with territory(system_scope(county)):
        run = ask(county, as_of, "full", 0, timezone.now())
    carry_out(run, None)
    with territory(system_scope(county)):
        done = Run.objects.get(pk=run.pk)
    if done.state != "done":
        raise UserError(
            f"筛查没有完成：{done.manifest.get('refusal', done.state)}", str(done.manifest.get("remedy", ""))
        )
    take_up(done, timezone.localdate(), timezone.now())
    return done


def give_own_households(county: str, day: date) -> None:
    """Ten households with signals for the 帮扶责任人."""
    helper = User.objects.get(username="helper")
    for home in Household.objects.order_by("id")[:10]:
        OwnHousehold.objects.create(area_code=home.area_code, household_id=home.pk, user_id=helper.pk, since=day)


def write_codes(path: Path, accounts: list[DemoAccount]) -> None:
    """The printed accounts once more, in a private file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        path.chmod(0o600)
        csv.writer(stream).writerows(
            [
                ("role", "username", "password", "codes"),
                *((a.role, a.username, PASSWORD, " ".join(a.codes)) for a in accounts),
            ]
        )
