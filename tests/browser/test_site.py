"""What people do on the site, in a real browser."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mingbu.register import open_register

PROJECT = Path(__file__).parents[2]
REGISTER = open_register(PROJECT)
CUSTOMER = next(record for record in REGISTER.of("customer") if record.data.get("legacy_no") == "C0001")

Open = Callable[..., object]

PAGE_TYPES = (
    "index.html",
    "customer/index.html",
    "customer/departments.html",
    "customer/classes.html",
    "customer/suspended.html",
    "customer/past.html",
    f"customer/{CUSTOMER.id}.html",
    "customer/classes-lifecycle-target.html",
    "case/months.html",
    "case/states.html",
    f"case/{REGISTER.of('case')[0].id}.html",
    "credit-file/index.html",
    f"credit-file/{REGISTER.of('credit-file')[0].id}.html",
    f"credit-decision/{REGISTER.of('credit-decision')[0].id}.html",
    "policy-credit/2025-07-01.html",
    f"regulation/{REGISTER.of('regulation')[0].id}.html",
    f"person/{REGISTER.of('person')[0].id}.html",
    f"department/{REGISTER.of('department')[0].id}.html",
    "dictionary/index.html",
    "dictionary/customer.html",
    "dictionary/findings.html",
    "guide/index.html",
)


@pytest.mark.parametrize("language", ["", "en/"])
@pytest.mark.parametrize("page", PAGE_TYPES)
def test_a_page_has_no_errors_asks_no_other_host_and_fits_the_window(visit: Open, page: str, language: str) -> None:
    for width, scheme in ((1280, "light"), (390, "dark")):
        opened = visit(width=width, scheme=scheme)
        shown = opened.go(language + page)

        assert (opened.errors, opened.foreign) == ([], [])
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.locator("h1").count() == 1


def test_the_register_filters_by_class_and_by_words(visit: Open) -> None:
    page = visit().go("customer/index.html")
    rows = page.locator("table.mb-register tbody tr")
    everyone = rows.count()

    page.locator("label", has_text="客户分类").locator("select").select_option(index=1)
    filtered = rows.count()
    page.get_by_role("button", name="清除筛选").click()
    page.get_by_placeholder("名称、代码或拼音").fill("cly")

    assert 0 < filtered < everyone
    expect(rows.filter(has_text=CUSTOMER.data["short_name"])).to_have_count(1)


def test_the_register_sorts_by_amount_as_numbers(visit: Open) -> None:
    page = visit().go("credit-file/index.html")
    header = page.get_by_role("columnheader", name="现行信用限度")

    header.click()
    header.click()

    column = [cell.replace(",", "") for cell in page.locator("table.mb-register tbody tr td:nth-child(4)").all_inner_texts()]
    amounts = [float(cell) for cell in column if cell.strip()]
    assert len(amounts) > 10
    assert amounts in (sorted(amounts), sorted(amounts, reverse=True))


def test_a_customer_is_found_from_home_by_pinyin_initials_and_opened_by_keyboard(visit: Open) -> None:
    page = visit().go("index.html")
    page.get_by_label("查找客户").fill("clyxcl")

    page.get_by_label("查找客户").press("ArrowDown")
    page.get_by_label("查找客户").press("Enter")

    page.wait_for_url(f"**/customer/{CUSTOMER.id}.html")
    expect(page.locator("h1")).to_have_text(CUSTOMER.data["short_name"])


@pytest.mark.parametrize("words", ["岚砚", "clyx", "91330100FAKE00013C"])
def test_the_search_in_the_header_finds_a_customer(visit: Open, words: str) -> None:
    page = visit().go("index.html")
    page.locator("input.md-search__input").click()
    page.locator("input.md-search__input").fill(words)
    page.keyboard.press("Shift")  # an input method ends with a key, which is what the search waits for

    expect(page.locator(f".md-search-result__link[href*='{CUSTOMER.id}']").first).to_be_visible()


def test_the_language_switch_stays_on_the_page(visit: Open) -> None:
    page = visit().go(f"customer/{CUSTOMER.id}.html")

    page.locator(".md-select").hover()
    page.locator(".md-select__link[lang=en]").click()

    page.wait_for_url(f"**/en/customer/{CUSTOMER.id}.html")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("Legal name", exact=True)).to_be_visible()


def test_links_lead_from_the_customer_to_the_credit_file_and_back(visit: Open) -> None:
    page = visit().go(f"customer/{CUSTOMER.id}.html")

    page.locator(".mb-incoming a[href*='credit-file/CRD-']").first.click()
    page.locator(f"dd a[href$='{CUSTOMER.id}.html']").first.click()

    page.wait_for_url(f"**/customer/{CUSTOMER.id}.html")


def test_the_table_is_downloaded_as_csv_that_holds_every_row(visit: Open) -> None:
    page = visit().go("customer/index.html")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()

    raw = Path(waiting.value.path()).read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    shown = json.loads(page.evaluate("fetch('index.rows.json').then((answer) => answer.text())"))["rows"]
    assert raw.startswith(b"\xef\xbb\xbf")
    assert len(rows) == len(shown) + 1


def test_a_printed_card_has_no_controls(visit: Open) -> None:
    page = visit().go(f"customer/{CUSTOMER.id}.html")

    page.emulate_media(media="print")

    for selector in (".mb-links", ".md-header", ".md-sidebar--primary", ".mb-jump"):
        expect(page.locator(selector).first).to_be_hidden()
    expect(page.locator(".mb-banner")).to_be_visible()


def test_the_colour_scheme_follows_the_system(visit: Open) -> None:
    assert visit(scheme="dark").go("index.html").locator("body").get_attribute("data-md-color-scheme") == "slate"
    assert visit(scheme="light").go("index.html").locator("body").get_attribute("data-md-color-scheme") == "default"
