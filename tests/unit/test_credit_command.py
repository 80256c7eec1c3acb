"""mingbu credit: what-if from a file, a customer, all of them, ageing; and what is refused, in one line each."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_credit_calculation import FIGURES, POLICY, SOUND, facts
from test_credit_gathering import sell, sold, use_sample_policy

import building
from chinese import not_a_value
from mingbu import credit, outputs
from mingbu.credit import Facts
from mingbu.schema import inputs
from running import Command, Result

SAMPLE = str(building.PROJECT / "records/policy/credit/2025-07-01.yml")
GOOD = facts("78/90/70/80", "420000.00", SOUND)
KEYS = [
    "schema", "policy", "score", "score_grade", "capped_by", "grade", "sales_limit", "working_asset_limit", "grade_cap", "z", "limit",
    "terms_days", "status", "steps",
]  # fmt: skip


def tried(mingbu: Command, text: str, *more: str, name: str = "facts.yml") -> Result:
    """What the command says about facts in a file, by the sample's policy."""
    Path(name).write_text(text, encoding="utf-8")
    return mingbu("credit", "--facts", name, "--policy", SAMPLE, *more)


def as_yaml(data: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    return text


@pytest.mark.rule("B20")
@pytest.mark.parametrize("form", ["yml", "json"])
def test_facts_of_a_file_give_the_published_output(mingbu: Command, form: str) -> None:
    text = json.dumps(GOOD) if form == "json" else as_yaml(GOOD)

    told = tried(mingbu, text, "--format", "json", name=f"facts.{form}").json

    assert list(told) == KEYS
    assert Draft202012Validator(outputs.schema("credit")).is_valid(told)
    assert {key: told[key] for key in KEYS[:-1]} == {
        "schema": "mingbu/credit/1", "policy": SAMPLE, "score": "80.30", "score_grade": "AA", "capped_by": [], "grade": "AA",
        "sales_limit": "756000.00", "working_asset_limit": "1300000.00", "grade_cap": "3000000.00", "z": "0.50", "limit": "750000.00",
        "terms_days": 60, "status": "ok",
    }  # fmt: skip
    assert told["steps"][0] == {
        "name": "score",
        "formula": "35% × 78 + 30% × 90 + 20% × 70 + 15% × 80",
        "inputs": GOOD["scores"],
        "result": "80.30",
    }


def test_the_sum_can_be_checked_on_paper(mingbu: Command) -> None:
    text = tried(mingbu, as_yaml(GOOD), "--explain").out
    english = tried(mingbu, as_yaml(GOOD), "--explain", "--lang", "en").out

    assert text.startswith("80.30 分，AA 级，限度 750,000.00，账期 60 天\n")
    for line in (
        "1. 评分 = 财务状况 35% × 78 + 付款习惯 30% × 90 + 经营状况 20% × 70 + 历史与关系 15% × 80 = 80.30",
        "2. 评分等级 = AA（80.30 ≥ 80）",
        "9. 销售法限度 = 月均赊销额 × 账期 ÷ 每月天数 × 限度系数 = 420,000.00 × 60 ÷ 30 × 0.90 = 756,000.00",
        "11. 比率 = 20%（Z 0.50 ≥ 0.31）",
        "15. 取最小：756,000.00、1,300,000.00、3,000,000.00 → 756,000.00",
        "16. 限度 = 756,000.00 按 10,000.00 舍去 = 750,000.00",
    ):
        assert line in text.split("\n")
    assert "最长逾期天数 12" in text and "不适用" in text
    assert english.startswith("score 80.30, grade AA, limit 750,000.00, terms 60 days\n")
    assert not_a_value(english.replace(SAMPLE, ""), Path.cwd()) == set()


def test_a_figure_that_had_to_be_shortened_says_so(mingbu: Command) -> None:
    statements = dict(zip(FIGURES, ("1000000.01", "0.00", "300000.00", "700000.00", "900000.00"), strict=True))
    text = tried(mingbu, as_yaml({**GOOD, "statements": statements}), "--explain").out

    assert "营运资产 = ((流动资产 − 流动负债) + 净资产) ÷ 2 = ((1,000,000.01 − 300,000.00) + 900,000.00) ÷ 2 ≈ 800,000.01" in text
    assert "营运资产法限度 = 比率 × 营运资产 ≈ 25% × 800,000.01 ≈ 200,000.00" in text


def test_caps_and_what_a_person_decides_stand_in_the_first_line(mingbu: Command) -> None:
    capped = tried(mingbu, as_yaml(facts("50/85/65/40", "150000.00", trading_months=5))).out
    referred = tried(mingbu, as_yaml({**GOOD, "statements": {**GOOD["statements"], "net_worth": "-1.50"}})).out

    assert capped.startswith("62.00 分，BB 级，限度 60,000.00，账期 30 天；评分本为 BBB 级，因“交易不足 6 个月”封顶\n")
    assert referred.startswith("80.30 分，AA 级，限度须由人决定（净资产不为正数：-1.50），账期 60 天\n")


def test_whole_numbers_may_stand_without_quotes(mingbu: Command) -> None:
    bare = {**GOOD, "scores": {part: int(score) for part, score in GOOD["scores"].items()}, "average_monthly_credit_sales": 420000}

    assert tried(mingbu, "schema: credit-facts/1\n" + as_yaml(bare), "--format", "json").json["limit"] == "750000.00"


SCORES = GOOD["scores"]


@pytest.mark.parametrize(
    ("changes", "key", "line"),
    [
        ({"scores": {part: SCORES[part] for part in ("financial", "payment", "operation")}}, "scores.history", 2),
        ({"scores": {**SCORES, "payment": "100.5"}}, "scores.payment", 4),
        ({"scores": {**SCORES, "payment": "-1"}}, "scores.payment", 4),
        ({"scores": {**SCORES, "payment": 101}}, "scores.payment", 4),
        ({"scores": {**SCORES, "payment": 90.5}}, "scores.payment", 4),
        ({"scores": {**SCORES, "payment": float("nan")}}, "scores.payment", 4),
        ({"scores": {**SCORES, "payment": True}}, "scores.payment", 4),
        ({"scores": {**SCORES, "looks": "90"}}, "scores.looks", 7),
        ({"scores": []}, "scores", 2),
        ({"as_of": "2026-02-29"}, "as_of", 1),
        ({"average_monthly_credit_sales": "420,000.00"}, "average_monthly_credit_sales", 7),
        ({"average_monthly_credit_sales": "1e5"}, "average_monthly_credit_sales", 7),
        ({"trading_months": -1}, "trading_months", 8),
        ({"trading_months": "40"}, "trading_months", 8),
        ({"dishonest_list": "maybe"}, "dishonest_list", 10),
        ({"statements": {**GOOD["statements"], "inventory": "-1.00"}}, "statements.inventory", 13),
        ({"colour": "red"}, "colour", 17),
        ({"schema": "credit-facts/2"}, "schema", 17),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_its_place(mingbu: Command, changes: dict[str, Any], key: str, line: int) -> None:
    for lang, mark in (("zh", "："), ("en", ": ")):
        result = tried(mingbu, as_yaml({**GOOD, **changes}), "--lang", lang)

        assert (result.status, result.out) == (1, "")
        assert len(result.err.splitlines()) == 1
        assert result.err.startswith(f"facts.yml:{line}:") and f" {key}{mark}" in result.err


@pytest.mark.parametrize(
    "text",
    [
        "", "- 1", "{", "null", "[]", "{}", '{"as_of": 1', "a: b: c", "\ufeffas_of: x", "{'as_of': '2026'}", '{"a":' * 3000, f'{{"a": {"9" * 6000}}}',
        '{"as_of": ' * 480 + "1" + "}" * 480, '{"as_of": "\\ud800"}', '{"\\udfff": 1}',
        '{"as_of": "2026-11-01", "as_of": "2026-11-02"}', "as_of: &a x", "!!python/object:os.system {}", '{"scores": {"financial": Infinity}}',
    ],
)  # fmt: skip
def test_no_text_gives_more_than_lines_of_what_is_wrong(mingbu: Command, text: str) -> None:
    for option in ("--facts", "--ageing", "--policy"):
        Path("odd.yml").write_text(text, encoding="utf-8")
        Path("good.yml").write_text(as_yaml(GOOD), encoding="utf-8")
        more = ["--facts", "good.yml"] if option == "--policy" else ["--policy", SAMPLE]
        result = mingbu("credit", option, "odd.yml", *more)

        assert (result.status, result.out) == (1, "")
        assert result.err.startswith("odd.yml:")


strange = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("1.00") | st.just("2026-11-01"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, *FIGURES, *SCORES, "x"]), inner, max_size=4),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "x"]), strange, max_size=3), st.sampled_from(["credit-facts", "credit-ageing"]))
def test_whatever_stands_in_a_file_is_either_good_or_said_to_be_wrong(changes: dict[str, Any], name: str) -> None:
    start = GOOD if name == "credit-facts" else {"as_of": "2026-11-01", "invoices": [], "sales_per_month": []}
    read = inputs.read(name, json.dumps({**start, **changes}).encode(), credit.as_listed if name == "credit-ageing" else dict)

    assert (read.data is None) == bool(read.faults)
    if read.data is not None:
        found = credit.calculate(POLICY, Facts.of(read.data)).figures() if name == "credit-facts" else credit.aged(POLICY, read.data).figures()
        assert found


