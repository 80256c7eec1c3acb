"""Who wrote a value: shown by mouse, keyboard and touch, never printed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import building
from building import PROSPECT
from company import Company
from mingbu.cli import main
from mingbu.site.serve import server

PAGE = f"customer/{PROSPECT}.html"
SAID = "纪晓风 于 2026-11-02 10:00 填写"
CONTACTS = [{"name": name, "title": "工程师"} for name in ("吴", "郑")]


@pytest.fixture(scope="module")
def company_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site of a company with a history is served."""
    company = Company(tmp_path_factory.mktemp("history") / "register")
    building.edit(company.root, "customer", PROSPECT, employee_count=66, contacts=CONTACTS)
    company.commit("按名片更正", at="2026-11-02T10:00:00+08:00")
    shutil.copyfile(building.PROJECT / "mkdocs.yml", company.root / "mkdocs.yml")
    shutil.copytree(building.PROJECT / "docs", company.root / "docs")
    assert main(["-C", str(company.root), "build"]) == 0
    site = server(company.root / "site", 0)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}/"
    site.shutdown()


def opened(browser: Browser, address: str, width: int = 1280, *, touch: bool = False) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 800}, has_touch=touch).new_page()
    page.goto(f"{address}{PAGE}")
    page.wait_for_load_state("networkidle")
    return page


def mark(page: Page, label: str) -> Locator:
    return page.locator(".mb-item", has=page.locator("dt", has_text=label)).locator(".mb-who")


def test_the_mouse_shows_who_wrote_a_value_inside_the_window(browser: Browser, company_address: str) -> None:
    page = opened(browser, company_address)

    for one in (mark(page, "职工人数"), mark(page, "联系人").last):
        expect(one.locator("span")).to_be_hidden()
        one.hover()
        expect(one.locator("span")).to_be_visible()
        expect(one.locator("span")).to_contain_text(SAID)
        box = one.locator("span").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 1280
        at = (box["x"] + 5, box["y"] + box["height"] / 2)
        assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('.mb-who') !== null", list(at)), "nothing cuts it off"
    page.mouse.move(0, 0)
    expect(mark(page, "职工人数").locator("span")).to_be_hidden()


def test_the_keyboard_reaches_it(browser: Browser, company_address: str) -> None:
    page = opened(browser, company_address)
    page.locator("button.mb-print").focus()

    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.mb-item')?.querySelector('dt').textContent.includes('职工人数')"):
            break

    expect(mark(page, "职工人数")).to_be_focused()
    expect(mark(page, "职工人数").locator("span")).to_be_visible()
    page.keyboard.press("Tab")
    expect(mark(page, "职工人数").locator("span")).to_be_hidden()


def test_a_touch_shows_it_and_another_hides_it(browser: Browser, company_address: str) -> None:
    page = opened(browser, company_address, 390, touch=True)

    mark(page, "职工人数").tap()

    expect(mark(page, "职工人数").locator("span")).to_be_visible()
    box = mark(page, "职工人数").locator("span").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("h1").tap()
    expect(mark(page, "职工人数").locator("span")).to_be_hidden()


def test_print_shows_the_timeline_and_no_marks(browser: Browser, company_address: str) -> None:
    page = opened(browser, company_address)

    page.emulate_media(media="print")

    expect(mark(page, "职工人数")).to_be_hidden()
    expect(page.locator(".mb-history")).to_contain_text("按名片更正")
    expect(page.locator(".mb-history")).to_be_visible()


def test_the_timeline_leads_to_who_made_the_commit(browser: Browser, company_address: str) -> None:
    page = opened(browser, company_address)
    page.locator(".mb-jump a", has_text="修订历史").click()

    page.locator(".mb-history").get_by_role("link", name="纪晓风").first.click()

    page.wait_for_url("**/person/PER-000001.html")
