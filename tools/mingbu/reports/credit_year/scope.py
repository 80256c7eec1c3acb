"""What a company's report is about: the register with its sales, and with the customers and credit files that are its own.

Readings. Sales belong to the company whose department they name. A customer is the company's when it bought from it up to the day, or
when its card belongs to one of its departments. A credit file is the group's, one for a customer: its grade and limit count in the
report of each company that the customer trades with, and are not added up across companies.
"""

from __future__ import annotations

from datetime import date

from mingbu import organization
from mingbu.register import Record, Register
from mingbu.reports.model import CannotReport


def of_company(register: Register, who: str | None, until: date) -> Register:
    """The register as the company's report sees it; the whole of it where none is named.

    Raises CannotReport for what is neither a company nor the group.
    """
    if who is None:
        return register
    department = register.get(who)
    if department is None or department.kind.name != "department" or department.data.get("level") not in {"company", "group"}:
        raise CannotReport("error.report-company", value=who)
    return register.memo(f"register of {who} until {until}", lambda: _narrowed(register, who, until.isoformat()))


def _narrowed(register: Register, who: str, until: str) -> Register:
    own = {department.id for department in register.of("department") if who in organization.above(register, department.id)}
    sales = [record for record in register.of("sales") if record.data["department"] in own]
    bought = {line["customer"] for record in sales for line in record.data["lines"] if line["date"] <= until}
    strangers = {one.id for one in register.of("customer") if one.id not in bought and one.data.get("owner_department") not in own}
    files = {one.id for one in register.of("credit-file") if one.data["customer"] in strangers}
    others = [record for record in register.of("sales") if record.data["department"] not in own]
    invoices = _invoices(others) - _invoices(sales)
    dropped = {record.id for record in others} | {record.id for record in register.of("dunning") if record.data["invoice_no"] in invoices}

    def kept(record: Record) -> bool:
        if record.id in dropped:
            return False
        return record.id not in strangers and record.id not in files and str(record.data.get("credit_file")) not in files

    return register.part({record_id: record for record_id, record in register.records.items() if kept(record)})


def _invoices(sales: list[Record]) -> set[str]:
    return {line["invoice_no"] for record in sales for line in record.data["lines"] if "invoice_no" in line}
