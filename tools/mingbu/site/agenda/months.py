"""The coming months as calendars: what falls due on each day, and which days are off."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from mingbu import deadlines, owed
from mingbu.calendar import UnknownYear, clipped, months_later
from mingbu.owed import DONE, Item
from mingbu.site.agenda.calendars import ALL
from mingbu.site.agenda.items import FOLDER, grid
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.reader import Cell, Reader

CALENDAR = f"{FOLDER}/calendar.html"
_MONTHS = 3


def board(reader: Reader) -> Board:
    shown = Shown(reader, CALENDAR)
    first = reader.policy.today.replace(day=1)
    months = [months_later(first, number) for number in range(_MONTHS)]
    last = clipped(months[-1].year, months[-1].month, 31)
    found = owed.items(reader.register, reader.policy, last).items
    items = [item for item in found if first <= item.due_on <= last and item.state(reader.policy.today) != DONE]
    parts = [_month(shown, month, [item for item in items if (item.due_on.year, item.due_on.month) == (month.year, month.month)]) for month in months]
    links = [shown.link(shown.word("due.all-ics"), ALL)]
    return Board(CALENDAR, CALENDAR, shown.word("due.calendar"), shown.word("due.calendar-lead"), [], parts, links)


def _month(shown: Shown, month: date, items: list[Item]) -> Part:
    name = f"m-{month:%Y-%m}"
    header = [Cell(shown.word(f"due.weekday-{day}"), "day") for day in range(7)]
    days = {day: sum(item.due_on == day for item in items) for day in _days(month)}
    weeks = [[_day(shown, day, days.get(day), name) for day in week] for week in _weeks(month)]
    unknown = _is_unknown(shown.reader, month)
    note = shown.word("due.no-calendar", year=month.year) if unknown else ""
    named = month.month if shown.reader.lang == "zh" else calendar.month_name[month.month]
    heading = shown.word("due.year-month", year=month.year, month=named)
    sheet = Grid("", shown.word("due.month-caption", month=heading), header, [list(week) for week in weeks], note=note)
    return Part(name, heading, "", [], [sheet, grid(shown, items, shown.word("due.nothing-in-month"))], layout="below")


def _days(month: date) -> Iterator[date]:
    day = month
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def _weeks(month: date) -> list[list[date]]:
    """The weeks of the month from Monday to Sunday, with the days of the months beside it."""
    return calendar.Calendar().monthdatescalendar(month.year, month.month)


def _day(shown: Shown, day: date, count: int | None, anchor: str) -> list[Cell]:
    """The number of the day; whether it is off, or a weekend at work; how much falls due. Nothing on days of other months."""
    if count is None:
        return [Cell("", "day-other")]
    today = day == shown.reader.policy.today
    said = shown.word("due.day-today", day=day.day) if today else str(day.day)
    cells = [Cell(said, "day-today" if today else "day-number")]
    working = _works(shown.reader, day)
    if working is False:
        cells.append(Cell(shown.word("due.mark-off"), "day-off"))
    elif working and day.weekday() >= 5:
        cells.append(Cell(shown.word("due.mark-work"), "day-work"))
    if count:
        cells.append(Cell(shown.word("due.items", count=count), "day-due", None, f"#{anchor}"))
    return cells


def _works(reader: Reader, day: date) -> bool | None:
    """None where nobody has published the year."""
    try:
        return deadlines.calendar_of(reader.policy).is_working(day)
    except UnknownYear:
        return None


def _is_unknown(reader: Reader, month: date) -> bool:
    return _works(reader, month) is None
