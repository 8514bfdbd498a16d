"""Decisions: what was chosen of a disagreement, by which rule of the guidelines, why, and by whom.

They lie in ``annotations/decisions/<article>.jsonl``, one a line, in the order in which the layers
and the text have them.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dateline import files
from dateline.agreement import Key, Lines
from dateline.documents import Finding, Layer, Span
from dateline.documents.strictjson import loads

NEITHER, OTHER = "neither", "other"
"""Choices besides the versions' names: nothing is annotated; what the adjudicator wrote is."""

_RULE = re.compile(r"[A-Z]\d+")


class Place(Span, frozen=True):
    """Characters of an article, with their text, for people to read."""

    text: str


class Choice(NamedTuple):
    """What an adjudicator says of one place, as a worksheet or the labelling page has it."""

    layer: Layer
    part: str
    span: Span
    choice: str
    """A version's name, ``neither``, ``other``, or nothing yet."""
    value: Lines = ()
    """What to annotate instead, with ``other``."""
    rule: str = ""
    reason: str = ""


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A choice that was made, with all that it was made between."""

    layer: Layer
    part: str
    """``head``, ``cluster``, ``amendment``, or the name of a part."""
    kind: str
    span: Place
    versions: dict[str, Lines]
    """What each version has there, as lines of the text form, ``#n`` over the whole article."""
    choice: str
    value: Lines
    """What was chosen, in the same lines; empty for nothing."""
    rule: str
    """Of the guidelines, such as ``E7``; several are separated by commas."""
    reason: str
    by: str
    """The adjudicator's pseudonym."""

    @property
    def key(self) -> Key:
        """What the disagreement is known by within its article."""
        return self.layer, self.part, self.span.bare()

    @property
    def rules(self) -> list[str]:
        """The rules, one by one."""
        return [rule.strip() for rule in self.rule.split(",") if rule.strip()]


def read_decisions(path: Path) -> tuple[list[Decision], list[Finding]]:
    """Read the decisions on one article; none where there is no file.

    Findings: decision-unreadable.
    """
    if not path.is_file():
        return [], []
    found: list[Decision] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found.append(msgspec.convert(loads(line), Decision))
        except (ValueError, msgspec.ValidationError) as error:
            where = f"{path} line {number}"
            return [], [Finding("decision-unreadable", where, path.stem, str(error), "a decision")]
    return found, []


def write_decisions(path: Path, decisions: Sequence[Decision]) -> None:
    """Write the decisions on one article; the file is there whole, or as it was before."""
    encode = msgspec.json.Encoder().encode
    files.write(path, "".join(encode(decision).decode() + "\n" for decision in decisions))


def read_rules(guidelines: Path) -> frozenset[str]:
    """Return the numbers of the rules that guidelines have, such as ``E1``; none without a file."""
    if not guidelines.is_file():
        return frozenset()
    found = re.findall(r"^- \*\*([A-Z]\d+)\.\*\*", guidelines.read_text("utf-8"), re.MULTILINE)
    return frozenset(found)


def decision_findings(
    decisions: Mapping[str, Sequence[Decision]], rules: frozenset[str], folder: str = ""
) -> list[Finding]:
    """Check the decisions on all articles.

    Args:
        decisions: By article.
        rules: Those that there are; empty if unknown, then any number will do.
        folder: Where they lie, for the findings.

    Findings: decision-rule (none, or one that the guidelines do not have), decisions-contradict
    (by the same rule, of the same two values for the same words, once one and once the other).
    """
    findings = []
    pairs: dict[tuple[str, Layer, str, frozenset[Lines]], list[tuple[str, Decision]]] = defaultdict(
        list
    )
    for article, made in decisions.items():
        file = f"{folder}/{article}.jsonl" if folder else ""
        for decision in made:
            where = f"{article} {decision.layer} {decision.part} at {decision.span.start}"
            unknown = [rule for rule in decision.rules if not _is_rule(rule, rules)]
            if unknown or not decision.rules:
                got = repr(decision.rule) if decision.rule else "none"
                findings.append(Finding("decision-rule", file, where, got, "a rule, such as E7"))
            for rule in decision.rules:
                pairs[rule, decision.layer, decision.part, _values(decision)].append(
                    (where, decision)
                )
    for (rule, *_), same in pairs.items():
        first_where, first = same[0]
        for where, decision in same[1:]:
            if _plain(decision.value) != _plain(first.value):
                said = f"{_show(decision)} by {rule}; {_show(first)} in {first_where}"
                file = f"{folder}/{where.partition(' ')[0]}.jsonl" if folder else ""
                findings.append(Finding("decisions-contradict", file, where, said, "one way"))
    return findings


def _is_rule(rule: str, rules: frozenset[str]) -> bool:
    return rule in rules if rules else bool(_RULE.fullmatch(rule))


def _values(decision: Decision) -> frozenset[Lines]:
    return frozenset(_plain(lines) for lines in decision.versions.values())


def _plain(lines: Lines) -> Lines:
    """Return lines without the numbers of occurrences, in small letters."""
    return tuple(re.sub(r"\]#\d+$", "]", line).casefold() for line in lines)


def _show(decision: Decision) -> str:
    return " / ".join(line.strip() for line in decision.value) or "nothing"