def test_the_policy_in_force_on_the_day_of_the_facts_counts_without_a_file(mingbu: Command, register_root: Path) -> None:
    use_sample_policy(register_root)
    Path("facts.yml").write_text(as_yaml(GOOD), encoding="utf-8")
    Path("early.yml").write_text(as_yaml({**GOOD, "as_of": "2019-01-01"}), encoding="utf-8")

    assert mingbu("credit", "--facts", "facts.yml", "--format", "json").json["policy"] == "credit/2026-08-01"
    early = mingbu("credit", "--facts", "early.yml")
    assert (early.status, early.out) == (1, "") and "2019-01-01" in early.err and len(early.err.splitlines()) == 1


def test_a_policy_file_is_judged_before_it_is_used(mingbu: Command, register_root: Path) -> None:
    text = Path(SAMPLE).read_text(encoding="utf-8")
    Path("facts.yml").write_text(as_yaml(GOOD), encoding="utf-8")

    def with_policy(text: str) -> Result:
        Path("policy.yml").write_text(text, encoding="utf-8")
        return mingbu("credit", "--facts", "facts.yml", "--policy", "policy.yml", "--format", "json")

    for wrong, code in (
        (text.replace('financial: "35"', 'financial: "36"', 1), "policy.weights"),
        (text.replace('min_score: "80"', 'min_score: "95"', 1), "policy.grade-order"),
        (text.replace("fact: trading_months", "fact: trading_weeks", 1), "policy.unknown-name"),
        (text.replace('at_least: "0.31"', 'at_least: "3.00"', 1), "policy.order"),
        (text.replace("unit: \"10000.00\"", "unit: 10000.00", 1), "yaml.type"),
        (text.replace("schema: policy-credit/1", "schema: policy-credit/2", 1), "schema.unknown"),
    ):  # fmt: skip
        result = with_policy(wrong)
        assert (result.status, result.out) == (1, ""), code
        assert code in result.err and result.err.startswith("policy.yml:")
    changed = with_policy(text.replace('cap: "3000000.00"', 'cap: "700000.00"', 1).replace('cap: "1500000.00"', 'cap: "600000.00"', 1))
    assert (changed.status, changed.json["limit"]) == (0, "700000.00")
    assert "policy.example" in changed.err, "its examples no longer come out, which is said and hinders no what-if"


