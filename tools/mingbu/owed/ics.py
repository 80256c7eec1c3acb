"""What is owed as a calendar (RFC 5545): one entry of a whole day for each item, told apart by its UID.

The same items on the same day give the same bytes: times come from the day, never from the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone

from icalendar import Alarm, Calendar, Event, vText

from mingbu import deadlines, display
from mingbu.calendar import shifted
from mingbu.labels import Lang, pick, word
from mingbu.owed import telling
from mingbu.owed.model import DONE, LATE, Item
from mingbu.register import Policy, Register

_CHINA = timezone(timedelta(hours=8))
_REMINDED_AT = timedelta(hours=9)
"""The hour of the day of the reminder."""
_SEQUENCE_FROM = date(2000, 1, 1)
_NO_ADDRESS: Callable[[str], str | None] = lambda subject: None  # noqa: E731  as a default it is read at once


def calendar(
    register: Register, policy: Policy, items: Iterable[Item], title: str, lang: Lang, address: Callable[[str], str | None] = _NO_ADDRESS
) -> bytes:
    """The file. title: what the calendar is called; address: the page of a record, where the site's address is known."""
    made = Calendar()
    made.add("prodid", f"-//mingbu//due//{lang.upper()}")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vText("P1D"))
    company = str(register.settings.get("company", "register"))
    for item in items:
        made.add_component(_event(register, policy, item, company, lang, address(item.subject)))
    return bytes(made.to_ical(sorted=False))


def _event(register: Register, policy: Policy, item: Item, company: str, lang: Lang, page: str | None) -> Event:
    """SEQUENCE and the stamps grow with the day, so that what was moved, in either direction, takes the place of what stood there."""
    today = policy.today
    state, stamp = item.state(today), datetime.combine(today, time(), _CHINA).astimezone(UTC)
    event = Event()
    event.add("uid", f"{item.uid}@{company}.mingbu")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", max(0, (today - _SEQUENCE_FROM).days))
    event.add("dtstart", item.due_on)
    if item.due_on < date.max:  # the last day that there is has no next one; without DTEND it is that day alone
        event.add("dtend", shifted(item.due_on, 1))
    event.add("summary", summary(register, item, state, lang))
    event.add("description", "\n".join(description(register, policy, item, lang)))
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [pick(item.title, lang)])
    if page:
        event.add("url", page)
    if state != DONE:
        event.add_component(_alarm(item, str(event["summary"])))
    return event


def _alarm(item: Item, text: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", _REMINDED_AT - (item.due_on - item.remind_on))
    return alarm


def summary(register: Register, item: Item, state: str, lang: Lang) -> str:
    """What is owed for which record; late and done are said, since most calendars don't show the state of an entry."""
    text = word("site.colon", lang).join([pick(item.title, lang), display.name(register, item.about, lang)])
    return word(f"due.marked-{state}", lang, text=text) if state in {LATE, DONE} else text


def description(register: Register, policy: Policy, item: Item, lang: Lang) -> list[str]:
    """Lines: the state, who owes it, who is told, from when, how long, by which requirement."""
    between = word("list.separator", lang)
    lines = [state_of(item, policy.today, lang)]
    for key, ids in (("due.owes", item.owes), ("due.tell", item.tell)):
        if ids:
            lines.append(_line(key, between.join(display.name(register, one, lang) for one in ids), lang))
    row = deadlines.rule(policy, item.what)
    lines.append(_line("due.event", item.event_on.isoformat(), lang))
    if row is not None:
        lines.append(_line("due.length", telling.length(register.schemas, row, lang), lang))
    if item.period:
        lines.append(_line("due.period", item.period, lang))
    return [*lines, _line("due.record", item.subject, lang), _line("due.rules", between.join(item.rules), lang)]


def state_of(item: Item, today: date, lang: Lang, short: bool = False) -> str:
    """Late by so many days, due today, so many days left, or done on which day; short: where the due day stands beside it."""
    state, days = item.state(today), item.days(today)
    if state == DONE:
        said = "done-late" if item.was_late else "done"
    elif days > 0:
        said = "ahead"
    elif days == 0:
        said = "today"
    else:
        said = "late" if state == LATE else "over"
    return word(f"due.{'short' if short else 'said'}-{said}", lang, days=abs(days), day=item.done_on, due=item.due_on)


def _line(key: str, value: str, lang: Lang) -> str:
    return word("site.colon", lang).join([word(key, lang), value])
