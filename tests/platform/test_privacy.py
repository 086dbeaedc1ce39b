"""Identity numbers lie nowhere in clear: not in the database, its history or log, not in files, jobs, addresses, pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shouwang.config.database import server
from shouwang.config.embedded import Embedded
from shouwang.config.place import Place
from tests.conftest import SAMPLES
from tests.platform.fixtures import COUNTY, audited, signed_in
from tests.platform.sheets_plain import read_sheet


@pytest.fixture(scope="module")
def numbers(place: Place) -> set[str]:
    """Valid numbers of the sample register, read from its sheet."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415

    book = CalamineWorkbook.from_path(next((SAMPLES / "raohe-small").glob("01_*")))
    sheet = next(book.get_sheet_by_name(n) for n in book.sheet_names if n.startswith("人信息"))
    rows = sheet.to_python()
    header = next(r for r in rows if "证件号码" in r)
    column = header.index("证件号码")
    found = {str(r[column])[:18] for r in rows if re.fullmatch(r"\d{17}[\dX]", str(r[column])[:18])}
    assert len(found) > 900
    return found


def assert_none(text: str, numbers: set[str], where: str) -> None:
    present = {n for n in re.findall(r"\d{17}[\dX]", text) if n in numbers}
    assert not present, f"{len(present)} identity numbers in {where}"


