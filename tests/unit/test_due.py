"""mingbu due as people and scripts use it: who owes what, how a day is counted, what is refused."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import building
from building import ABSENT, ACTIVE, BOSS, BRANCH, CLERK, COMPANY, HEAD, KEEPER, OFFICE
from mingbu import outputs, yamlio
from mingbu.cli import main
from mingbu.cli.parser import COMMANDS
from running import Command

DAY = timedelta(days=1)
UNITS = {"working_day": "working", "calendar_day": "calendar", "month": "monthly"}
COUNTS = {"none": 0, "one": 1, "three": 3, "ten": 10, "twenty": 20}


# --- explained


@pytest.fixture(scope="session")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy with a deadline for each way of counting."""
    said = {"title": "试算", "title_en": "Trial", "reading": "试算。", "reading_en": "Trial.", "articles": ["D6"]}
    rows = [{"what": f"{name}.{word}", "count": count, "unit": unit} | said for unit, name in UNITS.items() for word, count in COUNTS.items()]
    data = building.fields("policy-deadlines", deadlines=rows)
    return building.write_text(tmp_path_factory.mktemp("policy"), "counting.yml", yamlio.dump(data))


def explained(root: Path, *arguments: str) -> tuple[int, Any]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()):
        status = main(["-C", str(root), "due", "--explain", *arguments, "--format", "json"])
    return status, json.loads(out.getvalue())


def by_hand(start: date, unit: str, count: int) -> date | None:
    """A count of one's own over the published calendar; None where it runs into a year that nobody published."""
    if unit == "month":
        month = start.month - 1 + count
        year, month = start.year + month // 12, month % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
        return date(year, month, min(start.day, last))
    day = start
    while count:
        day += DAY
        if unit == "working_day" and day.year > 2026:
            return None
        count -= 1 if unit == "calendar_day" else chinese_calendar.is_workday(day)
    return day


@pytest.mark.rule("D6", "D7", "E5", "E6")
@settings(max_examples=60)
@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.sampled_from(list(UNITS)), st.sampled_from(list(COUNTS)))
def test_any_day_of_2024_to_2026_is_counted_as_by_hand(sound_register: Path, counting: Path, start: date, unit: str, count: str) -> None:
    status, found = explained(sound_register, f"{UNITS[unit]}.{count}", "--from", start.isoformat(), "--policy", str(counting))
    expected = by_hand(start, unit, COUNTS[count])

    assert (status, found["due_on"]) == ((0, expected.isoformat()) if expected else (1, None))
    assert found["counting"] == ("working" if unit == "working_day" else "calendar")
    if expected:
        assert found["due_at"] == f"{expected}T23:59:59+08:00"
        assert [step["count"] for step in found["steps"]][-1:] == ([COUNTS[count]] if COUNTS[count] else [])
        assert all(
            step["working"] is chinese_calendar.is_workday(date.fromisoformat(step["date"])) for step in found["steps"] if unit == "working_day"
        )
    else:
        assert [finding["code"] for finding in found["findings"]] == ["calendar.unknown-year"]


@settings(max_examples=30)
@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 31)), st.integers(-12, 14))
def test_a_moment_counts_on_its_day_in_china_whatever_its_offset(sound_register: Path, at: datetime, hours: int) -> None:
    moment = at.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    there = moment.astimezone(timezone(timedelta(hours=8)))

    _, found = explained(sound_register, "case.sign-back", "--from", moment.isoformat())

    assert (found["from"], found["due_on"]) == (there.isoformat(), str(by_hand(there.date(), "working_day", 1)))


@pytest.mark.rule("E5", "E6", "E9")
@pytest.mark.parametrize(
    ("arguments", "due"),
    [
        (["contract.handover", "--from", "2026-01-31"], "2026-02-28"),
        (["contract.handover", "--from", "2024-01-31"], "2024-02-29"),
        (["credit.annual-review", "--from", "2024-02-29", "--grade", "A"], "2025-02-28"),
        (["survey.round", "--from", "2028-02-29"], "2028-02-29"),
        (["survey.round", "--from", "2026-03-01"], "2026-08-31"),
        (["case.analysis", "--from", "2026-12-09"], "2027-01-08"),
        (["optout.stop", "--from", "2026-11-21"], "2026-11-21"),
        (["case.sign-back", "--from", "2026-02-13T16:00:00Z"], "2026-02-24"),
        (["case.sign-back", "--from", "2026-02-13T15:59:59Z"], "2026-02-14"),
        (["case.sign-back", "--from", "2026-02-13 23:59"], "2026-02-14"),
    ],
)
def test_an_explained_day_is_clipped_and_rounds_come_next(register_root: Path, mingbu: Command, arguments: list[str], due: str) -> None:
    rules_of_the_sample = building.PROJECT / "records/policy/credit/2025-07-01.yml"
    building.write_text(register_root, "records/policy/credit/2025-07-01.yml", rules_of_the_sample.read_bytes())

    found = mingbu("due", "--explain", *arguments, "--format", "json").json

    assert (found["due_on"], found["what"]) == (due, arguments[0])


