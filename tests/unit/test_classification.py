"""`mingbu classify`: each axis from its own facts, with the facts and the line of the policy that gave it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

import building
from building import ABSENT, ACTIVE, BOSS, NOT_RATED, PROSPECT
from chinese import CHINESE, not_a_value
from mingbu import yamlio
from mingbu.schema import inputs
from running import Command

POLICY = "records/policy/classification/2024-01-01.yml"
ID = "classification/2024-01-01"
AXES = ["time_series", "trade_stage", "nature", "market_position", "lifecycle", "rank", "route_order"]
OTHER = "CUS-000004"


@pytest.fixture
def root(register_root: Path) -> Path:
    """The sound register under the sample's policy of classification; who hasn't traded says so."""
    shutil.copy(building.PROJECT / POLICY, register_root / POLICY)
    for customer in (PROSPECT, NOT_RATED):
        building.edit(register_root, "customer", customer, time_series="future")
    return register_root


def policy(root: Path) -> dict[str, Any]:
    data, faults = yamlio.read((root / POLICY).read_bytes())
    assert data is not None
    assert not faults
    return data


def sell(root: Path, number: int, *lines: tuple[str, str, str]) -> None:
    """(customer, day, amount) of one department and month each."""
    rows = [{"customer": customer, "product": "PRD-000001", "date": day, "quantity": 1, "amount": amount} for customer, day, amount in lines]
    month = lines[0][1][:7]
    building.write(root, "sales", id=f"SAL-00001{number}", department="DEP-000003", part=number, month=month, lines=rows)


def axes(mingbu: Command, *arguments: str) -> dict[str, dict[str, Any]]:
    result = mingbu(*arguments, "--format", "json")
    assert (result.status, result.err) == (0, "")
    found: dict[str, dict[str, Any]] = result.json["axes"]
    return found


def of_facts(root: Path, mingbu: Command, *arguments: str, **facts: Any) -> dict[str, Any]:
    """Axis → value of the facts."""
    building.write_text(root, "facts.yml", yamlio.dump({"as_of": "2026-11-01", **facts}))
    return {axis: found["value"] for axis, found in axes(mingbu, "classify", "--facts", "facts.yml", *arguments).items()}


# --- facts


EXAMPLES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("first trade a year ago to the day", {"first_trade_on": "2025-11-01"}, {"time_series": "new", "trade_stage": "past"}),
    ("and a day before that", {"first_trade_on": "2025-10-31"}, {"time_series": "old"}),
    ("no trade at all", {}, {"time_series": "future", "trade_stage": "future", "lifecycle": "potential", "market_position": None}),
    ("a dealing half a year ago to the day", {"dealings": ["2026-05-01"]}, {"trade_stage": "ongoing", "lifecycle": "existing", "time_series": "new"}),
    ("and a day before that", {"dealings": ["2026-04-30"]}, {"trade_stage": "past", "lifecycle": None}),
    (
        "the last trade is a dealing",
        {"first_trade_on": "2020-01-01", "last_trade_on": "2026-10-01"},
        {"trade_stage": "ongoing", "time_series": "old"},
    ),
    ("stopped for a reason", {"last_trade_on": "2025-03-01", "stopped_reason": "complaint"}, {"lifecycle": "stagnant"}),
    ("a first trade that is still to come", {"first_trade_on": "2026-11-02"}, {"time_series": "future", "trade_stage": "future"}),
    ("visited, and the need confirmed", {"visits": ["2026-10-12"], "need_confirmed_by": "高望岳"}, {"lifecycle": "target"}),
    ("visited only", {"visits": ["2026-10-12"]}, {"lifecycle": "potential"}),
    ("a visit that is still to come", {"visits": ["2026-11-02"], "need_confirmed_by": "高望岳"}, {"lifecycle": "potential"}),
    ("four percent of sales", {"sales_share": "4"}, {"market_position": "key"}),
    ("a little less", {"sales_share": "3.9999"}, {"market_position": "general"}),
    ("a little less than half a percent", {"sales_share": "0.4999", "sales_amount": "0.01"}, {"market_position": "scattered"}),
    ("what a person says it is", {"nature": "partner"}, {"nature": "partner", "rank": None, "route_order": None}),
]


@pytest.mark.rule("B3", "B4", "B8", "B10", "F1", "F2", "F3", "F4")
@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in EXAMPLES], ids=[row[0] for row in EXAMPLES])
def test_any_facts_are_classed_by_the_policy(root: Path, mingbu: Command, facts: dict[str, Any], expected: dict[str, Any]) -> None:
    found = of_facts(root, mingbu, **facts)

    assert list(found) == AXES
    assert {axis: found[axis] for axis in expected} == expected


@pytest.mark.parametrize("number", range(5))
def test_the_examples_of_the_policy_come_out_as_they_say(root: Path, mingbu: Command, number: int) -> None:
    example = policy(root)["examples"][number]

    found = of_facts(root, mingbu, **example["facts"])

    assert {axis: found[axis] for axis in example["result"]} == example["result"]


def test_facts_may_be_json_and_say_which_schema_they_keep_to(root: Path, mingbu: Command) -> None:
    building.write_text(root, "facts.json", '{"schema": "classify-facts/1", "as_of": "2026-11-01", "sales_share": 5, "planned": null}')

    found = mingbu("classify", "--facts", "facts.json", "--format", "json").json

    assert found["axes"]["market_position"]["value"] == "key"
    assert (found["id"], found["name"], found["as_of"]) == (None, None, "2026-11-01")


BAD = [
    ("as_of: 2026-13-01\n", ["1:1 as_of"]),
    ("first_trade_on: \"2026-01-01\"\n", ["1:1 as_of"]),
    ("as_of: \"2026-11-01\"\nnature: partnr\ndealings:\n  - \"2026-02-30\"\n", ["2:1 nature", "4:5 dealings.0"]),
    ("as_of: \"2026-11-01\"\nsales_share: \"much\"\nunknown: 1\n", ["2:1 sales_share", "3:1 unknown"]),
    ("{\"as_of\": \"2026-11-01\", \"sales_share\": 0.5}", ["1:"]),
    ("as_of: [\n", [""]),
    ("", ["1:"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "starts"), BAD, ids=[row[0][:20] for row in BAD])
def test_what_is_wrong_with_facts_is_said_by_line_and_field(root: Path, mingbu: Command, text: str, starts: list[str]) -> None:
    building.write_text(root, "facts.yml", text)

    for lang in ("zh", "en"):
        result = mingbu("--lang", lang, "classify", "--facts", "facts.yml")

        assert (result.status, result.out) == (1, "")
        lines = result.err.splitlines()
        assert len(lines) == len(starts)
        assert all(line.startswith(f"facts.yml:{start}") for line, start in zip(lines, starts, strict=True)), lines
        assert lang == "zh" or not CHINESE.search(result.err)


def test_codes_of_a_facts_file_are_those_of_the_register() -> None:
    fields = inputs.kind("classify-facts").schema["properties"]

    assert fields["nature"]["x-enum"] == building.SCHEMAS.codes["customer_nature"]
    assert fields["previous_lifecycle"]["x-enum"] == building.SCHEMAS.codes["lifecycle"]


def test_the_facts_of_a_file_are_those_that_policies_may_give_examples_of() -> None:
    asked = building.SCHEMAS.kinds["policy-classification"].by_pointer["/examples/*/facts"].node["properties"]

    assert list(inputs.kind("classify-facts").schema["properties"]) == list(asked)


# --- customers


@pytest.mark.rule("B3", "B4", "B10", "F3")
def test_a_customer_is_classed_by_its_sales_and_each_value_says_why(root: Path, mingbu: Command) -> None:
    """Of 100,000.00 in twelve months, 4,000.00 went to OTHER: four percent exactly, returns taken off; what is older doesn't count."""
    building.write(root, "customer", id=OTHER, short_name="竹心泵业", first_trade_on="2024-05-06", market_position="general")
    sell(root, 2, (OTHER, "2025-11-20", "5000.00"))
    sell(root, 3, (OTHER, "2025-11-19", "70000.00"))
    sell(root, 4, (OTHER, "2026-09-02", "-1000.00"), (ACTIVE, "2026-09-03", "24000.00"))

    found = axes(mingbu, "classify", OTHER)

    assert list(found) == [*AXES, "completeness"]
    assert found["market_position"] == {
        "value": "key",
        "declared": "general",
        "derived": "key",
        "because": [
            "填写：一般客户",
            "按事实推定：主力客户（销售占比达 4%）",
            "销售占比（%） 4，不低于 4",
            "两者不一致，以按事实推定为准",
        ],
        "policy": f"{ID} /axes/3/rules/0",
    }
    assert found["trade_stage"]["value"] == "past", "a return is no dealing, and 2025-11-20 is longer ago than half a year"
    assert "交易日期：2024-05-06、2025-11-19、2025-11-20" in found["trade_stage"]["because"]
    assert found["nature"]["policy"] == f"{ID} /axes/2"


