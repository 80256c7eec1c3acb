"""Mistakes in schema files: each a finding on the schema, with its line, or one line that names the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from running import Command

SOUND = """\
title: 样品借用
x-kind: {prefix: LOA, title: 样品借用, title_en: Sample loan, group: customers, category: basic, list: [/subject]}
type: object
additionalProperties: false
required: [subject]
properties:
  subject: {$ref: common.yml#/$defs/line, title: 样品名称, x-en: Sample}
"""

MISTAKES = [
    ("a misspelt keyword", "  lent: {type: string, title: 借出, x-en: Lent, x-personel: true}\n", "schema.file-keyword", 8),
    ("a misspelt standard keyword", "  lent: {type: string, title: 借出, x-en: Lent, maxLenght: 3}\n", "schema.file-keyword", 8),
    ("a type that isn't one", "  lent: {type: text, title: 借出, x-en: Lent}\n", "schema.file-invalid", 8),
    ("no English label", "  lent: {type: string, title: 借出}\n", "schema.file-label", 8),
    ("no Chinese label", "  lent: {type: string, x-en: Lent}\n", "schema.file-label", 8),
    ("a key that YAML reads as false", "  'no': {type: string, title: 号, x-en: Number}\n", "schema.file-key", 8),
    ("a key with a capital", "  Lent: {type: string, title: 借出, x-en: Lent}\n", "schema.file-key", 8),
    ("a reference to no kind", "  lent: {type: string, x-ref: custmer, title: 客户, x-en: Customer}\n", "schema.file-reference", 8),
    ("a derived field that nobody computes", "  lent: {type: string, x-derived: lent_sum, title: 合计, x-en: Sum}\n", "schema.file-reference", 8),
    ("an unknown format", "  lent: {type: string, x-format: dat, title: 借出, x-en: Lent}\n", "schema.file-format", 8),
    ("an unknown standard format", "  lent: {type: string, format: dat, title: 借出, x-en: Lent}\n", "schema.file-invalid", 8),
    ("a pattern without anchors", "  lent: {type: string, pattern: '[0-9]+', title: 借出, x-en: Lent}\n", "schema.file-pattern", 8),
    ("a pattern with a shorthand class", "  lent: {type: string, pattern: '^\\d+$', title: 借出, x-en: Lent}\n", "schema.file-pattern", 8),
    ("a pattern that doesn't compile", "  lent: {type: string, pattern: '^($', title: 借出, x-en: Lent}\n", "schema.file-pattern", 8),
]


def write(root: Path, text: str) -> None:
    (root / "schemas" / "sample-loan.yml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("addition", "code", "line"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_in_a_field_is_a_finding_at_its_line(register_root: Path, mingbu: Command, addition: str, code: str, line: int) -> None:
    write(register_root, SOUND + addition)

    result = mingbu("check", "--format", "json")

    assert result.status == 1
    assert {(item["path"], item["line"], item["code"]) for item in result.json["findings"]} == {("schemas/sample-loan.yml", line, code)}


def test_a_sound_schema_has_no_findings(register_root: Path, mingbu: Command) -> None:
    write(register_root, SOUND)

    assert mingbu("check", "--format", "json").findings == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("category: basic, ", "", "schema.file-category"),
        ("/subject]", "/subjct]", "schema.file-reference"),
        ("category: basic", "category: basic, confidentiality: hidden", "schema.file-reference"),
        ("prefix: LOA", "prefix: CUS", "schema.file-prefix"),
    ],
)
def test_a_mistake_in_the_kind_is_a_finding(register_root: Path, mingbu: Command, old: str, new: str, code: str) -> None:
    write(register_root, SOUND.replace(old, new))

    assert set(mingbu("check", "--format", "json").codes) == {code}


@pytest.mark.parametrize(
    "text",
    ["title: [", "a: 1\n", "[]\n", SOUND.replace("x-kind: {", "x-kind: 3 #"), SOUND + "  subject: {type: string}\n", SOUND.replace("line,", "lyne,")],
    ids=["broken YAML", "no kind", "a list", "a kind that is a number", "a key twice", "a reference to no shape"],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_schema_that_cannot_be_used_is_a_finding_and_other_commands_say_so_in_one_line(
    register_root: Path, mingbu: Command, text: str, lang: str
) -> None:
    write(register_root, text)

    checked, listed = mingbu("--lang", lang, "check", "--format", "json"), mingbu("--lang", lang, "list", "customer")

    assert checked.status == 1
    assert [(item["path"], item["code"]) for item in checked.json["findings"]] == [("schemas/sample-loan.yml", "schema.file-unusable")]
    assert listed.status == 2
    assert listed.err.startswith("mingbu: ") and "sample-loan.yml" in listed.err and listed.err.count("\n") == 1


def test_the_closest_keyword_is_offered(register_root: Path, mingbu: Command) -> None:
    write(register_root, SOUND + MISTAKES[0][1])

    (finding,) = mingbu("check", "--format", "json").json["findings"]

    assert "x-personal" in finding["hint"]


def test_every_keyword_of_the_vocabulary_gives_findings_that_have_words(register_root: Path, mingbu: Command) -> None:
    """A schema may use each keyword of meta.yml; a record that breaks it is a finding, never a crash."""
    fields = {
        "type": ("{type: integer}", '"x"'),
        "const": ("{type: string, const: ja}", '"x"'),
        "enum": ("{type: string, enum: [ja, nein]}", '"x"'),
        "pattern": ("{type: string, pattern: '^[a-c]+$'}", '"x"'),
        "maxLength": ("{type: string, maxLength: 2}", '"xxx"'),
        "minLength": ("{type: string, minLength: 2}", '"x"'),
        "multipleOf": ("{type: integer, multipleOf: 5}", "7"),
        "exclusiveMinimum": ("{type: integer, exclusiveMinimum: 5}", "5"),
        "oneOf": ("{type: string, oneOf: [{maxLength: 1}, {minLength: 3}]}", '"xx"'),
        "not": ("{type: string, not: {const: xx}}", '"xx"'),
        "contains": ("{type: array, items: {type: string}, contains: {const: a}}", '["x"]'),
        "format": ("{type: string, format: date}", '"2026-02-30"'),
        "minimum": ("{type: integer, minimum: 2}", "1"),
        "maximum": ("{type: integer, maximum: 2}", "3"),
        "minItems": ("{type: array, minItems: 2, items: {type: string}}", '["x"]'),
        "maxItems": ("{type: array, maxItems: 1, items: {type: string}}", '["x", "w"]'),
        "uniqueItems": ("{type: array, uniqueItems: true, items: {type: string}}", '["x", "x"]'),
    }
    for keyword, (schema, value) in fields.items():
        write(register_root, SOUND + f"  tried: {schema[:-1]}, title: 试, x-en: Tried}}\n")
        place = register_root / "records/sample-loan/7K/LOA-7K3QXM.yml"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"schema: sample-loan/1\nid: LOA-7K3QXM\nsubject: 试样\ntried: {value}\n", encoding="utf-8")

        (finding,) = mingbu("check", "--format", "json").json["findings"]

        assert (finding["line"], finding["pointer"].split("/")[1]) == (4, "tried"), keyword
        assert finding["code"].startswith("schema.") and finding["message"]


def test_a_schema_may_say_in_standard_words_what_mingbu_adds_by_itself(register_root: Path, mingbu: Command) -> None:
    """$schema, $id, its own schema and id fields, local $defs, unevaluatedProperties, a group of its own."""
    text = """\
$schema: https://json-schema.org/draft/2020-12/schema
$id: https://example.com/sample-loan
title: 样品借用
x-kind: {prefix: LOA, title: 样品借用, title_en: Sample loan, group: service, name: /subject, category: basic, confidentiality: internal}
type: object
required: [schema, id, subject]
unevaluatedProperties: false
$defs:
  level: {type: string, x-enum: {low: [低, Low], high: [高, High]}}
properties:
  schema: {const: sample-loan/1, type: string, title: 模式, x-en: Schema}
  id: {type: string, title: 编号, x-en: ID}
  subject: {type: string, title: 样品, x-en: Sample, x-unique: true}
  level: {$ref: "#/$defs/level", title: 级别, x-en: Level, default: low}
"""
    write(register_root, text)

    made = mingbu("new", "sample-loan", "--set", "subject=余氯仪", "--set", "level=高")
    twice = mingbu("new", "sample-loan", "--set", "subject=余氯仪")

    assert mingbu("check", "--strict").status == 0
    assert made.status == 0
    assert twice.status == 1 and "unique.duplicate" in twice.err
