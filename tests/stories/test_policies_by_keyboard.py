"""Policies written, changed and tried out with a keyboard alone, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.stories.barriers import barriers
from tests.stories.conftest import PATIENCE_MS, Visitors, log_in
from tests.stories.keys import Keys
from tests.stories.one_database import database_url as database_url


@pytest.fixture
def root(desk: Desk, visitors: Visitors) -> Keys:
    desk.staffed(("sysadmin", desk.county.network), username="root")
    return Keys(log_in(visitors(), "root"))


@pytest.fixture
def plain(desk: Desk, browser: Browser, address: str) -> Iterator[Keys]:
    """A browser without scripts."""
    desk.staffed(("sysadmin", desk.county.network), username="plain")
    context = browser.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    yield Keys(log_in(context.new_page(), "plain"))
    context.close()


def value_of(desk: Desk, setting: str) -> object:
    return {row.setting: row.value for row in desk.read(lambda s: make_context(s).policies.rows)}.get(setting)


def send(keys: Keys) -> None:
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")


def at(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.name || document.activeElement.id")
    return name


def bands(keys: Keys) -> None:
    """A fine of two bands, the second with a slip of the pen."""
    assert at(keys.page) == "value.0.from_day"
    keys.fill("1", "30", "0.10")
    keys.press("button", "再加一段")
    assert at(keys.page) == "value.1.from_day"
    keys.fill("30", "", "0.20")
    send(keys)


def test_a_schedule_of_fines_is_written_and_changed(root: Keys, desk: Desk) -> None:
    page = root.page
    page.goto("/admin/policies")
    root.press("link", "加一条规则")
    root.press("link", "逾期费（每天）")
    bands(root)
    expect(page.locator("#problem")).to_be_focused()
    wrong = root.to(page.locator("[aria-invalid=true]"))
    expect(wrong).to_have_accessible_description("天 这个值不合适，应为：第 30 天以后，前一段到那天为止。")
    assert barriers(page) == []
    page.keyboard.press("Control+A")
    page.keyboard.type("31")
    send(root)
    root.told("逾期费（每天）：第 1 至 30 天每天 0.10 元；第 31 天起每天 0.20 元。")

    root.press("link", "修改 逾期费")
    root.press("button", "删去 第 1 段")
    assert at(page) == "value.0.from_day"
    expect(page.locator("[name='value.0.from_day']")).to_have_value("31")
    send(root)
    assert value_of(desk, "fine") == [{"from_day": 31, "per_day": "0.20"}]
    root.press("link", "各个版本")
    root.press("link", "第", exact=False)
    expect(page.locator("main")).to_contain_text("第 31 天起每天 0.20 元")


def test_rows_come_and_go_without_scripts(plain: Keys, desk: Desk) -> None:
    plain.page.goto("/admin/policies/new?setting=fine")
    plain.to(plain.page.locator("[name='value.0.from_day']"))
    plain.fill("1", "5", "0.10")
    plain.press("button", "再加一段")
    second = plain.page.locator("[name='value.1.from_day']")
    plain.to(second)
    plain.fill("6", "", "0.20")
    plain.press("button", "再加一段")
    plain.press("button", "删去 第 1 段")
    plain.write("说明", "从第六天起")
    send(plain)
    expect(plain.page.locator("#told")).to_contain_text("第 6 天起每天 0.20 元")
    assert value_of(desk, "fine") == [{"from_day": 6, "per_day": "0.20"}]


def test_quiet_hours_notices_and_limits_are_set(root: Keys, desk: Desk) -> None:
    page = root.page
    page.goto("/admin/policies/new?setting=notice_overdue_days")
    root.to(page.locator("[name='value.2']"))
    page.keyboard.press("Control+A")
    page.keyboard.type("14")
    send(root)
    root.told("第 1、7、14 天")
    page.goto("/admin/policies/new?setting=type_limits")
    root.to(page.locator("[name='value.0.key']"))
    root.choose("文献类型", "工具书")
    root.write("最多", "2")
    send(root)
    root.told("工具书 2 册")
    page.goto("/admin/policies/new?setting=hold_pickup_units")
    root.to(page.get_by_role("checkbox", name="城关分馆"))
    page.keyboard.press("Space")
    root.write("说明", "只在分馆取")
    send(root)
    root.told("可取书的馆点：城关分馆")
    page.goto("/admin/policies/new?setting=suspension")
    root.to(page.locator("[name='value.is']:checked"))
    page.keyboard.press("ArrowUp")  # radio buttons: nothing at all
    expect(page.locator("[name='value.days']")).to_be_hidden()
    page.keyboard.press("Enter")
    root.told("以停借代替逾期费：不停借")
    assert value_of(desk, "suspension") is None
    assert value_of(desk, "hold_pickup_units") == ["CG"]


def test_a_draft_is_made_tried_out_read_and_put_in_force(root: Keys, desk: Desk) -> None:
    desk.check_out()
    page = root.page
    page.goto("/admin/policies")
    root.press("link", "演算草案")
    days = root.to(page.locator("tbody input[type=text]").first)
    expect(days).to_have_accessible_name("借期")
    page.keyboard.press("Control+A")
    page.keyboard.type("14")
    send(root)  # Enter tries out, whatever buttons stand before
    result = page.locator("#result-head")
    expect(result).to_be_focused()
    expect(result).to_have_text("1 笔会不同")
    assert barriers(page) == []

    kind = root.to(page.locator("#result tbody th a").first)  # down to the decisions of this kind
    target = kind.get_attribute("href") or ""
    page.keyboard.press("Enter")
    expect(page.locator(target)).to_be_in_viewport()
    expect(page.locator(target)).to_contain_text("12月7日（周一）前归还")
    root.go("link", "B0001")

    root.open("加一条规则")
    root.choose("设置", "逾期费")
    root.choose("办理馆", "城关分馆")
    root.press("button", "加入草案")
    assert at(page) == "n0-value.0.from_day"
    root.fill("1", "", "0.10")
    send(root)
    expect(result).to_be_focused()
    expect(page.locator("summary", has_text="第 1 天起每天 0.10 元")).to_be_visible()

    root.write("为什么改", "书不够借")
    root.press("button", "把草案保存为现行政策")
    root.told("已生效，第")
    expect(page.locator("main")).to_contain_text("书不够借")
    expect(page.locator("main")).to_contain_text("第 1 天起每天 0.10 元")
    assert value_of(desk, "loan_days") == 14