def test_no_identity_number_in_any_table(place: Place, numbers: set[str]) -> None:
    with psycopg.connect(server(place).url("owner")) as owner:
        tables = [r[0] for r in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        assert len(tables) > 40
        for table in tables:
            text = "\n".join(str(r[0]) for r in owner.execute(f'SELECT t::text FROM "{table}" t'))
            assert_none(text, numbers, table)


def test_no_identity_number_in_the_log_or_the_stored_files(place: Place, numbers: set[str]) -> None:
    logs = list((Embedded(place).cluster / "log").glob("*"))
    assert logs
    for path in [*logs, *(p for p in place.data.rglob("*") if p.is_file())]:
        assert_none(path.read_bytes().decode("utf-8", "ignore"), numbers, path.name)


def test_a_failing_statement_leaves_no_value_in_the_log(place: Place) -> None:
    with (
        psycopg.connect(server(place).url("web"), autocommit=True) as web,
        pytest.raises(psycopg.errors.UndefinedTable),
    ):
        web.execute("SELECT * FROM nowhere WHERE x = %s", ["230524199001010099"])
    text = "".join(p.read_text("utf-8", "ignore") for p in (Embedded(place).cluster / "log").glob("*"))
    assert "230524199001010099" not in text
    assert "nowhere" not in text.replace('relation "nowhere"', "")


def test_pages_show_masked_numbers_only(numbers: set[str], inside: Any, models: Any) -> None:
    client = signed_in("county")
    with inside(COUNTY):
        homes = list(models("registry.models").Household.objects.values_list("pk", flat=True)[:15])
    pages = [
        "/",
        "/households/",
        "/signals/",
        "/review/",
        "/review/unique/",
        "/exchange/",
        *[f"/households/{h}/" for h in homes],
    ]
    for batch in range(1, 6):
        pages += [
            f"/exchange/{batch}/",
            f"/exchange/{batch}/rows/linked/",
            f"/exchange/{batch}/rows/to_confirm/",
            f"/exchange/{batch}/rows/rejected/",
        ]
    for url in pages:
        assert_none(client.get(url).content.decode(), numbers, url)
    page = client.get(f"/households/{homes[0]}/").content.decode()
    assert re.search(r"\*\*\*\*\d{3}[\dX]", page)


def test_a_whole_number_needs_a_reason_and_leaves_a_trace(numbers: set[str], inside: Any, models: Any) -> None:
    client, registry = signed_in("county"), models("registry.models")
    with inside(COUNTY):
        person = registry.Person.objects.filter(identity_kind="valid").first()
    url = f"/households/{person.household_id}/reveal/"
    before = len(audited(action="reveal"))
    assert client.post(url, {"person": person.pk, "reason": " "}).status_code in (302, 422)
    assert len(audited(action="reveal")) == before
    page = client.post(url, {"person": person.pk, "reason": "核对医保报销"}).content.decode()
    assert any(n in page for n in numbers)
    entry = audited(action="reveal")[-1]
    assert (entry.kind, entry.object_id, entry.reason) == ("person", str(person.pk), "核对医保报销")
    assert signed_in("city").post(url, {"person": person.pk, "reason": "核对医保报销"}).status_code == 403


def test_found_by_number_but_not_in_the_address(numbers: set[str]) -> None:
    client = signed_in("county")
    number = sorted(numbers)[0]
    answer = client.post("/households/", {"q": number})
    assert answer.status_code == 200
    assert "data-step" in answer.content.decode()
    assert answer.request["QUERY_STRING"] == ""
    assert (
        client.get("/households/", {"q": number}).content.decode().count("data-step") >= 40
    )  # a query string finds nothing


def test_asset_comparisons_only_with_a_signature(inside: Any, models: Any) -> None:
    client, signals = signed_in("county"), models("screening.models").Signal
    with inside(COUNTY):
        signal = signals.objects.filter(signal_class="asset", closed_run__isnull=True).last()
    url = f"/households/{signal.household_id}/"
    page = client.get(url).content.decode()
    assert signal.sentence not in page
    assert "项资产比对结果未显示" in page
    assert "另有资产比对结果未显示" in client.get("/signals/").content.decode()
    answer = client.post(f"{url}change/", {"what": "consent", "on": "2025-10-01", "paper": "测-1"}, follow=True)
    assert "已授权" in answer.content.decode()
    assert signal.sentence in client.get(url).content.decode()
    client.post(f"{url}change/", {"what": "consent_revoked", "on": "2025-10-02"})
    assert signal.sentence not in client.get(url).content.decode()


def test_an_error_page_tells_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from shouwang.registry import queries  # noqa: PLC0415

    def broken(*_: Any) -> None:
        raise RuntimeError("王小芳 230524199001010099")

    client = signed_in("county")
    client.raise_request_exception = False
    monkeypatch.setattr(queries, "households_page", broken)
    answer = client.get("/households/")
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
    assert "王小芳" not in answer.content.decode()


def test_log_lines_have_places_but_no_values() -> None:
    import logging  # noqa: PLC0415

    from shouwang.ui.logs import NoValues  # noqa: PLC0415

    try:
        raise ValueError("230524199001010099")
    except ValueError as error:
        record = logging.LogRecord(
            "x",
            logging.ERROR,
            __file__,
            1,
            "failed %s",
            ("230524199001010099",),
            (type(error), error, error.__traceback__),
        )
    assert NoValues().filter(record)
    text = logging.Formatter().format(record)
    assert "230524199001010099" not in text
    assert "ValueError" in text
    assert "test_log_lines" in text


def test_unmasked_exports_are_declared_and_only_for_their_maker(
    place: Place, post_of: Any, inside: Any, models: Any, numbers: set[str], tmp_path: Path
) -> None:
    exports, documents = models("home.exports"), models("documents.models").Document
    assert [k for k, e in exports.EXPORTS.items() if e.unmasked] == ["national"]
    assert set(models("documents.unmasked").DECLARED) == {"national", "rejects", "matched"}
    client = signed_in("county")
    assert (
        client.post(
            "/exports/", {"kind": "national", "reason": ""}, HTTP_REFERER="http://127.0.0.1/exports/"
        ).status_code
        == 302
    )
    assert audited(action="export_asked") == []
    client.post("/exports/", {"kind": "national", "reason": "导回全国系统"})
    for kind in ("national", "masked", "entry"):
        exports.make_export(kind, post_of("county").pk)
    with inside(COUNTY):
        mine = documents.objects.filter(file_name__regex="^(national|masked|entry)-", made_by=post_of("county").user_id)
        found = {d.title.split(" ")[0]: d for d in mine.order_by("pk")}
    national = next(d for d in found.values() if d.unmasked)
    assert national.expires
    data = client.get(f"/exports/{national.pk}/").content
    path = tmp_path / "national.xlsx"
    path.write_bytes(data)
    sheet = read_sheet(path, "人信息2025")
    assert set(sheet["证件号码"].drop_nulls().str.slice(0, 18).to_list()) >= numbers
    assert signed_in("town1").get(f"/exports/{national.pk}/").status_code == 404
    for document in found.values():
        if not document.unmasked:
            other = tmp_path / f"{document.pk}.xlsx"
            other.write_bytes(client.get(f"/exports/{document.pk}/").content)
            import zipfile  # noqa: PLC0415

            with zipfile.ZipFile(other) as archive:
                assert_none(
                    "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist()),
                    numbers,
                    document.title,
                )
    entry = audited(action="export", object_id="national")[-1]
    assert entry.rows == 400 + 1269
    assert audited(action="unmasked_export", kind="national")[-1].rows == entry.rows