@pytest.mark.rule("B10")
def test_where_no_rule_holds_it_is_said_what_was_against_each(root: Path, mingbu: Command) -> None:
    found = axes(mingbu, "--lang", "en", "classify", PROSPECT)["market_position"]

    assert (found["value"], found["derived"], found["policy"]) == (found["declared"], None, f"{ID} /axes/3")
    assert found["because"][1] == "no rule of the policy holds"
    assert "Occasional: sales 0.00, must be above 0" in found["because"]
    assert len(found["because"]) == 2 + len(policy(root)["axes"][3]["rules"])


@pytest.mark.rule("F2")
def test_a_target_is_a_customer_that_was_visited_and_whose_need_somebody_approved(root: Path, mingbu: Command) -> None:
    card = building.edit(root, "customer", PROSPECT, lifecycle="target")
    building.write(root, "visit-report", id="VIS-000002", lines=[{**building.MINIMAL["visit-report"]["lines"][0], "customer": PROSPECT}])

    before = axes(mingbu, "classify", PROSPECT)["lifecycle"]
    building.approve(root, card, "target-customer", by=BOSS, role="branch_manager", at="2026-11-19T10:00:00+08:00")
    after = axes(mingbu, "classify", PROSPECT)["lifecycle"]

    assert (before["derived"], before["value"], after["derived"]) == ("potential", "potential", "target")
    assert "需求核定人：高望岳" in after["because"]
    assert axes(mingbu, "--on", "2026-11-17", "classify", PROSPECT)["lifecycle"]["derived"] == "potential", "neither had happened yet"


