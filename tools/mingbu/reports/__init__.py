"""Reports: figures of the register as tables, the same for pages, files and the command line."""

from mingbu.reports import (
    ageing,
    classes,
    composition,
    coverage,
    credit_analysis,
    credit_mix,
    dunning,
    exposure,
    migration,
    potential,
    routes,
    sales,
    terms,
    watchlist,
)
from mingbu.reports.model import Asked, CannotReport, Chart, Column, Paragraph, Report, Table
from mingbu.reports.noted import note_of, paragraphs

REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        potential.REPORT,
        coverage.COMPLETENESS,
        classes.REPORT,
        routes.REPORT,
        composition.REPORT,
        credit_mix.REPORT,
        sales.CUSTOMER_SALES,
        sales.SALES_TO_CUSTOMERS,
        exposure.REPORT,
        ageing.REPORT,
        watchlist.REPORT,
        dunning.REPORT,
        migration.REPORT,
        terms.TERMS,
        terms.STATUTORY,
        credit_analysis.REPORT,
    )
}
"""Every report, by its name."""

__all__ = ["REPORTS", "Asked", "CannotReport", "Chart", "Column", "Paragraph", "Report", "Table", "note_of", "paragraphs"]
