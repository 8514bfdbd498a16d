"""Sections of ``eval/BENCHMARKS.md``, each replaced by the run that made it."""

import os
import platform
import re
import statistics
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dateline import files

REPORT = Path("eval/BENCHMARKS.md")
HEAD = """# Benchmarks

Made by `make bench`, a section by each of its modules. Ratios within a run count; absolute times
are of one machine at one time.
"""


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median of *values* with the lowest and the highest."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def write_section(title: str, command: str, packages: Sequence[str], lines: Sequence[str]) -> None:
    """Replace the section *title* in the report, with machine, versions, date and command."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    section = "\n".join(
        [f"## {title}", "", f"`{command}`, {date.today()}; {machine}; {versions}.", "", *lines, ""]
    )
    before = REPORT.read_text("utf-8") if REPORT.is_file() else HEAD
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.M | re.S)
    if pattern.search(before):
        made = pattern.sub(lambda _: section + "\n", before)
    else:
        made = f"{before.rstrip()}\n\n{section}"
    files.write(REPORT, made.rstrip() + "\n")
