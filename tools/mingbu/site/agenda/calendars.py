"""Calendar files for office calendars: one for each person and department that owes something, and one of everything."""

from __future__ import annotations

from collections.abc import Iterator

from mingbu.owed import ics
from mingbu.site.agenda.items import current, file_of, owing, whose_calendar
from mingbu.site.reader import Reader

ALL = file_of("all")


def files(reader: Reader) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every calendar. Where the site stands isn't known here, so the entries have no links."""
    register, policy, lang = reader.register, reader.policy, reader.lang
    yield ALL, ics.calendar(register, policy, current(reader), whose_calendar(reader, None), lang)
    for one, items in owing(reader).items():
        yield file_of(one), ics.calendar(register, policy, items, whose_calendar(reader, register.records[one]), lang)
