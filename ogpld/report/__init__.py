"""Findings of the gate as plain data, and their views: text, JSON, causes, the W3C graph.

No SHACL engine in here: whoever checks makes findings, whoever shows them needs only this package.
"""

from ogpld.report.causes import Cause, causes
from ogpld.report.finding import Finding, Severity
from ogpld.report.findings import Report
from ogpld.report.report_graph import READING, report_quads, report_turtle

__all__ = [
    "READING",
    "Cause",
    "Finding",
    "Report",
    "Severity",
    "causes",
    "report_quads",
    "report_turtle",
]
