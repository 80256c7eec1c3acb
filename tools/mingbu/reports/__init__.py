"""Reports: figures of the register as tables, the same for pages, files and the command line."""

from mingbu.reports import ageing, collections, coverage, exposure, migration, potential, terms, watchlist
from mingbu.reports.model import Asked, CannotReport, Column, Report, Table

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        potential.REPORT,
        coverage.COMPLETENESS,
        exposure.REPORT,
        ageing.REPORT,
        watchlist.REPORT,
        collections.REPORT,
        migration.REPORT,
        terms.TERMS,
        terms.STATUTORY,
    )
}
"""Every report, by its name."""

__all__ = ["REPORTS", "Asked", "CannotReport", "Column", "Report", "Table"]
