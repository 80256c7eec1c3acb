"""Both languages are complete: every word of ours in Chinese and in English, each key there and used."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import building
from chinese import CHINESE, not_a_value
from mingbu import labels
from mingbu.cli.parser import COMMANDS
from mingbu.findings import Finding, Word
from mingbu.schema.validate import all_formats
from running import Command

PACKAGE = building.PROJECT / "tools" / "mingbu"
WORDS: dict[str, Any] = labels.catalogue("words")
FINDINGS: dict[str, Any] = labels.catalogue("findings")
PLACES = [*sorted(PACKAGE.rglob("*.py")), *sorted(PACKAGE.rglob("*.j2")), *sorted((building.PROJECT / "schemas").glob("*.j2"))]
SOURCES = {path: path.read_text(encoding="utf-8") for path in PLACES}
PAIRS = {key: pair for key, pair in WORDS.items() if key != "argparse"}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", PAIRS)
def test_a_word_stands_in_both_languages(key: str) -> None:
    pair = PAIRS[key]

    assert isinstance(pair, list)
    assert len(pair) == 2
    assert all(isinstance(text, str) and text.strip() for text in pair)
    assert not CHINESE.search(pair[1])
    assert holes(pair[0]) == holes(pair[1])


@pytest.mark.parametrize("code", FINDINGS)
def test_a_finding_has_severity_message_and_hint_in_both_languages(code: str) -> None:
    entry = FINDINGS[code]

    assert set(entry) == {"severity", "zh", "en"}
    assert entry["severity"] in {"error", "warning"}
    assert len(entry["zh"]) == len(entry["en"]) == 2
    assert all(text.strip() for text in [*entry["zh"], *entry["en"]])
    assert all(CHINESE.search(text) for text in entry["zh"])
    assert not any(CHINESE.search(text) for text in entry["en"])
    assert holes("".join(entry["zh"])) == holes("".join(entry["en"]))


def used_keys() -> tuple[set[str], set[str]]:
    """(keys asked for by name, beginnings that a key is put together from) in sources and templates."""
    asked, begun = set(), set()
    for path, text in SOURCES.items():
        call = r"\b(?:word|say|refuse|Word|t)\(" if path.suffix == ".j2" else r"\b(?:word|say|refuse|Word)\("
        asked |= set(re.findall(call + r"\s*[\"']([a-z][a-z0-9.-]*[a-z0-9])[\"']\s*[,)]", text))
        begun |= set(re.findall(r"f[\"']([a-z]+\.[a-z.-]*)\{", text)) | set(re.findall(r"[\"']([a-z]+\.[a-z.-]*)[\"'] [+~]", text))
    return asked, {start for start in begun if not start.startswith("mingbu.")}


def test_every_word_that_is_asked_for_exists() -> None:
    asked, begun = used_keys()

    assert len(asked) > 50
    assert asked - set(PAIRS) == set()
    assert {start for start in begun if not any(key.startswith(start) for key in [*PAIRS, *FINDINGS])} == set()


def test_every_word_is_used() -> None:
    _, begun = used_keys()
    literals = {literal for text in SOURCES.values() for literal in re.findall(r"[\"']([a-z][a-z0-9.-]*)[\"']", text)}

    unused = {key for key in PAIRS if key not in literals and not key.startswith(tuple(begun))}

    assert unused == set()


def test_every_finding_code_of_the_sources_is_in_the_catalogue_and_the_other_way_round() -> None:
    families = "|".join(sorted({code.partition(".")[0] for code in FINDINGS}))
    checks = [text for path, text in SOURCES.items() if path.suffix == ".py" and not {"site", "reports", "outputs"} & set(path.parts)]
    named = {code for text in checks for code in re.findall(rf"[\"']((?:{families})\.[a-z][a-z-]+)[\"']", text)}
    deadlines = yaml.safe_load((building.PROJECT / "records/policy/deadlines/2024-01-01.yml").read_text(encoding="utf-8"))["deadlines"]
    otherwise = set(PAIRS) | {row["what"] for row in deadlines} | {code for code in named if code.endswith((".yml", ".py", ".sig"))}
    by_format = {f"schema.{name}" for name in all_formats(building.SCHEMAS) if ":" not in name}
    by_reader = {f"yaml.{reason}" for reason in ("type", "number-spelling", "range", "character", "not-normalised", "mixed-script")}
    by_keyword = {
        "schema." + name
        for name in ("constant", "pattern", "min-length", "max-length", "min-items", "max-items", "unique-items", "minimum", "maximum")
    }

    assert named - set(FINDINGS) - otherwise == set()
    assert by_format | by_reader | by_keyword <= set(FINDINGS)
    assert set(FINDINGS) - named - by_format - by_reader - by_keyword - {"schema.type", "schema.enum"} == set()


def nodes(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every node of an expanded schema that describes a value."""
    for key, child in node.get("properties", {}).items():
        yield f"{pointer}/{key}", child
        yield from nodes(child, f"{pointer}/{key}")
    if isinstance(node.get("items"), dict):
        yield from nodes(node["items"], f"{pointer}/*")


