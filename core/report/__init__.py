"""A report to take away: one HTML file with charts, tables and photos inside, the same as PDF, its tables as CSV."""

from core.report.compared import Compared, compare_sides
from core.report.page import Report, make_report
from core.report.pdf import find_chromium, print_pdf
from core.report.tables import Table, csv_archive, kept_summary, list_tables

__all__ = [
    "Compared",
    "Report",
    "Table",
    "compare_sides",
    "csv_archive",
    "find_chromium",
    "kept_summary",
    "list_tables",
    "make_report",
    "print_pdf",
]
