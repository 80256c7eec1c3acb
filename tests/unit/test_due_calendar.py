"""Calendars of what is owed: read again with icalendar, and line by line by ourselves; the same bytes from the same register."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

import building
from building import CLERK, KEEPER
from running import Command

CONTRACT = "CON-00000Z"


def contract(root: Path, *milestones: dict[str, str], **changes: Any) -> None:
    event = {"kind": "signing", "formalities_done_on": "2026-10-12", "handed_over_on": "2026-11-02", "handed_over_by": CLERK, "received_by": KEEPER}
    said = {
        "payment_milestones": list(milestones),
        "events": [event],
        "handler": CLERK,
        "title": "球阀；闸阀, 年度买卖合同（第一批，含安装、调试和两年的备件供应）",
    }
    building.write(root, "contract", like="signed", **said | changes)
    building.commit_all(root)


def due(day: str, **more: str) -> dict[str, str]:
    return {"due_on": day, "amount": "60000.00", **more}


@pytest.fixture
def owing(register_root: Path) -> Path:
    contract(register_root, due("2026-11-10"), due("2026-11-24"))
    return register_root


def events(text: str) -> dict[str, Any]:
    """UID → event."""
    return {str(event["UID"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


def unfolded(text: str) -> list[str]:
    """The lines by a reader of our own, which is strict about their form."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    raw = text.encode("utf-8").split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in raw)
    lines: list[bytes] = []
    for line in raw:
        if line[:1] in (b" ", b"\t"):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode("utf-8") for line in lines]


UID = f"contract.payment/{CONTRACT}/payment_milestones/{{}}@{building.GROUP}.mingbu"


def test_each_item_is_a_whole_day_with_a_reminder_on_its_day(owing: Path, mingbu: Command) -> None:
    text = mingbu("due", "--format", "ics", "--within", "1w").out
    event = events(text)[UID.format(1)]
    [alarm] = event.walk("VALARM")

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 11, 24), date(2026, 11, 25))
    assert alarm["TRIGGER"].dt == timedelta(days=-7, hours=9)
    assert str(event["SUMMARY"]).startswith("合同付款节点：球阀；闸阀, 年度")
    assert all(word in str(event["DESCRIPTION"]) for word in ("纪晓风", "沈清禾", "2026-11-24 到期", CONTRACT, "E4"))
    assert "URL" not in event and str(Calendar.from_ical(text)["X-WR-CALNAME"]) == "试样名簿的到期事项"


def test_the_form_is_that_of_the_standard(owing: Path, mingbu: Command) -> None:
    lines = unfolded(mingbu("due", "--format", "ics").out)

    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == len({line for line in lines if line.startswith("UID:")}) > 2
    assert "DTSTART;VALUE=DATE:20261124" in lines
    assert any(line.startswith("SUMMARY:") and "球阀；闸阀\\, 年度" in line for line in lines)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        assert {line for line in lines if line.startswith(name)} == {f"{name}:20261119T160000Z"}  # midnight in China


def test_the_same_register_gives_the_same_bytes(owing: Path, mingbu: Command) -> None:
    assert len({mingbu("due", "--format", "ics").out for _ in range(2)}) == 1


def test_what_was_moved_keeps_its_uid_and_takes_the_place_of_what_stood_there(owing: Path, mingbu: Command) -> None:
    before = events(mingbu("due", "--format", "ics").out)[UID.format(1)]
    for day, on in (("2026-12-08", "2026-11-21"), ("2026-11-23", "2026-11-22")):
        contract(owing, due("2026-11-10"), due(day))
        after = events(mingbu("--on", on, "due", "--format", "ics").out)[UID.format(1)]

        assert after["DTSTART"].dt.isoformat() == day
        assert after["SEQUENCE"] > before["SEQUENCE"] and after["DTSTAMP"].dt > before["DTSTAMP"].dt
        before = after


def test_late_and_done_are_said_in_the_title_and_what_is_done_reminds_of_nothing(owing: Path, mingbu: Command) -> None:
    late = events(mingbu("due", "--format", "ics").out)[UID.format(0)]
    contract(owing, due("2026-11-10", paid_on="2026-11-19", paid="60000.00"), due("2026-11-24"))
    done = events(mingbu("due", "--format", "ics").out)[UID.format(0)]

    assert str(late["SUMMARY"]).startswith("【逾期】") and str(done["SUMMARY"]).startswith("【已办】")
    assert (len(late.walk("VALARM")), len(done.walk("VALARM"))) == (1, 0)
    assert str(done["STATUS"]) == "CONFIRMED" and "晚于到期日" in str(done["DESCRIPTION"])


def test_the_sites_address_gives_links(owing: Path, mingbu: Command) -> None:
    text = mingbu("due", "--format", "ics", "--site", "https://register.example/").out

    assert str(events(text)[UID.format(1)]["URL"]) == f"https://register.example/contract/{CONTRACT}.html"


def test_the_calendar_of_a_person_is_called_by_name_and_holds_what_is_theirs(owing: Path, mingbu: Command) -> None:
    mine, theirs = (mingbu("due", "--who", who, "--format", "ics").out for who in (CLERK, building.HEAD))

    assert "X-WR-CALNAME:纪晓风的到期事项" in unfolded(mine)
    assert UID.format(1) in events(mine) and UID.format(1) not in events(theirs)


def test_an_english_calendar_has_english_words(owing: Path, mingbu: Command) -> None:
    event = events(mingbu("--lang", "en", "due", "--format", "ics").out)[UID.format(0)]

    assert str(event["SUMMARY"]).startswith("[Late] Payment milestone: ") and "Owed by: " in str(event["DESCRIPTION"])


def test_a_contract_without_end_makes_a_calendar_all_the_same(register_root: Path, mingbu: Command) -> None:
    contract(register_root, due("2026-12-31"), performance_to="9999-12-31")

    event = events(mingbu("due", "--format", "ics").out)[f"contract.expiry/{CONTRACT}@{building.GROUP}.mingbu"]

    assert event["DTSTART"].dt == date.max and "DTEND" not in event
