"""Adjudication: of two versions one, with a trail of what was decided, by which rule, and why."""

from .decisions import (
    Choice,
    Decision,
    Place,
    decision_findings,
    read_decisions,
    read_rules,
    write_decisions,
)
from .gold import (
    Outcome,
    adjudicate,
    check_outcome,
    replay_findings,
    undecided,
    write_outcome,
)
from .page import Page, fingerprint, page_config, page_task, read_page, unexplained
from .provenance import provenance, read_annotators, read_audit
from .settling import AMENDMENT, agreed, settle
from .worksheet import Sheet, read_worksheet, write_worksheet

__all__ = [
    "AMENDMENT",
    "Choice",
    "Decision",
    "Outcome",
    "Page",
    "Place",
    "Sheet",
    "adjudicate",
    "agreed",
    "check_outcome",
    "decision_findings",
    "fingerprint",
    "page_config",
    "page_task",
    "provenance",
    "read_annotators",
    "read_audit",
    "read_decisions",
    "read_page",
    "read_rules",
    "read_worksheet",
    "replay_findings",
    "settle",
    "undecided",
    "unexplained",
    "write_decisions",
    "write_outcome",
    "write_worksheet",
]