def test_a_policy_file_works_where_the_register_has_faults(mingbu: Command, register_root: Path) -> None:
    (register_root / "records/person/00/PER-000003.yml").write_text("name: [\n", encoding="utf-8")
    (register_root / "records/policy/credit/2024-01-01.yml").write_text("weights: 1\n", encoding="utf-8")

    assert tried(mingbu, as_yaml(GOOD), "--format", "json").json["limit"] == "750000.00"


def test_standard_input_stands_for_a_file(mingbu: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(GOOD).encode())))
    assert mingbu("credit", "--facts", "-", "--policy", SAMPLE, "--format", "json").json["grade"] == "AA"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(SAMPLE).read_bytes())))
    Path("facts.json").write_text(json.dumps(GOOD), encoding="utf-8")
    assert mingbu("credit", "--facts", "facts.json", "--policy", "-", "--format", "json").json["policy"] == "-"
    assert mingbu("credit", "--facts", "-", "--policy", "-").status == 2


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("CUS-ZZZZZZ",), 1, "CUS-ZZZZZZ"),
        ((building.CLERK,), 1, building.CLERK),
        ((building.PROSPECT,), 1, "信用档案"),
        ((building.ACTIVE, "--facts", "x.yml"), 2, "--facts"),
        (("--policy", "x.yml"), 2, "--policy"),
        (("--facts", "nowhere.yml"), 2, "nowhere.yml"),
        (("--facts", "records"), 2, "records"),
    ],
)
def test_what_can_not_be_answered_is_refused_in_one_line(mingbu: Command, arguments: tuple[str, ...], status: int, said: str) -> None:
    result = mingbu("credit", *arguments)

    assert (result.status, result.out) == (status, "")
    assert said in result.err and len(result.err.splitlines()) == 1


