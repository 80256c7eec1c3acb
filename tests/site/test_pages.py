"""What a reader meets on the pages: working links, one language, values as plain text."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import markup
import pytest
import yaml
from sites import PROJECT, build

import building

CHINESE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's site, as a visitor sees it."""
    target = tmp_path_factory.mktemp("sample") / "site"
    build(PROJECT, target)
    return target


@pytest.fixture(scope="session")
def read(sample_site: Path) -> dict[str, markup.Markup]:
    """Every page of it, read once."""
    site = sample_site.resolve()
    return {path.relative_to(site).as_posix(): markup.read(path.read_text(encoding="utf-8")) for path in pages_of(site)}


def pages_of(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    assert len(found) > 50
    return found


def test_every_internal_link_leads_somewhere(sample_site: Path, read: dict[str, markup.Markup]) -> None:
    """Pages, assets, rows and fragments, in both languages; the page for unknown addresses links from the root."""
    site = sample_site.resolve()

    assert [(name, link) for name, page in read.items() for link in page.links if not leads_somewhere(site, read, name, link)] == []


def leads_somewhere(site: Path, read: dict[str, markup.Markup], name: str, link: str) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or link.startswith("/"):
        return True
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))) if parts.path else name
    if not (site / target).is_file():
        return (site / target / "index.html").is_file()
    return not parts.fragment or target not in read or parts.fragment in read[target].ids | {"__skip", "__toc"}


def test_links_in_the_rows_of_every_table_lead_to_pages(sample_site: Path) -> None:
    files = sorted(sample_site.resolve().rglob("*.rows.json"))
    assert len(files) > 40
    for file in files:
        for row in json.loads(file.read_text(encoding="utf-8"))["rows"]:
            assert (file.parent / row[0]["u"]).is_file()


def test_english_pages_speak_english_and_mark_chinese_values(read: dict[str, markup.Markup]) -> None:
    english = {name: page for name, page in read.items() if name.startswith("en/")}

    assert len(english) > 50
    texts = {(name, text) for name, page in english.items() for text, lang in page.texts if lang != "zh" and CHINESE.search(text)}
    assert {(name, text) for name, text in texts if "无" not in text} == set()


def test_chinese_pages_have_no_english_labels(read: dict[str, markup.Markup]) -> None:
    """No label, heading or help of the English catalogue stands on a Chinese page."""
    words = yaml.safe_load((PROJECT / "tools/mingbu/catalogue/words.yml").read_text(encoding="utf-8"))
    labels = {pair[1] for key, pair in words.items() if key != "argparse" and pair[0] != pair[1] and len(pair[1]) > 3 and "{" not in pair[1]}
    english = {label for label in labels if label != label.lower() or " " in label}  # "open" and "check" are codes and commands too
    for name, page in read.items():
        if not name.startswith("en/") and "guide" not in name.split("/"):
            assert {text for text, _ in page.texts} & english == set(), name


def test_every_page_exists_in_both_languages_and_links_to_its_twin(sample_site: Path) -> None:
    site = sample_site.resolve()
    chinese = {path.relative_to(site).as_posix() for path in pages_of(site) if path.relative_to(site).parts[0] != "en"}
    english = {path.relative_to(site / "en").as_posix() for path in pages_of(site / "en")}
    assert chinese == english
    for name in chinese - {"404.html"}:
        switch = re.search(r'href="([^"]*)" lang="en"', (site / name).read_text(encoding="utf-8"))
        assert switch is not None
        assert posixpath.normpath(posixpath.join(posixpath.dirname(name), switch.group(1))) == f"en/{name}"


def test_no_page_asks_another_host_for_anything(sample_site: Path) -> None:
    for path in pages_of(sample_site.resolve()):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r'<(?:script|img|iframe|source)[^>]*src="(?:https?:)?//', text) == []
        assert re.findall(r'<link[^>]*href="(?:https?:)?//', text) == []


def test_shells_leave_no_trace_in_each_other(sample_site: Path) -> None:
    """A record's page has its own title and no neighbour of the list page whose shell it uses."""
    page = next((sample_site / "customer").glob("CUS-*.html")).read_text(encoding="utf-8")

    assert page.count("<title>") == 1 and "客户名簿 -" not in page.split("</title>")[0]
    assert 'rel="next"' not in page and "mingbu.invalid" not in page and "mingbu:banner" not in page


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} {# x #}",
    "# 标题\n\n| a | b |\n!!! note",
    "[点击](javascript:alert(1))",
    "</script><!--mingbu:banner-->",
    "=cmd|' /C calc'!A0",
    "https://mingbu.invalid/other-language/en",
)


def test_a_hostile_value_is_shown_as_it_is_and_changes_nothing(own_register: Path) -> None:
    """Products that differ in their remarks only: an ordinary sentence, and each of these values."""
    values = ("平常的话", *HOSTILE)
    ids = [f"PRD-{number:06}" for number in range(101, 101 + len(values))]
    for name, value in zip(ids, values, strict=True):
        building.write(own_register, "product", id=name, code=f"HOSTILE-{name}", name="试样", remarks=value)

    build(own_register, own_register / "site")

    plain, *others = [_page_of(own_register / "site/product", name) for name in ids]
    for value, shown in zip(HOSTILE, others, strict=True):
        assert [tag for tag in shown.tags if tag != "br"] == plain.tags, value
        assert shown.links == plain.links, value
        assert [line for line in value.split("\n") if line and line not in [text for text, _ in shown.texts]] == []


def _page_of(folder: Path, name: str) -> markup.Markup:
    """The page, with the record's own id left out."""
    return markup.read((folder / f"{name}.html").read_text(encoding="utf-8").replace(name, "ID"))


def test_the_search_index_finds_records_by_name_and_code(sample_site: Path) -> None:
    index = json.loads((sample_site / "search" / "search_index.json").read_text(encoding="utf-8"))
    entries = {entry["location"]: entry for entry in index["docs"]}
    customer = next((sample_site / "customer").glob("CUS-*.html"))

    entry = entries[f"customer/{customer.name}"]

    assert "\u200b" in entry["title"] and "FAKE" in entry["text"]