@pytest.mark.rule("D6")
def test_the_steps_are_told_day_by_day_to_people_too(mingbu: Command) -> None:
    zh = mingbu("due", "--explain", "case.sign-back", "--from", "2026-02-14").out
    en = mingbu("--lang", "en", "due", "--explain", "case.sign-back", "--from", "2026-02-14").out

    assert zh.splitlines()[1:3] == ["  2026-02-15 周日 休息日 0", "  2026-02-16 周一 休息日 0"]
    assert "2026-02-24 周二 工作日 1" in zh and "2026-02-24 当天仍算按时" in zh
    assert "2026-02-24 Tue working day 1" in en


@pytest.mark.parametrize(("lang", "words"), [("zh", "2027 年"), ("en", "2027")])
def test_an_unknown_year_says_which_file_to_add(mingbu: Command, lang: str, words: str) -> None:
    result = mingbu("--lang", lang, "due", "--explain", "case.sign-back", "--from", "2026-12-31", "--format", "json")
    [finding] = result.json["findings"]

    assert (result.status, result.json["due_on"], finding["code"], finding["pointer"]) == (1, None, "calendar.unknown-year", "/calendars")
    for text in (finding["hint"], result.err):
        assert "records/policy/deadlines/2026-11-20.yml" in text and "calendars" in text and words in text