def test_why_a_file_can_not_be_read_is_said_in_the_language_of_the_rest(mingbu: Command) -> None:
    assert mingbu("credit", "--facts", "records").err == "mingbu: 不能读取 records：是文件夹\n"


@pytest.mark.rule("B20", "E9")
def test_a_customer_is_told_with_what_is_in_force_and_where_the_facts_came_from(mingbu: Command, register_root: Path) -> None:
    use_sample_policy(register_root)
    sell(register_root, sold("2026-01-05", "1200000.00", paid="1200000.00", paid_on="2026-02-01"))
    for statement in (register_root / "records/financial-statement").rglob("*.yml"):
        statement.unlink()

    told = mingbu("credit", building.FILE, "--format", "json").json
    text = mingbu("credit", building.ACTIVE, "--explain").out

    assert list(told) == [*KEYS, "customer", "facts", "sources", "decision"]
    assert Draft202012Validator(outputs.schema("credit")).is_valid(told)
    assert inputs.read("credit-facts", json.dumps(told["facts"]).encode()).faults == []
    assert (told["customer"], told["sources"]["score_sheet"], told["decision"]["id"]) == (building.ACTIVE, building.DECISION, building.DECISION)
    assert text.startswith("松墨阀门（CUS-000001）：78.00 分，BBB 级，限度 70,000.00，账期 30 天；评分本为 A 级，因“没有财务报表”封顶\n")
    assert "现行：A 级，限度 200,000.00，账期 30 天，2026-12-31 到期（CDE-000001）\n" in text
    assert "限度：现行 200,000.00，今日核算 70,000.00\n" in text
    assert "赊销：2026-01-01 至 2026-10-31 共 1 笔，1,200,000.00 ÷ 10 个月 = 120,000.00" in text


def test_the_same_facts_from_the_register_and_from_a_file_give_the_same(mingbu: Command, register_root: Path) -> None:
    use_sample_policy(register_root)
    sell(register_root, sold("2026-01-05", "1200000.00"))
    told = mingbu("credit", building.ACTIVE, "--format", "json").json
    Path("facts.json").write_text(json.dumps(told["facts"]), encoding="utf-8")

    again = mingbu("credit", "--facts", "facts.json", "--format", "json").json

    assert again == {key: told[key] for key in KEYS}


def test_a_customer_under_another_policy(mingbu: Command, register_root: Path) -> None:
    """The small policy in force names no method; the sample's does."""
    sell(register_root, sold("2026-01-05", "1200000.00", paid="1200000.00", paid_on="2026-02-01"))

    assert mingbu("credit", building.ACTIVE, "--format", "json").json["status"] == "refer"
    told = mingbu("credit", building.ACTIVE, "--policy", SAMPLE, "--format", "json").json
    assert (told["policy"], told["status"], told["sales_limit"]) == (SAMPLE, "ok", told["sales_limit"])
    assert mingbu("credit", building.ACTIVE, "--policy", "nowhere.yml").status == 2


