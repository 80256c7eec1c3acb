"""The stable interfaces: JSON outputs keep to their published schemas, and editors get schemas that judge like us."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

import building
from mingbu import outputs
from mingbu.reports import REPORTS
from running import Command

CASES = Path(__file__).parents[1] / "cases"
PROJECT = Path(__file__).parents[2]


def keeps_to(name: str, data: object) -> bool:
    schema = outputs.schema(name)
    Draft202012Validator.check_schema(schema)
    return bool(Draft202012Validator(schema, format_checker=FormatChecker()).is_valid(data))


def test_every_output_keeps_to_its_published_schema(register_root: Path, mingbu: Command) -> None:
    sound = mingbu("check", "--format", "json").json
    (register_root / "records/person/00/PER-000003.yml").write_text("name: [\n", encoding="utf-8")
    (register_root / "records/strange").mkdir()
    broken = mingbu("check", "--format", "json").json

    assert keeps_to("check", sound) and keeps_to("check", broken)
    assert broken["findings"] and list(sound) == list(outputs.schema("check")["properties"])
    for kind in building.SCHEMAS.kinds:
        listed = mingbu("list", kind, "--format", "json").json
        assert keeps_to("list", listed), kind
        for row in listed["rows"]:
            shown = mingbu("show", row["id"], "--format", "json").json
            assert keeps_to("show", shown) and list(shown) == list(outputs.schema("show")["properties"])


REPORTED = {
    "diff": [["diff", "HEAD~1", "HEAD"], ["diff", "--as-of", "HEAD", "--as-of", "HEAD~1"]],
    "history": [["history", building.ACTIVE], ["history", "credit/2024-01-01"], ["history", building.CLERK]],
    "review": [["review", "HEAD~1"], ["review", "HEAD~1", "HEAD"]],
    "verify": [["verify"], ["verify", building.OPENING]],
    "trace": [["trace"], ["trace", "D6"], ["trace", "F6"]],
    "dedupe": [["dedupe"], ["dedupe", "--pairs", "pairs.csv"]],
    "complete": [["complete"], ["complete", building.PROSPECT]],
    "due": [["due"], ["due", "--who", building.COMPANY, "--within", "2w"]],
    "due-explain": [["due", "--explain", "case.sign-back", "--from", day] for day in ("2026-09-30", "2026-12-31")],
    "consent": [
        ["consent", building.ACTIVE, "--category", "basic", "--recipient", building.COMPANY, "--purpose", purpose]
        for purpose in ("product_improvement", "marketing")
    ],
    "classify": [["classify", building.ACTIVE], ["classify", building.PROSPECT], ["classify", "--facts", "facts.yml"]],
    "classes": [["classify"]],
    "report": [["report", name] for name in REPORTS],
    "credit": [["credit", building.ACTIVE], ["credit", building.FILE]],
    "credits": [["credit"]],
    "simulate": [["simulate", "records/policy/credit/2024-01-01.yml"], ["simulate", str(PROJECT / "records/policy/credit/2025-07-01.yml")]],
    "submission": [
        ["submit", "credit-analysis", "--period", "2025", "--who", building.COMPANY, "--by", building.BOSS, "--to", building.GROUP, "--dry-run"]
    ],
    "ageing": [["credit", "--ageing", "ageing.yml", "--policy", str(PROJECT / "records/policy/credit/2025-07-01.yml")]],
}
"""Output → commands that print it."""


@pytest.mark.parametrize("name", REPORTED)
def test_what_other_commands_print_keeps_to_its_published_schema(name: str, register_root: Path, mingbu: Command) -> None:
    building.write(register_root, "customer", legal_name="云栖电机厂", short_name="云栖")
    building.write_text(register_root, "ageing.yml", 'as_of: "2026-11-20"\ninvoices: [{due_on: "2026-10-31", amount: 400}]\n')
    building.write_text(register_root, "pairs.csv", "a,b\n云栖电机,云栖电机厂\n甲,乙\n")
    building.write_text(register_root, "facts.yml", 'as_of: "2026-11-01"\nfirst_trade_on: "2026-02-10"\nsales_share: "1.2"\n')
    building.edit(register_root, "customer", building.PROSPECT, lifecycle="target")
    building.write(register_root, "report-note", id="RPN-00000A", report="credit-analysis", period="2025")
    building.commit_all(register_root)

    for arguments in REPORTED[name]:
        for lang in ("zh", "en"):
            printed = mingbu("--lang", lang, *arguments, "--format", "json").json
            assert keeps_to(name, printed), arguments
            assert list(printed) == list(outputs.schema(name)["properties"])


def test_every_output_with_a_schema_is_tried() -> None:
    by_its_own_tests = {"bundle", "notarize"}  # one writes a zip, one takes a git host's reviews

    assert {"check", "list", "show"} | set(REPORTED) | by_its_own_tests == set(outputs.names())


def test_the_schema_of_each_output_is_printed(mingbu: Command) -> None:
    for name in outputs.names():
        assert mingbu("schema", "--output", name).json == outputs.schema(name)
    assert mingbu("schema", "--output", "chek").status == 2


@pytest.mark.parametrize("kind", sorted(building.SCHEMAS.kinds))
def test_the_schema_for_editors_accepts_every_record_of_the_sample(mingbu: Command, kind: str) -> None:
    """Read as any YAML tool reads it: the sample holds nothing that two readers take for two things."""
    schema = mingbu("schema", kind).json
    Draft202012Validator.check_schema(schema)
    folder = PROJECT / "records" / kind.replace("policy-", "policy/")
    files = [PROJECT / "records/register.yml"] if kind == "register" else sorted(folder.rglob("*.yml"))

    assert files
    for file in files:
        errors = list(Draft202012Validator(schema).iter_errors(yaml.safe_load(file.read_text(encoding="utf-8"))))
        assert errors == [], file.name


def test_the_schema_for_editors_refuses_what_forms_and_codes_refuse(mingbu: Command) -> None:
    schema = Draft202012Validator(mingbu("schema", "customer").json)
    sound = building.fields("customer")
    assert schema.is_valid(sound)

    for key, value in (
        ("uscc", "91330106"),
        ("telephone", "0571-CALL"),
        ("region_code", "330"),
        ("website", "http://a.example/"),
        ("established_on", "2024-13-01"),
        ("short_name", "两行\n名称"),
        ("customer_nature", "ordinry"),
        ("credit_grade", "A"),
        ("department", "CUS-000001"),
        ("nickname", "小名"),
    ):
        assert not schema.is_valid(sound | {key: value}), key
