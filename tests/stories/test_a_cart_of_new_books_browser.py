"""A cart of new books at the cataloguing desk: number taken, copies registered in one go, labels printed, one given to a branch, an old
one withdrawn; all by hand in a browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from catalog.labels import FontMissing, find_font
from tests.conftest import missing
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PASSWORD, make_bib
from tests.stories.conftest import Visitors


def needs_printer() -> None:
    try:
        find_font()
    except FontMissing:
        missing("no Chinese font is installed (fonts-noto-cjk)")
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        missing("zbarimg and pdftoppm are not installed (zbar-tools, poppler-utils)")


def scanned(pdf: Path) -> list[str]:
    subprocess.run(["pdftoppm", "-r", "300", "-png", pdf.name, "page"], cwd=pdf.parent, check=True)
    pages = [path.name for path in pdf.parent.glob("page*.png")]
    told = subprocess.run(
        ["zbarimg", "-q", "--raw", *pages], cwd=pdf.parent, capture_output=True, text=True, check=True
    )
    return sorted(told.stdout.split())


@pytest.mark.zbar
def test_a_cart_of_new_books(desk: Desk, visitors: Visitors, tmp_path: Path) -> None:
    needs_printer()
    bib_id = desk.write(lambda s: make_bib(s, "人生", class_number="I247.57"))
    desk.staffed(("hub_librarian", desk.county.hub))
    page = visitors()
    page.goto("/login")
    page.fill("[name=login]", "wang")
    page.fill("[name=secret]", PASSWORD)
    page.locator("main form button").click()

    page.goto(f"/bibs/{bib_id}")
    page.get_by_role("link", name="登记多册").click()
    page.get_by_label("第一个条码").fill("B0001")  # a slip: it is another book's
    page.get_by_label("册数").fill("3")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("B0001：已属于《")
    page.get_by_label("第一个条码").fill("N0001")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("body")).to_contain_text("已登记 3 册")
    expect(page.locator("#f-barcodes")).to_have_value("N0001\nN0002\nN0003")

    # What the button would send; a browser without a window has no viewer to read the PDF from.
    form = page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
    answer = page.request.post("/stock/labels", form=form)
    assert answer.headers["content-type"] == "application/pdf"
    (tmp_path / "labels.pdf").write_bytes(answer.body())
    assert scanned(tmp_path / "labels.pdf") == ["N0001", "N0002", "N0003"]

    page.goto("/stock/change")
    page.locator("#f-barcodes").fill("N0003\n")
    page.get_by_label("所属馆").select_option("CG")
    page.locator("#f-shelf").fill("新书架")
    page.get_by_role("button", name="先看看会怎样").click()
    expect(page.locator("main table")).to_contain_text("城关总馆 → 城关分馆")
    page.get_by_role("button", name="修改这些").click()
    expect(page.locator("main")).to_contain_text("已修改 1")

    page.goto("/items/B0001")
    page.get_by_role("link", name="剔旧").click()
    page.get_by_label("原因").fill("破损")
    page.get_by_role("button", name="先看看会怎样").click()
    page.get_by_role("button", name="剔旧 (1)").click()
    expect(page.locator("main h1")).to_have_text("剔旧清单")
    page.get_by_role("button", name="撤销").first.click()
    expect(page.locator("main table")).to_contain_text("已撤销")
    page.goto("/items/N0003")
    expect(page.locator("main")).to_contain_text("I247.57/1")
    expect(page.locator("main")).to_contain_text("城关分馆")