def test_without_arguments_every_credit_file_is_listed(mingbu: Command, register_root: Path) -> None:
    use_sample_policy(register_root)
    sell(register_root, sold("2026-01-05", "1200000.00", paid="1200000.00", paid_on="2026-02-01"))

    told = mingbu("credit", "--format", "json").json
    lines = mingbu("--lang", "en", "credit").out.splitlines()

    assert Draft202012Validator(outputs.schema("credits")).is_valid(told)
    assert [(row["credit_file"], row["grade"], row["limit"], row["computed_limit"]) for row in told["rows"]] == [
        (building.FILE, "A", "200000.00", told["rows"][0]["computed_limit"])
    ]
    assert len(lines) == 2 and building.FILE in lines[1] and "200,000.00" in lines[1]


AGEING = """as_of: "2026-11-20"
invoices:
  - {due_on: "2026-12-15", amount: 900000}
  - {due_on: "2026-10-31", amount: "400000.00", paid: "40000.00"}
"""
MONTHS = [f"2026-{month:02}" for month in range(2, 11)]


@pytest.mark.rule("B19", "E8")
@pytest.mark.parametrize("name", ["sales_per_month", "sales", "monthly_sales"])
@pytest.mark.parametrize("listed", [True, False])
def test_ageing_takes_sales_per_month_in_either_spelling(mingbu: Command, name: str, listed: bool) -> None:
    rows = [f'  - {{month: "{month}", amount: "420000.00"}}' if listed else f"  {month}: 420000" for month in MONTHS]
    Path("ageing.yml").write_text(AGEING + f"{name}:\n" + "\n".join(rows) + "\n", encoding="utf-8")

    told = mingbu("--lang", "en", "credit", "--ageing", "ageing.yml", "--policy", SAMPLE, "--format", "json").json

    assert Draft202012Validator(outputs.schema("ageing")).is_valid(told)
    assert told["buckets"][0] == {"label": "Not yet due", "amount": "900000.00", "share": "71.43", "provision": "9000.00"}
    assert sum(Decimal(bucket["share"]) for bucket in told["buckets"]) == 100
    assert list(told.values())[2:] == ["360000.00", "28.57", "19800.00", "90.0", "64.3", "25.7"]


@pytest.mark.parametrize("text", [AGEING + "sales:\n  2026-02: 1\n  2026-02: 2\n", '{"sales": {"2026-02": "1.00", "2026-02": "2.00"}}'])
def test_a_month_of_sales_stands_once(mingbu: Command, text: str) -> None:
    Path("ageing.yml").write_text(text, encoding="utf-8")
    result = mingbu("credit", "--ageing", "ageing.yml", "--policy", SAMPLE)
    assert (result.status, result.out) == (1, "")
    assert "2026-02，只保留一个" in result.err


def test_ageing_in_words(mingbu: Command, register_root: Path) -> None:
    Path("ageing.yml").write_text(AGEING, encoding="utf-8")
    text = mingbu("credit", "--ageing", "ageing.yml", "--policy", SAMPLE).out
    refused = mingbu("credit", "--ageing", "ageing.yml")

    assert "逾期 360,000.00，占 28.57%" in text and "没有销售额" in text and "1,260,000.00" in text
    assert refused.status == 1 and "账龄段" in refused.err
    wrong = AGEING.replace("900000}", "900000.5}") + "sales: {2026-13: 1}\n"
    Path("ageing.yml").write_text(wrong, encoding="utf-8")
    assert [line.split("：")[0] for line in mingbu("credit", "--ageing", "ageing.yml").err.splitlines()] == [
        "ageing.yml:3:36 invoices.0.amount",
        "ageing.yml:5:9 sales",
    ]


def test_the_schemas_of_the_inputs_are_printed(mingbu: Command) -> None:
    for name in inputs.names():
        schema = mingbu("schema", "--input", name).json
        Draft202012Validator.check_schema(schema)
        assert schema["$id"].endswith(f"{name}:1")
    accepts = Draft202012Validator(mingbu("schema", "--input", "credit-facts").json)
    assert accepts.is_valid(GOOD) and accepts.is_valid({"schema": "credit-facts/1", **GOOD})
    assert not accepts.is_valid({**GOOD, "trading_months": -1}) and not accepts.is_valid({**GOOD, "x": 1})
    assert mingbu("schema", "--input", "credit").status == 2