@pytest.mark.parametrize("name", sorted(building.SCHEMAS.kinds))
def test_every_label_of_a_schema_stands_in_both_languages(name: str) -> None:
    kind = building.SCHEMAS.kinds[name]
    pairs = [("title", kind.title)]
    pairs += [(f"view {view['name']}", (view.get("title"), view.get("title_en"))) for view in kind.views]
    for pointer, node in nodes(kind.schema, ""):
        pairs.append((pointer, (node.get("title"), node.get("x-en"))))
        pairs += [(f"{pointer} section", tuple(node["x-section"]))] if "x-section" in node else []
        if "description" in node or "x-en-description" in node:
            pairs.append((f"{pointer} description", (node.get("description"), node.get("x-en-description"))))

    for what, (zh, en) in pairs:
        assert isinstance(zh, str), what
        assert isinstance(en, str), what
        assert zh.strip(), what
        assert en.strip(), what
        assert not CHINESE.search(en.replace("无", "")), what


@pytest.mark.parametrize("name", sorted(building.SCHEMAS.codes))
def test_every_code_of_a_list_has_a_label_in_both_languages(name: str) -> None:
    for code, pair in building.SCHEMAS.codes[name].items():
        assert len(pair) == 2, code
        assert all(isinstance(text, str) and text.strip() for text in pair), code
        assert not CHINESE.search(pair[1]), code


def test_every_group_of_kinds_is_a_code_of_the_list() -> None:
    groups = {kind.spec["group"] for kind in building.SCHEMAS.kinds.values()}

    assert groups <= set(building.SCHEMAS.codes["kind_group"])


def test_lists_and_cards_in_english_hold_no_chinese_but_values(register_root: Path, mingbu: Command) -> None:
    for kind in sorted(building.SCHEMAS.kinds):
        output = mingbu("--lang", "en", "list", kind)
        assert not_a_value(output.out + output.err, register_root) == set(), kind

        for row in mingbu("list", kind, "--format", "json").json["rows"]:
            card = mingbu("--lang", "en", "show", row["id"])
            assert card.status == 0, row["id"]
            assert not_a_value(card.out, register_root) == set(), row["id"]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_wholly_in_the_language_asked_for(command: str, mingbu_process: Command) -> None:
    arguments = [command, "--help"] if command else ["--help"]

    zh, en = mingbu_process(*arguments), mingbu_process("--lang", "en", *arguments)

    assert zh.status == en.status == 0
    assert not CHINESE.search(en.out)
    assert CHINESE.search(zh.out)
    assert not re.search(r"usage|options:|positional|show this help|default:|optional", zh.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["chek"],
        ["list"],
        ["list", "custmer"],
        ["show", "CUS-ZZZZZZ"],
        ["--on", "x", "check"],
        ["check", "--format", "x"],
        ["check", "nowhere"],
        ["schema", "x"],
        ["check", "--nonsense"],
        ["-C", "nowhere", "check"],
    ],
)
def test_errors_are_wholly_in_the_language_asked_for(arguments: list[str], mingbu_process: Command) -> None:
    zh, en = mingbu_process(*arguments), mingbu_process("--lang", "en", *arguments)

    assert zh.status == en.status > 0
    assert CHINESE.search(zh.err)
    assert not CHINESE.search(en.err)
    assert not re.search(r"invalid|required|choose|argument\b|unrecognized", zh.err)


def test_the_language_may_come_from_the_environment(register_root: Path, mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    records = building.count(register_root)
    monkeypatch.setenv("MINGBU_LANG", "en")

    assert mingbu("check").out == f"{records} records, errors: 0, warnings: 0\n"
    assert mingbu("--lang", "zh", "check").out == f"{records} 份记录，0 个错误，0 个提醒\n"
    assert mingbu("check", "--lang=zh").out == f"{records} 份记录，0 个错误，0 个提醒\n"


def test_a_message_fills_its_holes_in_each_language_and_escapes_what_a_terminal_obeys() -> None:
    finding = Finding("x.yml", 1, 1, "/a", "schema.type", args={"field": ("甲", "A"), "value": "\x1b[2J", "expected": Word("type.string")})

    assert labels.message(finding, "zh") == "“甲”应为 文字，写的是 \\u001b[2J"
    assert labels.message(finding, "en") == "“A” must be text, not \\u001b[2J"