@pytest.mark.rule("F4")
def test_a_stagnant_customer_is_told_with_its_reason(root: Path, mingbu: Command) -> None:
    building.edit(root, "customer", ACTIVE, lifecycle="stagnant", stagnation_reason="complaint")

    found = axes(mingbu, "--on", "2027-06-01", "classify", ACTIVE)["lifecycle"]

    assert (found["value"], found["declared"]) == ("stagnant", "stagnant")
    assert "停止交易原因：客诉" in found["because"]


@pytest.mark.rule("B11", "B18")
def test_the_policy_says_whether_people_or_facts_decide(root: Path, mingbu: Command) -> None:
    data = policy(root)
    data["axes"][0]["source"] = "declared"
    building.write_text(root, "mine.yml", yamlio.dump(data))
    building.edit(root, "customer", ACTIVE, time_series="new")

    by_facts, by_people = (axes(mingbu, "classify", ACTIVE, *option)["time_series"] for option in ((), ("--policy", "mine.yml")))

    assert [(found["value"], found["declared"], found["derived"]) for found in (by_facts, by_people)] == [
        ("old", "new", "old"),
        ("new", "new", "old"),
    ]
    assert by_people["because"][-1] == "两者不一致，以填写为准"


def test_a_policy_of_ones_own_is_judged_before_it_is_used(root: Path, mingbu: Command) -> None:
    data = policy(root)
    data["axes"][0]["rules"][1]["value"] = "fresh"
    data["axes"][1]["rules"][0]["when"][0]["fact"] = "deals"
    building.write_text(root, "mine.yml", yamlio.dump(data))

    wrong = mingbu("classify", ACTIVE, "--policy", "mine.yml")
    other = mingbu("classify", ACTIVE, "--policy", "records/policy/credit/2024-01-01.yml")

    places = [line.split()[0].removeprefix("mine.yml:") for line in wrong.err.splitlines()[::2]]
    lines = yamlio.dump(data).splitlines()
    said = [number for number, line in enumerate(lines, 1) if line.strip() in {"- value: fresh", "- fact: deals"}]
    assert wrong.status == 1 and [int(place.split(":")[0]) for place in places] == said and len(said) == 2
    assert other.status == 1 and "policy-classification/1" in other.err


