"""The deadlines themselves in words: what, counted from what, how long, who owes it, by which requirement, and how we read the text."""

from __future__ import annotations

from mingbu import deadlines
from mingbu.owed import telling
from mingbu.site.agenda.items import FOLDER
from mingbu.site.boards.cells import Grid, Shown
from mingbu.site.boards.parts import Board, Part
from mingbu.site.reader import Cell, Reader

RULES = f"{FOLDER}/rules.html"
_COLUMNS = ("due.column-what", "due.column-from", "due.column-length", "due.column-owes", "due.column-tell", "due.column-rules", "due.column-reading")


def board(reader: Reader) -> Board:
    shown, schemas, lang = Shown(reader, RULES), reader.register.schemas, reader.lang
    rows: list[list[Cell | list[Cell]]] = []
    for row in deadlines.rules(reader.policy):
        title = [Cell(reader.pick((row["title"], row["title_en"]))), Cell(row["what"], "code")]
        rules = [shown.link(rule, f"dictionary/trace.html#{rule}") for rule in row["articles"]]
        owes, tell = ([Cell(text) for text in telling.who(schemas, row, key, lang)] or Cell("") for key in ("owes", "tell"))
        length, reading = Cell(telling.length(schemas, row, lang)), Cell(reader.pick((row["reading"], row["reading_en"])))
        rows.append([title, Cell(telling.start(schemas, row, lang)), length, owes, tell, rules, reading])
    policy = reader.policy.in_force("deadlines")
    links = [shown.ref(policy)] if policy else []
    table = Grid("", "", shown.header(*_COLUMNS), rows, empty=shown.word("due.no-policy"))
    return Board(
        RULES,
        RULES,
        shown.word("due.rules-page"),
        shown.word("due.rules-lead"),
        [],
        [Part("rules", shown.word("due.rules-page"), "", [], [table])],
        links,
    )