def test_a_calendar_in_the_given_policy_is_counted_by(register_root: Path, mingbu: Command) -> None:
    data, _ = yamlio.read((register_root / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    calendar = {"year": 2027, "holidays": ["2027-01-01"], "workdays": ["2027-01-02"]}
    building.write_text(register_root, "new.yml", yamlio.dump((data or {}) | {"calendars": [calendar]}))

    found = mingbu("due", "--explain", "case.sign-back", "--from", "2026-12-31", "--policy", "new.yml", "--format", "json").json

    assert found["due_on"] == "2027-01-02"


def test_a_given_policy_is_judged_as_check_would(register_root: Path, mingbu: Command) -> None:
    broken = building.CASES / "policy-deadlines" / "bad" / "kind-unknown.yml"
    building.write_text(register_root, "broken.yml", broken.read_bytes())

    result = mingbu("due", "--explain", "case.sign-back", "--from", "2026-11-20", "--policy", "broken.yml")

    assert result.status == 1 and "policy.unknown-name" in result.err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--explain", "case.sign"], 2, "--from"),
        (["--explain", "case.sign", "--from", "2026-11-20"], 2, "case.sign-back, case.first-contact"),
        (["--explain", "case.sign-back", "--from", "20261120"], 2, "20261120"),
        (["--explain", "case.sign-back", "--from", "2026-02-30"], 2, "2026-02-30"),
        (["--explain", "case.sign-back", "--from", "2026-11-20T25:00"], 2, "25:00"),
        (["--explain", "case.sign-back", "--from", "0001-01-01T00:00:00+14:00"], 2, "0001"),
        (["--explain", "contract.handover", "--from", "9999-12-31"], 1, "9999-12-31"),
        (["--explain", "contract.payment", "--from", "2026-11-20"], 1, "应付日期"),
        (["--explain", "access.return", "--from", "2026-11-20"], 1, "/due_on"),
        (["--explain", "credit.annual-review", "--from", "2026-11-20"], 1, "--grade"),
        (["--explain", "credit.annual-review", "--from", "2026-11-20", "--grade", "Z"], 2, "Z"),
        (["--explain", "case.sign-back", "--from", "2026-11-20", "--grade", "A"], 2, "--grade"),
        (["--explain", "case.sign-back", "--from", "2026-11-20", "--who", CLERK], 2, "--who"),
        (["--explain", "case.sign-back", "--from", "2026-11-20", "--format", "ics"], 2, "ics"),
        (["--from", "2026-11-20"], 2, "--explain"),
        (["--policy", "x.yml"], 2, "--explain"),
        (["--within", "14"], 2, "14d"),
        (["--within", "d"], 2, "14d"),
        (["--within", "-3d"], 2, ""),
        (["--within", "1y"], 2, "1m"),
        (["--within", "9999m"], 2, "9999m"),
        (["--who", "没有这人"], 1, "没有这人"),
        (["--who", ACTIVE], 1, ACTIVE),
        (["--format", "ics", "--site", "ftp://x"], 2, "ftp://x"),
        (["--state", "open"], 2, "open"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(mingbu: Command, arguments: list[str], status: int, words: str) -> None:
    result = mingbu("due", *arguments)

    assert (result.status, result.out) == (status, "")
    assert words in result.err and result.err.count("\n") == 1 and "Traceback" not in result.err


# --- listed


@pytest.fixture
def owing(register_root: Path) -> Path:
    """Besides what the small register owes: a payment that is late, one that is due, a hand-over that was done."""
    milestones = [{"due_on": day, "amount": "120000.00"} for day in ("2026-11-10", "2026-11-24", "2027-03-01")]
    event = {"kind": "signing", "formalities_done_on": "2026-10-12", "handed_over_on": "2026-11-02", "handed_over_by": CLERK, "received_by": KEEPER}
    building.write(register_root, "contract", like="signed", payment_milestones=milestones, events=[event], handler=CLERK)
    building.commit_all(register_root)
    return register_root


def asked(mingbu: Command, *arguments: str) -> Any:
    found = mingbu("due", *arguments, "--format", "json").json
    Draft202012Validator(outputs.schema("due")).validate(found)
    return found


def payments(found: Any) -> list[tuple[str, str, int]]:
    return [(item["due_on"], item["state"], item["days"]) for item in found["items"] if item["what"] == "contract.payment"]


@pytest.mark.rule("E4")
def test_everything_is_in_json_by_due_day(owing: Path, mingbu: Command) -> None:
    found = asked(mingbu)

    assert payments(found) == [("2026-11-10", "late", -10), ("2026-11-24", "due", 4), ("2027-03-01", "upcoming", 101)]
    assert [item["due_on"] for item in found["items"]] == sorted(item["due_on"] for item in found["items"])
    [handed] = [item for item in found["items"] if item["what"] == "contract.handover"]
    assert (handed["state"], handed["days"], handed["rule"], handed["owes"], handed["subject"]) == ("done", 10, "E5", [CLERK], "CON-00000Z")
    assert KEEPER in handed["tell"] and found["uncounted"] == []


@pytest.mark.parametrize(
    ("within", "days"),
    [("4d", ["2026-11-10", "2026-11-24"]), ("3d", ["2026-11-10"]), ("1w", ["2026-11-10", "2026-11-24"]), ("0d", ["2026-11-10"]),
     ("4m", ["2026-11-10", "2026-11-24", "2027-03-01"]), ("3m", ["2026-11-10", "2026-11-24"])],
)  # fmt: skip
def test_within_so_many_days_weeks_or_calendar_months(owing: Path, mingbu: Command, within: str, days: list[str]) -> None:
    assert [day for day, _, _ in payments(asked(mingbu, "--within", within))] == days


@pytest.mark.parametrize(("within", "shown"), [("7d", False), ("8d", True), (None, True)])
def test_what_is_done_is_listed_while_its_due_day_lies_near(owing: Path, mingbu: Command, within: str | None, shown: bool) -> None:
    found = asked(mingbu, *(["--within", within] if within else []), "--state", "done")
    on = asked(mingbu, *(["--within", within] if within else []))  # the hand-over was due on the 12th

    assert any(item["what"] == "contract.handover" for item in found["items"]) is shown
    assert {item["state"] for item in found["items"]} <= {"done"} and len(on["items"]) > len(found["items"])


def test_only_the_states_that_are_asked_for(owing: Path, mingbu: Command) -> None:
    assert {item["state"] for item in asked(mingbu, "--state", "late", "--state", "due")["items"]} == {"late", "due"}


def test_text_shows_the_late_first_by_names_and_leaves_out_what_is_done(owing: Path, mingbu: Command) -> None:
    lines = mingbu("due").out.splitlines()
    done = mingbu("due", "--state", "done").out

    assert "逾期 1 项" in lines[0]
    assert lines[3].split()[:2] == ["逾期", "2026-11-10"] and "逾期 10 天" in lines[3] and "纪晓风" in lines[3] and "CON-00000Z" in lines[3]
    assert not any("合同档案移交" in line for line in lines) and "合同档案移交" in done


def test_markdown_is_a_table_in_which_names_are_no_markup(owing: Path, mingbu: Command) -> None:
    building.edit(owing, "contract", "CON-00000Z", title="阀门|<b>合同")

    row = next(line for line in mingbu("due", "--format", "md").out.splitlines() if "CON-00000Z" in line)

    assert row.startswith("| 逾期 | 2026-11-10 |") and "\\|&lt;b&gt;" in row


def whose(mingbu: Command, who: str) -> set[str]:
    return {item["subject"] for item in asked(mingbu, "--who", who, "--within", "2w")["items"]}


def test_whose_it_is(owing: Path, mingbu: Command) -> None:
    assert "CON-00000Z" in whose(mingbu, CLERK) == whose(mingbu, "纪晓风")
    assert "CON-00000Z" in whose(mingbu, COMPANY)  # the clerk holds a post there
    assert "CON-00000Z" in whose(mingbu, OFFICE) == whose(mingbu, "西湖办事处")
    assert "CON-00000Z" not in whose(mingbu, HEAD) | whose(mingbu, BOSS) | whose(mingbu, BRANCH)


@pytest.mark.rule("D10")
def test_a_head_sees_what_his_department_owes(owing: Path, mingbu: Command) -> None:
    items = asked(mingbu, "--who", BOSS)["items"]

    assert sorted({item["what"] for item in items if item["owes"] == [COMPANY]}) == ["case.analysis"]


def test_a_name_of_two_people_is_refused_with_their_ids(owing: Path, mingbu: Command) -> None:
    building.edit(owing, "person", HEAD, name="纪晓风")

    result = mingbu("due", "--who", "纪晓风")

    assert result.status == 1 and CLERK in result.err and HEAD in result.err


def test_what_cannot_be_counted_is_named_and_the_rest_is_printed(owing: Path, mingbu: Command) -> None:
    building.write(owing, "correction-request", received_at="2026-12-20T09:00:00+08:00", answered_on=ABSENT, prepared_on="2026-12-20")
    building.commit_all(owing)

    result = mingbu("--on", "2026-12-21", "due", "--format", "json")

    assert result.status == 1 and len(payments(result.json)) == 3
    assert [(one["what"], one["year"], one["code"]) for one in result.json["uncounted"]] == [("correction.answer", 2027, "calendar.unknown-year")]
    assert result.err.count("\n") == 1 and "records/policy/deadlines/2026-12-21.yml" in result.err and "COR-00000Z" in result.err


def test_a_day_in_the_past_can_be_asked_for(owing: Path, mingbu: Command) -> None:
    assert ("2026-11-10", "due", 0) in payments(asked(mingbu, "--within", "1d")) + payments(
        mingbu("--on", "2026-11-10", "due", "--format", "json").json
    )


@pytest.mark.rule("E4")
def test_check_tells_what_no_other_check_tells(owing: Path, mingbu: Command) -> None:
    found = [item for item in mingbu("check", "--format", "json").json["findings"] if item["code"] == "deadline.late"]

    assert [(item["pointer"], item["severity"], item["rules"]) for item in found] == [("/payment_milestones/0/due_on", "warning", ["E4"])]


# --- documented


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guide_names_every_deadline_of_the_policy_and_no_other(lang: str) -> None:
    page = (building.PROJECT / "docs" / lang / "guide" / "deadlines.md").read_text(encoding="utf-8")
    data, _ = yamlio.read((building.PROJECT / "records/policy/deadlines/2024-01-01.yml").read_bytes())
    named = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]

    assert [name for name in named if "." in name] == [row["what"] for row in (data or {})["deadlines"]]
    assert {"due", "digest"} <= set(COMMANDS)


@pytest.mark.rule("B14", "D6")
def test_days_of_grace_count_in_checks_as_in_the_list(register_root: Path, mingbu: Command) -> None:
    late = {"visit_date": "2026-11-10", "submitted_at": "2026-11-13T09:00:00+08:00", "late_reason": building.ABSENT}
    building.edit(register_root, "visit-report", "VIS-000001", **late)
    before = mingbu("check", "--format", "json").codes
    for path in (register_root / "records/policy/deadlines").iterdir():
        rows = path.read_text(encoding="utf-8").split("  - what: ")
        path.write_text("  - what: ".join(row.replace("    owes:", "    late_after_days: 30\n    owes:", 1) for row in rows), encoding="utf-8")

    assert "visit.late" in before and "visit.late" not in mingbu("check", "--format", "json").codes
