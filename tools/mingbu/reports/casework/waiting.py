"""What waits at the offices: cases to sign back within the limit (D6), and signed ones that nobody has contacted yet (D7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from mingbu import cases, deadlines
from mingbu.calendar import UnknownYear
from mingbu.cases import Life, SignBack
from mingbu.cases.signing import CONTACT
from mingbu.period import Period
from mingbu.register import Policy, Register
from mingbu.reports.casework.flows import Book
from mingbu.reports.casework.words import column, pair, titled
from mingbu.reports.model import Asked, Report, Table


def _year_of(today: date) -> Period:
    return Period.of(str(today.year))


def _sign_backs(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    """Those signed back late whose due day lies in the period, and all that are open, late or not; the latest first."""
    book, period = Book(register, policy, asked.who), asked.period or _year_of(policy.today)
    today, rows = policy.today, []
    for one in book.signed:
        life = book.by_id[one.case.id]
        breach = one.is_late(today) and period.holds(one.due_on.isoformat())
        if book.within(life, today) and (breach or one.done_on is None):
            rows.append(_signed(book, life, one))
    rows.sort(key=lambda row: (-row["days_late"], row["due_on"], row["case"]))
    columns = (
        column("case", "ref"), column("branch", "ref"), column("office", "ref"), column("signed_by", "ref"), column("received_on", "date"),
        column("due_on", "date"), column("signed_on", "date"), column("returned_on", "date"), column("in_time"), column("days_late", "count"),
        column("reason"),
    )  # fmt: skip
    return [Table("sign-back", titled("sign-back", period.name), columns, rows, {}, (pair("note.sign-back"), *book.notes()))]


def _signed(book: Book, life: Life, one: SignBack) -> dict[str, Any]:
    data, today = life.case.data, book.today
    late = one.is_late(today)
    state = ("late" if late else "in-time") if one.done_on else ("overdue" if late else "open-yet")
    return {
        "case": life.case.id,
        "branch": data.get("routed_to_branch", ""),
        "office": data.get("assigned_office", ""),
        "signed_by": data.get("signed_by", ""),
        "received_on": data["received_at"][:10],
        "due_on": one.due_on.isoformat(),
        "signed_on": data.get("signed_at", "")[:10],
        "returned_on": data.get("returned_at", "")[:10],
        "in_time": pair(state),
        "days_late": one.days(today),
        "reason": " ".join(data.get("late_reason", "").split()),
    }


def _contacts(register: Register, policy: Policy, asked: Asked) -> list[Table]:
    """Signed cases in negotiation without a first contact, the longest waiting first."""
    book = Book(register, policy, asked.who)
    waiting = [life for life in book.lives if _waits(book, life)]
    rows = [_contact(book, life) for life in waiting]
    rows.sort(key=lambda row: (-row["age_days"], row["case"]))
    columns = (
        column("case", "ref"), column("branch", "ref"), column("office", "ref"), column("signed_by", "ref"), column("signed_on", "date"),
        column("due_on", "date"), column("age_days", "count"), column("in_time"), column("days_late", "count"),
    )  # fmt: skip
    return [Table("contact", titled("contact", policy.today.isoformat()), columns, rows, {}, (pair("note.contact"),))]


def _waits(book: Book, life: Life) -> bool:
    data = life.case.data
    return data["state"] == "negotiating" and "signed_at" in data and "first_contact_at" not in data and book.within(life, book.today)


def _contact(book: Book, life: Life) -> dict[str, Any]:
    data, today = life.case.data, book.today
    signed = data["signed_at"]
    try:
        due = deadlines.due(book.policy, CONTACT, signed)
    except UnknownYear:
        due = None
    days = (today - due).days if due else 0
    late = days > deadlines.grace(book.policy, CONTACT, signed)
    return {
        "case": life.case.id,
        "branch": data.get("routed_to_branch", ""),
        "office": data.get("assigned_office", ""),
        "signed_by": data["signed_by"],
        "signed_on": signed[:10],
        "due_on": due.isoformat() if due else "",
        "age_days": (today - date.fromisoformat(signed[:10])).days,
        "in_time": pair("uncounted") if due is None else pair("overdue" if late else "open-yet"),
        "days_late": days if late else 0,
    }


def open_stages(book: Book) -> dict[str, list[Life]]:
    """Stage → the open cases in it, the longest in it first."""
    found: dict[str, list[Life]] = {name: [] for _, name in cases.STEPS}
    for life in book.lives:
        if life.case.data["state"] == "negotiating" and book.within(life, book.today):
            found[cases.stage(life.case)].append(life)
    return {name: sorted(lives, key=lambda life: (cases.since(life.case), life.case.id)) for name, lives in found.items()}


SIGN_BACK = Report("case-sign-back", pair("title.sign-back"), ("D6",), _sign_backs, frozenset({"period", "who"}), {}, _year_of)
CONTACT_REPORT = Report("case-contact", pair("title.contact"), ("D7",), _contacts, frozenset({"who"}))
