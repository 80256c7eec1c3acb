"""A new kind of record needs one schema and cases: no Python, no template."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import markup
from sites import build

SCHEMA = """\
title: 样品借用
description: 借给客户试用的样品
x-kind:
  prefix: LOA
  title: 样品借用
  title_en: Sample loan
  group: customers
  envelope: plain
  name: /subject
  list: [/subject, /customer, /lent_on, /state]
  category: basic
  confidentiality: internal
  views:
    - {name: index, title: 样品借用一览, title_en: Sample loans}
    - {name: states, title: 借用状态, title_en: By state of the loan, group_by: [/state]}
type: object
additionalProperties: false
required: [subject, customer, lent_on, state]
properties:
  subject: {$ref: common.yml#/$defs/line, title: 样品名称, x-en: Sample}
  customer: {type: string, x-ref: customer, title: 借用客户, x-en: Borrower}
  lent_on: {$ref: common.yml#/$defs/date, title: 借出日期, x-en: Lent on}
  state: {type: string, x-enum: {out: [借出中, Out], back: [已归还, Back]}, title: 借用状态, x-en: State of the loan}
"""


def test_a_kind_made_of_one_schema_is_checked_listed_paged_linked_and_documented(own_register: Path, mingbu: Callable[..., Any]) -> None:
    (own_register / "schemas" / "sample-loan.yml").write_text(SCHEMA, encoding="utf-8")
    customer = next((own_register / "records" / "customer").rglob("*.yml")).stem
    made = mingbu(
        "new", "sample-loan", "--set", "subject=便携余氯仪", "--set", f"customer={customer}", "--set", "lent_on=2026-11-03", "--set", "state=out"
    )
    record = next((own_register / "records" / "sample-loan").rglob("*.yml"))

    assert made.status == 0
    assert mingbu("check", "--strict").status == 0
    assert "便携余氯仪" in mingbu("list", "sample-loan", "--where", "state=out").out
    assert "State of the loan" in mingbu("--lang", "en", "show", record.stem).out
    assert '"pattern": "^LOA-' in mingbu("schema", "sample-loan").out

    build(own_register, own_register / "site")
    site = own_register / "site"
    for folder, title, label, state in (("", "样品借用一览", "借用状态", "借出中"), ("en/", "Sample loans", "State of the loan", "Out")):
        page = markup.read((site / folder / "sample-loan" / f"{record.stem}.html").read_text(encoding="utf-8"))
        texts = {text for text, _ in page.texts}
        assert {label, state} <= texts
        assert f"../customer/{customer}.html" in page.links
        back = markup.read((site / folder / "customer" / f"{customer}.html").read_text(encoding="utf-8"))
        assert f"../sample-loan/{record.stem}.html" in back.links
        assert title in (site / folder / "index.html").read_text(encoding="utf-8")
        assert label in (site / folder / "dictionary" / "sample-loan.html").read_text(encoding="utf-8")
        assert (site / folder / "sample-loan" / "states-state-out.html").is_file()


def test_the_new_kind_is_refused_where_it_is_wrong(own_register: Path, mingbu: Callable[..., Any]) -> None:
    (own_register / "schemas" / "sample-loan.yml").write_text(SCHEMA, encoding="utf-8")
    place = own_register / "records" / "sample-loan" / "7K" / "LOA-7K3QXM.yml"
    place.parent.mkdir(parents=True)
    place.write_text(
        "schema: sample-loan/1\nid: LOA-7K3QXM\nsubject: 试样\ncustomer: CUS-000000\nlent_on: 2026-02-30\nstate: gone\n", encoding="utf-8"
    )

    found = mingbu("check", "--format", "json").json["findings"]

    assert [(item["line"], item["code"]) for item in found] == [(5, "schema.date"), (6, "schema.enum")]