@pytest.mark.rule("B8", "B18")
def test_the_card_shows_one_line_an_axis_and_explains_when_asked(root: Path, mingbu: Command) -> None:
    short, long = mingbu("classify", ACTIVE), mingbu("--lang", "en", "classify", ACTIVE, "--explain")

    assert short.out.splitlines()[:3] == [f"{ACTIVE} 松墨阀门  客户分类（截至 2026-11-20）", "  时间序列：老客户 ≠", "  交易过程：正在进行交易"]
    assert len(short.out.splitlines()) == 1 + len(AXES) + 1
    assert f"    by: {ID} /axes/0/rules/2" in long.out.splitlines()
    assert not_a_value(long.out, root) == set()


def test_all_customers_that_are_kept_up_stand_in_a_table(root: Path, mingbu: Command) -> None:
    building.edit(root, "customer", NOT_RATED, status="disposed", ended_on="2026-01-05", ended_reason="dissolved", lifecycle=ABSENT)

    listed, shown = mingbu("classify", "--format", "json").json, mingbu("classify").out.splitlines()

    assert [row["id"] for row in listed["customers"]] == [ACTIVE, PROSPECT]
    assert [row["differs"] for row in listed["customers"]] == [["time_series", "market_position"], []]
    assert listed["customers"][0]["axes"]["route_order"] == 1
    assert len(shown) == 1 + 2 + 1
    assert "老客户 ≠" in shown[1]
    assert shown[-1] == "共 2 位客户，1 位的填写与推定不一致（标 ≠）"
    assert axes(mingbu, "classify", NOT_RATED)["rank"]["value"], "asked for by its number, it is classed"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["CUS-ZZZZZZ"], 1),
        (["PRD-000001"], 1),
        ([ACTIVE, "--facts", "f.yml"], 2),
        (["--explain"], 2),
        (["--facts", "none.yml"], 2),
        (["--facts", "."], 2),
    ],
    ids=str,
)
def test_what_cannot_be_classed_is_one_line(root: Path, mingbu: Command, arguments: list[str], status: int) -> None:
    for lang in ("zh", "en"):
        result = mingbu("--lang", lang, "classify", *arguments)

        assert (result.status, result.out, len(result.err.splitlines())) == (status, "", 1)


def test_before_there_was_a_policy_nothing_can_be_said(root: Path, mingbu: Command) -> None:
    result = mingbu("--on", "2023-12-31", "classify")

    assert (result.status, result.out, len(result.err.splitlines())) == (1, "", 1)


def ask(root: Path, fact: str, **test: Any) -> None:
    """The trade stage asks of one fact only."""
    data = policy(root)
    data["axes"][1]["rules"] = [{"value": "future", "when": [{"fact": fact, **test}]}]
    building.write_text(root, "mine.yml", yamlio.dump(data))


def answer(mingbu: Command, customer: str, *arguments: str) -> bool:
    return axes(mingbu, *arguments, "classify", customer, "--policy", "mine.yml")["trade_stage"]["derived"] == "future"


@pytest.mark.rule("B4")
def test_trade_is_planned_while_a_case_or_an_opening_of_the_company_is_open(root: Path, mingbu: Command) -> None:
    ask(root, "planned", **{"is": True})
    assert not answer(mingbu, PROSPECT)

    case = building.write(root, "case", id="CAS-000002", company_name="云栖电机有限公司", submitted_at="2026-11-16T08:00:00+08:00")
    assert answer(mingbu, PROSPECT)
    assert not answer(mingbu, PROSPECT, "--on", "2026-11-15")
    case.unlink()
    assert not answer(mingbu, PROSPECT)

    building.write(root, "trade-opening", uscc="91330106FAKE00021X", legal_name="云栖电机有限公司")
    assert answer(mingbu, PROSPECT)
    assert not answer(mingbu, NOT_RATED)


@pytest.mark.rule("F3", "F4")
def test_what_a_customer_was_before_is_told_by_its_history(root: Path, mingbu: Command) -> None:
    ask(root, "previous_lifecycle", values=["potential"])
    assert not answer(mingbu, PROSPECT), "it has always been what it is"

    building.edit(root, "customer", PROSPECT, lifecycle="target")
    building.commit_all(root)
    building.edit(root, "customer", PROSPECT, telephone="0571-5550 0199")
    building.commit_all(root)

    assert answer(mingbu, PROSPECT)


