"""The guidelines have every label with examples, and rules that can be cited."""

import re

from conftest import ROOT

from dateline import (
    ENTITY_LABELS,
    EVENT_TYPES,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Article,
)
from dateline.checks import document_findings
from dateline.textform import from_text, to_text

TEXT = (ROOT / "annotations/guidelines.md").read_text("utf-8")
ROWS = {
    cells[0]: cells
    for line in TEXT.splitlines()
    if line.startswith("| ")
    for cells in [[cell.strip() for cell in line.strip("| ").split(" | ")]]
    if len(cells) == 4
}
PARTS = ("content", "cue", "source", "speakers: NAMED", "speakers: UNNAMED", "MENTION", "continues")


def test_every_label_has_two_examples_and_a_counter_example() -> None:
    for name in (*ENTITY_LABELS, *QUOTE_KINDS, *PARTS, *EVENT_TYPES, *REALIS, *POLARITIES, *ROLES):
        _, covers, yes, no = ROWS[name]
        assert covers
        assert len(re.findall(r"`[^`]*\[[^`]+\][^`]*`", yes)) >= 2, name
        assert re.search(r"`[^`]+`: ?\w|`[^`]+`", no), name
    order = [name for name in ROWS if name in (*ENTITY_LABELS, *EVENT_TYPES)]
    assert order == [*ENTITY_LABELS, *EVENT_TYPES]


def test_rules_are_numbered_without_a_gap_and_cited_as_they_are() -> None:
    rules = re.findall(r"^- \*\*([EQVX])(\d+)\.\*\*", TEXT, re.M)
    for letter in "EQVX":
        numbers = [int(number) for prefix, number in rules if prefix == letter]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers
    named = {letter + number for letter, number in rules}
    assert set(re.findall(r"\b[EQVX]\d+\b", TEXT)) <= named


def test_a_newcomer_reads_them_in_twenty_minutes() -> None:
    words = re.findall(r"[\w’'-]+", TEXT)
    assert len(words) / 240 <= 20, "at 240 words a minute"


def test_they_tell_their_version() -> None:
    assert re.search(r"^Version \d+, for scheme version 1\.$", TEXT, re.M)


def test_the_worked_paragraph_is_of_the_given_article_and_sound() -> None:
    form = TEXT.partition("```\n@ worked")[2].partition("```")[0]
    line = form.split("\n")[1].removeprefix("|")
    assert line in (ROOT / "corpus/articles/putin-araghchi.txt").read_text("utf-8")
    document = from_text(f"@ worked{form}", Article("worked", line))
    assert list(document_findings(document)) == []
    assert to_text(document) == f"@ worked{form}"
    assert document.entities
    assert document.quotes
    assert document.events
