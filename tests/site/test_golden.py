"""The golden pages: one of each type, in both languages, as they were read and accepted (`make bless`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sites import reader

import building
from mingbu.labels import LANGS
from mingbu.site import pages

GOLDEN = Path(__file__).parent / "golden"
REFERENCE = frozenset({"dictionary/index.html", "dictionary/case.html", "report/potential.html"})
KINDS = frozenset(
    {
        "case",
        "credit-decision",
        "credit-file",
        "customer",
        "department",
        "person",
        "policy-credit",
        "policy-lifecycles",
        "policy-owners",
        "policy-site",
        "product",
        "regulation",
        "trade-opening",
    }
)
"""The kinds whose pages are kept: each way to group, to show a value, to approve, and both templates. The others are built alike."""


def generated(root: Path) -> dict[str, str]:
    """name → text of the first page of every type: home, each view, one group of each view, one record of a kind, a report, the reference."""
    found: dict[str, str] = {}
    for lang in LANGS:
        texts = reader(root, lang)
        for page in pages.all_pages(texts):
            kind, _, name = page.path.rpartition("/")
            if page.path in REFERENCE or not kind or (kind in KINDS and page.path == page.shell):
                found[f"{lang}/{page.path}"] = page.body
            elif kind in KINDS:
                stem = name.split("-")[0]
                found.setdefault(f"{lang}/{kind}/one-{stem.lower() if not stem.isdigit() else 'policy'}.html", page.body)
        rows = dict(pages.rows_files(texts))
        found[f"{lang}/customer/index.rows.json"] = rows["customer/index.rows.json"]
    return found


def numbered(root: Path, text: str) -> str:
    """The page with commits by their number in the history: their ids change with every test case that is in the register."""
    for number, commit in enumerate(building.git(root, "rev-list", "--reverse", "--topo-order", "HEAD").split()):
        text = text.replace(commit, f"commit{number:034d}").replace(commit[:10], f"commit{number:04d}")
    return text


def test_generated_pages_are_the_ones_that_were_accepted(small_register: Path, request: pytest.FixtureRequest) -> None:
    """A change here is a change that readers see: look at it, then `make bless`."""
    found = {name: numbered(small_register, text) for name, text in generated(small_register).items()}

    if request.config.getoption("--bless"):
        for old in [*GOLDEN.rglob("*.html"), *GOLDEN.rglob("*.json")]:
            old.unlink()
        for name, text in found.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_text(text + "\n", encoding="utf-8")

    accepted = {path.relative_to(GOLDEN).as_posix(): path.read_text(encoding="utf-8") for path in GOLDEN.rglob("*.*")}
    assert sorted(found) == sorted(accepted)
    for name, text in found.items():
        assert text + "\n" == accepted[name], name