@pytest.mark.rule("F3")
def test_notes_on_the_card_are_dealings_only_while_no_sale_is_on_record(root: Path, mingbu: Command) -> None:
    """The sale of 2026-10-12 is what counts from that day on; a later note, of a reminder say, is no dealing."""
    building.edit(root, "customer", ACTIVE, dealings=[{"date": "2026-09-02", "note": "签订合同。"}, {"date": "2026-11-02", "note": "催款。"}])

    before, after = (axes(mingbu, "--on", day, "classify", ACTIVE)["lifecycle"]["because"] for day in ("2026-10-11", "2026-11-20"))

    assert any("2024-03-01、2026-09-02" in text for text in before)
    assert any("2024-03-01、2026-10-12" in text for text in after)


def test_sales_of_a_window_take_its_first_day_and_not_the_one_before(root: Path, mingbu: Command) -> None:
    ask(root, "sales_amount", at_least="72000.01")
    sell(root, 2, (ACTIVE, "2025-11-19", "1.00"))
    assert not answer(mingbu, ACTIVE)

    sell(root, 2, (ACTIVE, "2025-11-20", "0.01"))
    assert answer(mingbu, ACTIVE)


# --- what check says


def disagreeing(mingbu: Command, *arguments: str) -> list[tuple[str, str, str, list[str]]]:
    items = mingbu(*arguments, "check", "--format", "json").json["findings"]
    return [(item["record"], item["pointer"], item["message"], item["rules"]) for item in items if item["code"] == "class.disagrees"]


@pytest.mark.rule("B3", "B10")
def test_check_says_where_a_card_and_the_facts_disagree(root: Path, mingbu: Command) -> None:
    assert disagreeing(mingbu, "--lang", "en") == [
        (
            ACTIVE,
            "/market_position",
            "“Market position” is declared as “General”, by the facts it is “Key”: share of sales (%) 100, at least 4",
            ["B10"],
        ),
        (ACTIVE, "/time_series", "“Time series” is declared as “New”, by the facts it is “Established”: first traded on: 2024-03-01", ["B3"]),
    ]

    building.edit(root, "customer", ACTIVE, time_series="old", market_position="key")

    assert disagreeing(mingbu) == []


@pytest.mark.rule("B3", "B4")
def test_a_customer_that_ended_is_not_compared(root: Path, mingbu: Command) -> None:
    building.edit(root, "customer", ACTIVE, status="past", ended_on="2026-11-01", ended_reason="terminated", lifecycle=ABSENT)

    assert disagreeing(mingbu) == []


@pytest.mark.rule("B3", "B4", "B10")
def test_the_cards_of_the_sample_agree_with_its_facts(mingbu: Command) -> None:
    assert disagreeing(mingbu, "-C", str(building.PROJECT)) == []


@pytest.mark.rule("B10", "B18")
def test_the_report_counts_customers_and_sales_by_class(root: Path, mingbu: Command) -> None:
    tables = {table["name"]: table for table in mingbu("report", "classification", "--format", "json").json["tables"]}

    assert list(tables) == [*AXES[:-1], "stagnant", "disagreements"]
    assert tables["market_position"]["rows"] == [
        {"value": "主力客户", "customers": 1, "sales": "72000.00"},
        {"value": "一般客户", "customers": 2, "sales": "0.00"},
        {"value": "零散客户", "customers": 0, "sales": "0.00"},
    ]
    assert tables["market_position"]["totals"] == {"customers": 3, "sales": "72000.00"}
    assert [(row["customer"], row["declared"], row["derived"]) for row in tables["disagreements"]["rows"]] == [
        (ACTIVE, "新客户", "老客户"),
        (ACTIVE, "一般客户", "主力客户"),
    ]


@pytest.mark.rule("F4")
def test_the_report_lists_stagnant_customers_by_cause(mingbu: Command) -> None:
    """In the sample: each customer that is declared stagnant, the causes in the order of their list."""
    found = mingbu("-C", str(building.PROJECT), "report", "classification", "--format", "json").json
    [table] = [table for table in found["tables"] if table["name"] == "stagnant"]

    cards = {
        row["id"]: row
        for row in mingbu("-C", str(building.PROJECT), "list", "customer", "--where", "lifecycle=stagnant", "--format", "json").json["rows"]
    }
    active = {customer for customer, row in cards.items() if row["status"] == "active"}
    causes = [pair[0] for pair in building.SCHEMAS.codes["stagnation_reason"].values()]
    order = [causes.index(row["reason"]) for row in table["rows"]]
    assert len(active) > 3 and {row["customer"] for row in table["rows"]} == active
    assert order == sorted(order) and all(row["last"] < "2026-05-20" for row in table["rows"])
