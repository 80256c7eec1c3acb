"""Pages of analysis in a browser: on paper, on a phone, in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Visit

BOARDS = ("index", "composition", "composition-customer", "credit", "watch", "dunning", "classes", "classes-market-position", "routes")


@pytest.fixture
def sheet(visit: Callable[..., Visit]) -> Visit:
    """The first salesperson's sheet with somebody on it."""
    found = visit()
    page = found.go("analysis/routes.html")
    rows = page.locator("tbody tr").all()
    row = next(row for row in rows if row.locator("td").nth(1).inner_text() != "0")
    row.locator("a").first.click()
    page.wait_for_load_state("networkidle")
    return found


def test_a_full_route_sheet_prints_on_one_page_without_navigation(sheet: Visit, tmp_path: Path) -> None:
    """Also with as many customers as the sample's policy puts on a sheet."""
    page = sheet.page
    page.evaluate(
        "() => { const body = document.querySelector('.mb-route tbody'); while (body.rows.length < 12) body.append(body.rows[0].cloneNode(true)); }"
    )
    pdf = page.pdf(path=str(tmp_path / "sheet.pdf"), format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    page.emulate_media(media="print")
    for hidden in (".md-header", ".md-tabs", ".md-sidebar--primary", ".md-footer", ".mb-crumbs", ".mb-print"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".mb-route tbody tr").count() == 12
    assert page.locator(".mb-route td.mb-write").first.bounding_box()["height"] > 40  # type: ignore[index]


@pytest.mark.parametrize("folder", ["", "en/"])
def test_pages_of_analysis_fit_a_phone_and_their_words_stay_legible(visit: Callable[..., Visit], folder: str) -> None:
    found = visit(width=390)
    for name in BOARDS:
        page = found.go(f"{folder}analysis/{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        sizes = page.evaluate("[...document.querySelectorAll('.mb-chart text')].map(text => parseFloat(getComputedStyle(text).fontSize))")
        assert all(size >= 11 for size in sizes), name
        outside = page.evaluate(
            "[...document.querySelectorAll('.mb-chart')].flatMap(svg => { const box = svg.getBoundingClientRect();"
            " return [...svg.querySelectorAll('rect, text')].map(part => part.getBoundingClientRect())"
            ".filter(part => part.left < box.left - 12 || part.right > box.right + 12).length })"
        )
        assert sum(outside) == 0, name
    assert found.errors == [] and found.foreign == []


def test_charts_can_be_told_from_the_ground_in_the_dark(visit: Callable[..., Visit]) -> None:
    for scheme in ("light", "dark"):
        page = visit(scheme=scheme).go("analysis/index.html")
        fills = page.evaluate("[...new Set([...document.querySelectorAll('.mb-c-now, .mb-c-over')].map(bar => getComputedStyle(bar).fill))]")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert fills and all(contrast(fill, ground) >= 3 for fill in fills if fill.startswith("rgb"))


def contrast(one: str, other: str) -> float:
    """As WCAG has it."""
    first, second = sorted((luminance(one), luminance(other)))
    return (second + 0.05) / (first + 0.05)


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_why_a_limit_is_what_it_is_opens_on_a_click(visit: Callable[..., Visit]) -> None:
    found = visit()
    page = found.go("analysis/credit.html")
    page.locator("#limits").locator("xpath=..").locator("tbody a").first.click()
    page.wait_for_load_state("networkidle")
    panel = page.locator("#explain-limit")

    assert not panel.locator("table").first.is_visible()
    panel.locator("summary").click()
    assert panel.locator("table").first.is_visible()
    assert found.errors == []
