"""Files in the browser: every row has its end, bad files get a clear answer, undo retracts, decisions are remembered."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from shouwang.config.start import part
from tests.conftest import SAMPLES
from tests.platform.fixtures import COUNTY, audited, read_and_import, signed_in
from tests.platform.sheets import MED, med_row, people, write_xlsx


def facts_of(batch_id: int) -> list[Any]:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        return list(part("exchange.models").Fact.objects.filter(batch_id=batch_id, retracted_at__isnull=True))


@pytest.fixture
def bills(tmp_path: Path, upload: Any) -> Any:
    """Hands in a sheet of bills as the county and imports it; gives the batch."""

    def hand_in(rows: list[list[Any]], name: str = "医保.xlsx", username: str = "county") -> Any:
        path = write_xlsx(tmp_path / name, [MED, *rows], ["某县医保局个人自付明细", "填报日期：2025年6月"])
        _, batch_id = upload(signed_in(username), path)
        assert batch_id is not None
        return read_and_import(batch_id, username, "med_oop")

    return hand_in


def test_every_row_has_an_end_and_the_page_adds_up(bills: Any) -> None:
    one, two, three, four = people(4)
    wrong_number = two["number"][:17] + ("0" if two["number"][17] != "0" else "1")
    batch = bills([
        med_row(one, "31400.20"), med_row(two, 12, number="", village=two["village"]), med_row(three, "x"), med_row(four, 5, number="110101199003070000", name="查无此人"),
        ["合计", "", "", "", "", 999], med_row(one, "31400.20"), med_row(two, 7, number=wrong_number),
    ])  # fmt: skip
    assert (batch.state, batch.rows_in) == ("done", 7)
    assert batch.linked + batch.to_confirm + batch.unmatched + batch.rejected == 7
    assert batch.rejected == 3
    page = signed_in("county").get(f"/exchange/{batch.pk}/").content.decode()
    assert "合计 7 = 读入 7 行" in page
    facts = facts_of(batch.pk)
    assert {f.amount for f in facts if f.person_id == one["pid"]} == {3140020}
    rejects = signed_in("county").get(f"/exchange/{batch.pk}/rejects/")
    sheet = openpyxl.load_workbook(io.BytesIO(rejects.content)).active
    assert "含个人信息，用后删除" in sheet.cell(2, 1).value
    assert audited(action="unmasked_export", kind="rejects", object_id=str(batch.pk))[-1].rows == 3
    assert [sheet.cell(r, 3).value for r in (4, 5, 6)] == [
        "必填的数值或等级缺失或无法识别",
        "合计行",
        "与前面一行完全相同",
    ]


def test_text_from_files_never_becomes_markup_or_formula(bills: Any) -> None:
    one, two = people(2, 10)
    batch = bills(
        [med_row(one, 5, name='=HYPERLINK("http://x","点")'), med_row(two, "坏", village="<b>粗</b>")], "坏字.xlsx"
    )
    client = signed_in("county")
    for end in ("linked", "to_confirm", "unmatched", "rejected"):
        page = client.get(f"/exchange/{batch.pk}/rows/{end}/").content.decode()
        assert "<b>粗</b>" not in page
    assert "&lt;b&gt;粗" in client.get(f"/exchange/{batch.pk}/rows/rejected/").content.decode()
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/exchange/{batch.pk}/rejects/").content)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_numbers_are_masked_however_they_are_written(upload: Any, tmp_path: Path) -> None:
    (one,) = people(1, 11)
    number = one["number"]
    ways = [" ".join((number[:6], number[6:14], number[14:])), "'" + number, "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in number),
            "-".join((number[:6], number[6:14], number[14:]))]  # fmt: skip
    path = write_xlsx(tmp_path / "写法.xlsx", [MED, *[med_row(one, n + 1, number=way) for n, way in enumerate(ways)]])
    client = signed_in("county")
    _, batch_id = upload(client, path)
    part("exchange.tasks").read_batch(
        batch_id, part("accounts.models").Assignment.objects.get(user__username="county").pk
    )
    page = client.get(f"/exchange/{batch_id}/").content.decode()
    read_and_import(batch_id, "county", "med_oop")
    for text in (
        page,
        *[
            client.get(f"/exchange/{batch_id}/rows/{end}/").content.decode()
            for end in ("linked", "to_confirm", "unmatched", "rejected")
        ],
    ):
        digits = re.sub(r"[^0-9]", "", text.replace("０", "0"))
        assert number[6:14] not in digits
        for way in ways:
            assert way[:12] not in text
    assert page.count(f"****{number[-4:]}") >= 2


def test_the_same_content_again_is_recognised(bills: Any, upload: Any, tmp_path: Path) -> None:
    (one,) = people(1, 20)
    batch = bills([med_row(one, 77)], "一次.xlsx")
    answer, again = upload(signed_in("county"), (tmp_path / "一次.xlsx").rename(tmp_path / "改了名.xlsx"))
    assert again is None
    assert "内容相同，没有重复导入" in answer.content.decode()
    assert len(facts_of(batch.pk)) == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.xlsx", b"", "是空的"),
        ("网页.xlsx", b"<html><body>error</body></html>", "处理办法"),
        ("坏.xlsx", b"PK\x03\x04 not a zip", "处理办法"),
        ("别的模板.csv", "甲,乙,丙\n1,2,3\n".encode(), "认不出是哪一类数据"),
    ],
)
def test_a_bad_file_gets_a_clear_answer(name: str, content: bytes, said: str, upload: Any, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    client = signed_in("county")
    answer, batch_id = upload(client, path)
    if batch_id is None:
        assert said in answer.content.decode()
        return
    batch = read_and_import(batch_id, "county")
    assert batch.state == "refused"
    page = client.get(f"/exchange/{batch_id}/").content.decode()
    assert said in page
    assert "没有写入任何内容" in page


def test_a_locked_workbook_asks_for_its_password(upload: Any, tmp_path: Path) -> None:
    (one,) = people(1, 30)
    plain = write_xlsx(tmp_path / "p.xlsx", [MED, med_row(one, 12)])
    locked = tmp_path / "锁.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        OOXMLFile(source).encrypt("秘密123", target)
    client = signed_in("county")
    _, batch_id = upload(client, locked)
    assert read_and_import(batch_id, "county").state == "locked"
    assert "打开密码" in client.get(f"/exchange/{batch_id}/").content.decode()
    client.post(f"/exchange/{batch_id}/unlock/", {"password": "秘密123"})
    assert read_and_import(batch_id, "county", "med_oop").state == "done"
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        assert "秘密123" not in str(part("exchange.models").Batch.objects.get(pk=batch_id).what)


def test_a_file_that_is_too_large_is_refused_while_it_arrives(
    monkeypatch: pytest.MonkeyPatch, upload: Any, tmp_path: Path, place: Any
) -> None:
    monkeypatch.setattr(part("exchange.upload_stream"), "LARGEST", 50_000)
    before = set(place.uploads.iterdir())
    path = tmp_path / "大.csv"
    path.write_bytes(b"x" * 200_000)
    answer, batch_id = upload(signed_in("county"), path)
    assert batch_id is None
    assert "文件超过 100 MB" in answer.content.decode()
    assert set(place.uploads.iterdir()) == before


def test_a_full_disk_loses_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch, upload: Any, tmp_path: Path, place: Any
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(part("exchange.upload_stream").SealedWriter, "write", full)
    before = set(place.uploads.iterdir())
    path = tmp_path / "满.csv"
    path.write_bytes(b"a,b\n1,2\n")
    answer, batch_id = upload(signed_in("county"), path)
    assert batch_id is None
    assert "服务器磁盘已满，文件没有收下" in answer.content.decode()
    assert set(place.uploads.iterdir()) == before


def test_another_countys_register_is_refused_before_anything_is_written(upload: Any, inside: Any, models: Any) -> None:
    other = next((SAMPLES / "yibin-medium").glob("01_*"))
    _, batch_id = upload(signed_in("county"), other)
    batch = read_and_import(batch_id, "county", "registry")
    assert batch.state == "refused"
    assert "不是本县（230524）的文件" in batch.what["refusal"]
    with inside(COUNTY):
        assert models("registry.models").Household.objects.filter(number__startswith="5115").count() == 0


def test_a_department_delivers_its_own_subject_only(upload: Any, tmp_path: Path) -> None:
    (one,) = people(1, 40)
    _, batch_id = upload(signed_in("medical"), write_xlsx(tmp_path / "医.xlsx", [MED, med_row(one, 5)]))
    assert read_and_import(batch_id, "medical", "med_oop").state == "done"
    school = next((SAMPLES / "raohe-small").glob("04_*"))
    (tmp_path / "学.xlsx").write_bytes(school.read_bytes() + b" ")
    _, batch_id = upload(signed_in("medical"), tmp_path / "学.xlsx")
    assert read_and_import(batch_id, "medical").state == "refused"


def test_undo_retracts_and_the_history_stays(bills: Any, inside: Any, models: Any) -> None:
    (one,) = people(1, 50)
    batch = bills([med_row(one, 4321)], "撤.xlsx")
    assert len(facts_of(batch.pk)) == 1
    assert signed_in("county").post(f"/exchange/{batch.pk}/undo/", {"reason": " "}).status_code == 422
    assert len(facts_of(batch.pk)) == 1
    page = signed_in("county").post(f"/exchange/{batch.pk}/undo/", {"reason": "发错月份"}, follow=True).content.decode()
    assert "已撤回" in page
    assert facts_of(batch.pk) == []
    with inside(COUNTY):
        kept = models("exchange.models").Fact.objects.get(batch_id=batch.pk)
        assert kept.retracted_at is not None
        assert models("exchange.models").Row.objects.filter(batch_id=batch.pk).count() == 1
    assert len(audited(action="undo", object_id=str(batch.pk), reason="发错月份")) == 1


def waiting(batch_id: int) -> Any:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        return (
            part("exchange.models")
            .Row.objects.filter(batch_id=batch_id, status="to_confirm")
            .order_by("-amount")
            .first()
        )


def candidate(row: Any) -> int:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        return int(part("exchange.models").Candidate.objects.filter(row_id=row.pk, rank=1).get().person_id)


def test_a_decision_is_remembered_void_when_the_person_changes_and_revocable(
    bills: Any, inside: Any, models: Any
) -> None:
    person = people(1, 60)[0]
    doubtful = {"number": "", "name": person["name"]}
    first = bills([med_row(person, 100, **doubtful)], "疑一.xlsx")
    row = waiting(first.pk)
    assert row is not None
    client = signed_in("county")
    review = client.get(f"/review/?batch={first.pk}").content.decode()
    assert "就是此人" in review
    client.post(f"/review/{row.pk}/", {"person": candidate(row), "batch": first.pk})
    assert [f.person_id for f in facts_of(first.pk)] == [candidate(row)]
    again = bills([med_row(person, 200, "2025-07-01", **doubtful)], "疑二.xlsx")
    assert [f.amount for f in facts_of(again.pk)] == [20000]  # remembered
    meant = candidate(row)
    with inside(COUNTY):
        models("registry.models").Person.objects.filter(pk=meant).update(birth="1950-01-01")
    third = bills([med_row(person, 300, "2025-08-01", **doubtful)], "疑三.xlsx")
    assert facts_of(third.pk) == []  # the person changed: a person must look again
    with inside(COUNTY):
        decision = models("exchange.models").Decision.objects.get(row_id=row.pk)
    client.post(f"/review/decided/{decision.pk}/revoke/")
    assert facts_of(first.pk) == []
    assert waiting(first.pk) is not None


def test_only_a_candidate_can_be_chosen(bills: Any) -> None:
    one, two = people(2, 70)
    batch = bills([med_row(one, 9, number="")], "选.xlsx")
    row = waiting(batch.pk)
    client = signed_in("county")
    answer = client.post(f"/review/{row.pk}/", {"person": two["pid"]})
    assert answer.status_code == 422
    assert "不在疑似名单里" in answer.content.decode()
    assert facts_of(batch.pk) == []


def test_unique_names_need_a_checked_sample(bills: Any, models: Any) -> None:
    persons = people(6, 80)
    batch = bills([med_row(p, 1, "2025-05-05", number="") for p in persons], "唯一.xlsx")
    client = signed_in("county")
    page = client.get("/review/unique/").content.decode()
    assert "批量确认" in page
    answer = client.post("/review/unique/", {})
    assert answer.status_code == 422
    assert "抽查的行没有全部确认无误" in answer.content.decode()
    right = [line.split('"')[0] for line in page.split('name="right" value="')[1:]]
    before = waiting(batch.pk)
    client.post("/review/unique/", {"right": right})
    assert before is not None
    assert len(facts_of(batch.pk)) > 0


def test_a_lost_row_stops_the_import(bills: Any, monkeypatch: pytest.MonkeyPatch, upload: Any, tmp_path: Path) -> None:
    importing = part("exchange.importing")
    original = importing.write_piece

    def lossy(batch: Any, prepared: Any, number: int, at: Any) -> int:
        return int(
            original(
                batch, importing.Prepared(prepared.rows.head(prepared.rows.height - 1), prepared.candidates), number, at
            )
        )

    monkeypatch.setattr(importing, "write_piece", lossy)
    one, two = people(2, 90)
    with pytest.raises(AssertionError, match=r"2 rows read, .*'linked': 1, .* accounted for"):
        bills([med_row(one, 1), med_row(two, 2)], "丢.xlsx")


def test_an_interrupted_import_resumes_without_doubling(
    upload: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, post_of: Any, inside: Any
) -> None:
    importing, tasks, actions = part("exchange.importing"), part("exchange.tasks"), part("exchange.actions")
    monkeypatch.setattr(importing, "PIECE", 2)
    _, batch_id = upload(
        signed_in("county"), write_xlsx(tmp_path / "断.xlsx", [MED, *[med_row(p, 3) for p in people(7, 100)]])
    )
    tasks.read_batch(batch_id, post_of("county").pk)
    with inside("county"):
        actions.confirm(
            part("exchange.models").Batch.objects.get(pk=batch_id), "med_oop", None, None, {}, post_of("county")
        )
    original, calls = importing.write_piece, []

    def dies(batch: Any, prepared: Any, number: int, at: Any) -> int:
        calls.append(number)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return int(original(batch, prepared, number, at))

    monkeypatch.setattr(importing, "write_piece", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.import_batch(batch_id, post_of("county").pk)
    assert facts_of(batch_id) == []
    tasks.import_batch(batch_id, post_of("county").pk)
    assert len(facts_of(batch_id)) == 7
    with inside(COUNTY):
        batch = part("exchange.models").Batch.objects.get(pk=batch_id)
        assert (batch.state, batch.rows_in, batch.linked) == ("done", 7, 7)


def test_the_calendar_shows_what_is_owed(models: Any) -> None:
    client = signed_in("county")
    assert client.post("/calendar/", {"kind": "med_oop", "due_day": "31"}).status_code == 422
    client.post("/calendar/", {"kind": "med_oop", "due_day": "28"})
    page = client.get("/calendar/").content.decode()
    assert "个人自付医疗费明细" in page
    assert "已交" in page
    assert "个人自付医疗费明细" in signed_in("medical").get("/calendar/").content.decode()
    assert "在校学生名册" not in signed_in("medical").get("/calendar/").content.decode()


def test_any_sheet_comes_back_with_the_households(tmp_path: Path, place: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    one = people(1, 5)[0]
    path = write_xlsx(
        tmp_path / "名单.xlsx",
        [("姓名", "身份证号", "备注"), (one["name"], one["number"], "甲"), ("查无此人", "", "乙")],
    )
    before = set(place.uploads.iterdir())
    answer = signed_in("county").post("/match/", {"files": SimpleUploadedFile(path.name, path.read_bytes())})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet.cell(1, 4).value == "户编号"
    assert "比中" in sheet.cell(2, 9).value
    assert "未比中" in sheet.cell(3, 9).value
    assert set(place.uploads.iterdir()) == before
