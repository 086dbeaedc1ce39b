"""Processes are killed, the disk is wiped, the server is one's own: nothing is lost, nothing is doubled."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shouwang.config.database import server
from tests.drills.browser import browser, new_page, sign_in
from tests.drills.site import COUNTY, Site
from tests.platform.sheets_plain import HEADER

pytestmark = pytest.mark.slow
ROWS = 24_000


def large_sheet(site: Site, path: Path) -> Path:
    """Many bills of many people, by name and village: an import that takes a while."""
    import csv  # noqa: PLC0415

    people = site.sql(
        "SELECT p.name, h.town || h.village FROM registry_person p JOIN registry_household h ON h.id = p.household_id ORDER BY p.id"
    )
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(HEADER)
        for n in range(ROWS):
            name, where = people[n % len(people)]
            out.writerow([n, name, "", where, f"2025-{1 + n % 9:02d}-{1 + n % 28:02d}", f"{n}.{n % 100:02d}"])
    return path


def hand_in(page: Any, site: Site, path: Path) -> int:
    """Upload and confirm; gives the batch."""
    page.goto(f"{site.address}/exchange/")
    page.set_input_files("input[type=file]", str(path))
    page.wait_for_selector("text=这是什么", timeout=60_000)
    batch = int(page.url.rstrip("/").rsplit("/", 1)[1])
    page.select_option("#kind", "med_oop")
    page.click("text=确认并导入")
    return batch


def assert_whole(site: Site, batch: int, rows: int) -> None:
    """Every row once, every linked row one fact, counts that add up."""
    (counts,) = site.sql(
        f"SELECT rows_in, linked + to_confirm + unmatched + rejected, state FROM exchange_batch WHERE id = {batch}"
    )
    assert counts == (rows, rows, "done")
    assert site.sql(f"SELECT count(*), count(DISTINCT (sheet, row)) FROM exchange_row WHERE batch_id = {batch}") == [
        (rows, rows)
    ]
    facts = (
        f"SELECT count(*), count(DISTINCT row_id) FROM exchange_fact WHERE batch_id = {batch} AND retracted_at IS NULL"
    )
    linked = site.sql(f"SELECT count(*) FROM exchange_row WHERE batch_id = {batch} AND status = 'linked'")[0][0]
    assert site.sql(facts) == [(linked, linked)]


def test_a_worker_killed_in_the_middle_of_an_import(site: Site, tmp_path: Path) -> None:
    path = large_sheet(site, tmp_path / "大表.csv")
    with browser() as opened:
        page: Any = new_page(opened)
        sign_in(page, site, "county")
        batch = hand_in(page, site, path)
        site.wait_for(f"SELECT done_rows > 0 FROM exchange_batch WHERE id = {batch}")
    (worker,) = site.processes(r"config\.processes worker")
    os.kill(worker, signal.SIGKILL)
    assert site.process is not None
    site.process.wait(timeout=40)  # the others are stopped, nothing is left half alone
    site.process = None
    site.start()
    site.wait_for(f"SELECT state = 'done' FROM exchange_batch WHERE id = {batch}", seconds=180)
    assert_whole(site, batch, ROWS)


def test_a_database_killed_and_restarted(site: Site, tmp_path: Path) -> None:
    before = site.sql("SELECT count(*), sum(rows_in) FROM exchange_batch WHERE state = 'done'")
    entries = site.sql("SELECT count(*) FROM audit_entry")[0][0]
    pid = int((site.embedded().cluster / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    time.sleep(1)
    assert site.process is not None
    site.process.send_signal(signal.SIGKILL)
    for number in site.processes(r"gunicorn|config\.processes"):
        os.kill(number, signal.SIGKILL)
    site.process.wait()
    site.process = None
    site.start()
    assert site.sql("SELECT count(*), sum(rows_in) FROM exchange_batch WHERE state = 'done'") == before
    assert int(str(site.sql("SELECT count(*) FROM audit_entry")[0][0])) >= int(str(entries))
    assert site.command("audit", "verify").returncode == 0


def test_a_server_killed_in_the_middle_of_a_request(site: Site) -> None:
    batches = site.sql("SELECT count(*) FROM exchange_batch")
    stored = len(list(site.place.uploads.iterdir()))
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    connection.putrequest("POST", "/exchange/upload/")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", "5000000")
    connection.endheaders()
    connection.send(
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n' + b"1,2\n" * 50_000
    )
    for number in site.processes("gunicorn"):
        os.kill(number, signal.SIGKILL)
    assert site.process is not None
    site.process.wait(timeout=40)
    connection.close()
    site.process = None
    site.start()
    assert site.sql("SELECT count(*) FROM exchange_batch") == batches
    assert len(list(site.place.uploads.iterdir())) <= stored + 1


def test_backup_wipe_restore_verify(site: Site, tmp_path: Path) -> None:
    site.command("audit", "seal")
    anchor = sorted(site.place.heads.glob("*.json"))[-1].read_text()
    tables = (
        "registry_household",
        "registry_person",
        "exchange_row",
        "exchange_fact",
        "screening_signal",
        "audit_entry",
        "audit_history",
    )
    counts = {t: site.sql(f"SELECT count(*) FROM {t}") for t in tables}
    backup = tmp_path / "backup.tar"
    site.command("backup", str(backup))
    assert oct(backup.stat().st_mode)[-3:] == "600"
    site.stop()
    kept = tmp_path / "keys"
    shutil.copytree(site.place.keys, kept)
    site.remove()
    shutil.rmtree(site.place.data)
    shutil.rmtree(site.place.keys)
    refused = site.command("restore", str(backup), check=False)
    assert refused.returncode == 2
    assert "没有密钥文件" in refused.stderr
    shutil.copytree(kept, site.place.keys)
    told = site.command("restore", str(backup)).stdout
    assert "全部相符" in told
    (tmp_path / "anchor.json").write_text(anchor)
    site.start()
    assert {t: site.sql(f"SELECT count(*) FROM {t}") for t in tables} == counts
    assert site.command("audit", "verify", "--anchor", str(tmp_path / "anchor.json")).returncode == 0
    assert site.command("restore", str(backup), check=False).returncode == 2  # never over something that is there
    with browser() as opened:
        page: Any = new_page(opened)
        sign_in(page, site, "county")
        page.goto(f"{site.address}/households/1/")
        page.wait_for_selector("text=****")


def test_a_new_key_opens_everything_and_the_old_one_is_out_of_use(site: Site) -> None:
    before = site.sql("SELECT identity FROM registry_person WHERE identity IS NOT NULL ORDER BY id LIMIT 1")
    site.stop()
    assert "第 2 号密钥" in site.command("rotate-key").stdout
    site.start()
    assert site.sql("SELECT identity FROM registry_person WHERE identity IS NOT NULL ORDER BY id LIMIT 1") != before
    assert site.sql("SELECT count(*) FROM registry_person WHERE get_byte(identity, 2) <> 2") == [(0,)]
    with browser() as opened:
        page: Any = new_page(opened)
        sign_in(page, site, "county")
        page.goto(f"{site.address}/households/1/")
        page.wait_for_selector("text=****")
        assert "无法解密" not in page.content()


def test_ctrl_c_stops_everything_that_was_started(site: Site) -> None:
    assert site.stop() == 0
    assert site.processes(r"gunicorn|config\.processes") == []
    assert site.embedded().port() is None
    site.start()


def test_a_site_with_demo_accounts_stays_on_this_machine(site: Site) -> None:
    site.stop()
    refused = site.command("serve", "--listen", f"0.0.0.0:{site.port}", check=False)
    assert refused.returncode == 2
    assert "还有演示账号，不能对外提供服务" in refused.stderr
    site.start()


def test_a_server_of_ones_own_is_an_equal_path(site: Site, tmp_path: Path) -> None:
    """Another installation whose database lies on a server that a URL names."""
    embedded = site.embedded()
    port = embedded.port() or 0
    with psycopg.connect(embedded.url("postgres", "postgres", port), autocommit=True) as admin:
        admin.execute("CREATE ROLE own_owner LOGIN CREATEROLE BYPASSRLS PASSWORD 'o'")
        admin.execute("CREATE ROLE own_web LOGIN PASSWORD 'w'")
        admin.execute("CREATE DATABASE own OWNER own_owner TEMPLATE template0 ENCODING 'UTF8'")
    other = Site(tmp_path / "own")
    urls = {
        "DATABASE_URL": f"postgresql://own_web:w@127.0.0.1:{port}/own",
        "DATABASE_OWNER_URL": f"postgresql://own_owner:o@127.0.0.1:{port}/own",
    }
    os.environ |= urls
    try:
        secrets = site.place.secrets()
        other.place.create()
        mine = other.place.secrets()
        mine["passwords"] |= {
            r: secrets["passwords"][r] for r in ("worker", "public")
        }  # the roles of that server exist already
        other.place.write_secrets(mine)
        other.build()
        assert server(other.place).users["web"][0] == "own_web"
        other.start()
        with browser() as opened:
            page: Any = new_page(opened)
            sign_in(page, other, "county")
            page.wait_for_selector("text=400")
        assert other.stop() == 0
        assert site.embedded().port() == port
    finally:
        for name in urls:
            del os.environ[name]
    assert site.sql(f"SELECT count(*) FROM registry_household WHERE area_code >= '{COUNTY}'") == [(400,)]
