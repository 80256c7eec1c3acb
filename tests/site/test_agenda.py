"""The pages of deadlines: what is late, the calendar, whose it is, and the files for office calendars."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import markup
import pytest
from icalendar import Calendar
from sites import PROJECT, reader

import building
from building import BOSS, CLERK, COMPANY, KEEPER
from mingbu import deadlines, owed
from mingbu.labels import LANGS, Lang
from mingbu.owed import DONE, LATE
from mingbu.site import agenda, pages
from mingbu.site.reader import Reader

Pages = dict[Lang, dict[str, str]]


@pytest.fixture(scope="module")
def sample() -> dict[Lang, Reader]:
    made = reader(PROJECT, "zh")
    return {"zh": made, "en": Reader(made.register, made.policy, "en", made.revision)}


@pytest.fixture(scope="module")
def boards(sample: dict[Lang, Reader]) -> Pages:
    """Path → body of every page of deadlines."""
    return {lang: {page.path: page.body for page in pages.section_pages(made) if page.path.startswith("due/")} for lang, made in sample.items()}


def texts(html: str) -> list[str]:
    return [text for text, _ in markup.read(html).texts]


def part(html: str, name: str) -> str:
    found = re.search(rf'<section class="mb-section" aria-labelledby="{name}">.*?</section>', html, re.S)
    assert found is not None, name
    return found[0]


@pytest.mark.parametrize("lang", LANGS)
def test_every_late_item_is_listed_with_its_age(sample: dict[Lang, Reader], boards: Pages, lang: Lang) -> None:
    made = sample[lang]
    today = made.policy.today
    late = [item for item in owed.items(made.register, made.policy).items if item.state(today) == LATE]

    listed = part(boards[lang]["due/index.html"], "late")

    assert len(re.findall(r"<tr><td", listed)) == len(late) > 3
    for item in late:
        assert f"{item.due_on}" in listed and f"{item.subject}.html" in listed
        assert re.search(rf"逾期 {-item.days(today)} 天" if lang == "zh" else rf"{-item.days(today)} d late", listed)


def test_the_calendar_has_every_day_of_three_months_with_days_off_and_items(sample: dict[Lang, Reader], boards: Pages) -> None:
    html = boards["zh"]["due/calendar.html"]
    november = part(html, "m-2026-11")
    numbers = re.findall(r'class="mb-day-(?:number|today)">(\d+)', november)
    calendar = deadlines.calendar_of(sample["zh"].policy)
    off = sum(not calendar.is_working(date(2026, 11, day)) for day in range(1, 31))
    items = [item for item in owed.items(sample["zh"].register, sample["zh"].policy).items if item.due_on.isoformat().startswith("2026-11")]

    assert numbers == [str(day) for day in range(1, 31)] and november.count(">休<") == off
    assert "20 今天" in november and "<caption>2026 年 11 月到期日历</caption>" in november
    assert sum(int(count) for count in re.findall(r">(\d+) 项<", november)) == sum(item.state(sample["zh"].policy.today) != DONE for item in items)
    assert "没有 2027 年的放假安排" in part(html, "m-2027-01") and ">休<" not in part(html, "m-2027-01")


def test_the_deadlines_are_told_in_words(sample: dict[Lang, Reader], boards: Pages) -> None:
    for lang, made in sample.items():
        said = texts(boards[lang]["due/rules.html"])
        for row in deadlines.rules(made.policy):
            assert row["what"] in said and made.pick((row["title"], row["title_en"])) in said
            assert made.pick((row["reading"], row["reading_en"])) in said


def test_everybody_who_owes_something_has_a_page_and_a_calendar(sample: dict[Lang, Reader], boards: Pages) -> None:
    made = sample["zh"]
    owing = {one for item in owed.items(made.register, made.policy).items if item.state(made.policy.today) != DONE for one in item.owes}
    files = dict(agenda.files(made))

    for one in owing:
        page = boards["zh"][f"due/{one}.html"]
        assert f'href="{one}.ics"' in page and re.search(rf'href="\.\./(?:person|department)/{one}\.html"', page)
        assert Calendar.from_ical(files[f"due/{one}.ics"]).walk("VEVENT")
    assert {path.removesuffix(".ics") for path in files} == {path.removesuffix(".html") for path in boards["zh"]} - {
        "due/index", "due/calendar", "due/rules"} | {"due/all"}  # fmt: skip


def test_the_calendar_of_everything_holds_every_open_item_once(sample: dict[Lang, Reader]) -> None:
    made = sample["en"]
    expected = {item.uid for item in owed.items(made.register, made.policy).items if item.state(made.policy.today) != DONE}

    uids = [str(event["UID"]).rpartition("@")[0] for event in Calendar.from_ical(dict(agenda.files(made))["due/all.ics"]).walk("VEVENT")]

    assert expected <= set(uids) and len(uids) == len(set(uids))


@pytest.fixture
def small(register_root: Path) -> Path:
    milestones = [{"due_on": day, "amount": "120000.00"} for day in ("2026-11-10", "2026-11-24", "2027-03-01")]
    event = {"kind": "signing", "formalities_done_on": "2026-10-12", "handed_over_on": "2026-11-02", "handed_over_by": CLERK, "received_by": KEEPER}
    building.write(register_root, "contract", like="signed", payment_milestones=milestones, events=[event], handler=CLERK)
    building.commit_all(register_root)
    return register_root


def test_the_home_page_says_what_is_late_and_due_and_leads_on(small: Path, register_root: Path) -> None:
    body = pages.home_page(reader(small, "zh")).body
    panel = re.search(r'<section class="mb-panel" aria-labelledby="owed">.*?</section>', body, re.S)

    assert panel is not None
    assert "逾期 1 项" in panel[0] and "将到期 2 项" in panel[0]
    assert 'href="due/index.html"' in panel[0] and panel[0].index("2026-11-10") < panel[0].index("2026-11-24") and "2027-03-01" not in panel[0]


def test_where_nothing_is_late_or_due_the_home_page_is_silent(register_root: Path) -> None:
    assert 'aria-labelledby="owed"' not in pages.home_page(reader(register_root, "zh")).body


def test_what_a_person_owes_is_on_his_page_with_the_way_to_all_of_it(small: Path) -> None:
    made = reader(small, "zh")
    clerk, boss, keeper = (pages.record_body(made, made.register.records[one]).body for one in (CLERK, BOSS, KEEPER))

    assert 'id="explain-due"' in clerk and 'href="../due/PER-000001.html"' in clerk and 'href="../due/PER-000001.ics"' in clerk
    assert "成功及失败原因分析" in boss and 'id="explain-due"' in pages.record_body(made, made.register.records[COMPANY]).body
    assert "合同付款节点" not in keeper
