"""Gold from choices, whichever road they came by; and the check that gold is what they make."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dateline import files
from dateline.agreement import (
    Disagreement,
    Version,
    disagreements,
    head,
    overlapping,
    read_version,
    whole_lines,
)
from dateline.documents import (
    Article,
    Document,
    Finding,
    InvalidAnnotation,
    Layer,
    Span,
)
from dateline.labelstudio import dump_task, write_task

from .decisions import NEITHER, OTHER, Choice, Decision, Place, read_decisions, write_decisions
from .settling import AMENDMENT, settle


class Outcome(NamedTuple):
    """What the choices on one article come to."""

    article: str
    document: Document | None
    """None while there are problems."""
    decisions: list[Decision]
    problems: list[str]
    """What is undecided, or cannot be."""


def adjudicate(
    article: Article,
    versions: Sequence[Version],
    choices: Iterable[Choice],
    by: str,
    before: Sequence[Decision] = (),
) -> Outcome:
    """Settle one article.

    Args:
        article: Which one.
        versions: Two, both of which have it.
        choices: On its disagreements, and amendments.
        by: The adjudicator's pseudonym.
        before: Decisions on file: one that is made again stays with whoever made it.
    """
    first, second = (version.documents[article.id] for version in versions)
    names = versions[0].name, versions[1].name
    doubts = [doubt for version in versions for doubt in version.doubts.get(article.id, ())]
    found = {one.key: one for one in disagreements(first, second, names, doubts)}
    problems: list[str] = []
    decisions: list[Decision] = []
    tried = set()
    for choice in choices:
        if choice.choice:
            tried.add((choice.layer, choice.part, choice.span))
        made = _decision(choice, found, (first, second), names, by, problems)
        if made is not None:
            same = (d for d in before if msgspec.structs.replace(made, by=d.by) == d)
            decisions.append(next(same, made))
    decisions.sort(key=lambda decision: _order(decision, list(found)))
    dropped = {d.key[::2] for d in decisions if d.part == "head" and not d.value}
    for key, one in found.items():
        if key not in tried and (key[0], key[2]) not in dropped:
            problems.append(f"undecided: {_show(one, article)}")
    if problems:
        return Outcome(article.id, None, decisions, problems)
    try:
        document = _replay(first, second, decisions)
    except InvalidAnnotation as error:
        return Outcome(article.id, None, decisions, [str(error)])
    return Outcome(article.id, document, decisions, [])


def undecided(found: Iterable[Disagreement], decisions: Sequence[Decision]) -> list[Disagreement]:
    """Return the disagreements that are not, as they now stand, among the decisions on file."""
    decided = {decision.key: decision.versions for decision in decisions}
    dropped = {d.key[::2] for d in decisions if d.part == "head" and not d.value}
    return [
        one for one in found if decided.get(one.key) != one.versions and one.key[::2] not in dropped
    ]


def check_outcome(annotations: Path, outcome: Outcome) -> None:
    """Make sure that writing a settled article loses nothing that is there.

    Raises:
        InvalidAnnotation: decisions lie there on places that the new ones do not have, or gold
            that no decisions have made and that is not provisional.
    """
    trail = annotations / "decisions" / f"{outcome.article}.jsonl"
    gold = annotations / "gold" / f"{outcome.article}.json"
    before, findings = read_decisions(trail)
    if findings:
        raise InvalidAnnotation(str(findings[0]))
    lost = {decision.key for decision in before} - {d.key for d in outcome.decisions}
    if lost:
        layer, part, span = sorted(lost)[0]
        raise InvalidAnnotation(
            f"{trail}: {len(lost)} decisions there would be lost, the first on {layer} {part} at "
            f"{span.start}; expected them among the new ones, or the file moved away"
        )
    assert outcome.document is not None
    made = dump_task(write_task(outcome.document))
    if gold.is_file() and not trail.is_file():
        there = gold.read_text("utf-8")
        if there != made and '"provisional":true' not in there:
            raise InvalidAnnotation(
                f"{gold}: there already, and made by no decisions; expected it moved away"
            )


def write_outcome(annotations: Path, outcome: Outcome) -> str:
    """Write gold and decisions of a settled article; return ``new``, ``changed`` or ``same``.

    The decisions come first: if the gold does not follow, `replay_findings` tells.

    Raises:
        InvalidAnnotation: as `check_outcome` does.
    """
    check_outcome(annotations, outcome)
    assert outcome.document is not None
    trail = annotations / "decisions" / f"{outcome.article}.jsonl"
    gold = annotations / "gold" / f"{outcome.article}.json"
    before, _ = read_decisions(trail)
    said = dump_task(write_task(outcome.document))
    if gold.is_file() and gold.read_text("utf-8") == said and before == outcome.decisions:
        return "same"
    state = "changed" if gold.is_file() else "new"
    write_decisions(trail, outcome.decisions)
    files.write(gold, said)
    return state


def replay_findings(
    annotations: Path, documents: Sequence[Document], decisions: Mapping[str, Sequence[Decision]]
) -> Iterator[Finding]:
    """Check that gold is what versions and decisions make, where both are on file.

    Findings: gold-not-decided.
    """
    for document in documents:
        made = decisions.get(document.id)
        if not made:
            continue
        file = str(annotations / "gold" / f"{document.id}.json")
        paths = [
            annotations / "exports" / name / f"{document.id}.json" for name in made[0].versions
        ]
        if len(paths) != 2 or not all(path.is_file() for path in paths):
            continue
        try:
            versions = [
                read_version(path, [document.article], name)
                for path, name in zip(paths, made[0].versions, strict=True)
            ]
            said = _difference(document, versions, made)
        except InvalidAnnotation as error:
            said = str(error)
        if said:
            yield Finding(
                "gold-not-decided", file, document.id, said, "what the decisions on file make"
            )


def _difference(document: Document, versions: Sequence[Version], made: Sequence[Decision]) -> str:
    """Say how gold or its trail differs from the same choices made again; ``""`` if it does not."""
    choices = [
        Choice(
            d.layer,
            d.part,
            d.span.bare(),
            d.choice,
            d.value if d.choice == OTHER else (),
            d.rule,
            d.reason,
        )
        for d in made
    ]
    again = adjudicate(document.article, versions, choices, "", made)
    if again.problems:
        return again.problems[0]
    wrong = [d for d, same in zip(made, again.decisions, strict=True) if d != same or not d.by]
    if wrong or len({(d.key, d.rule) for d in made}) < len(made):
        one = wrong[0] if wrong else made[0]
        return (
            f"a decision on {one.layer} {one.part} at {one.span.start} that is not as it was made"
        )
    return "" if again.document == document else "other annotations"


def _replay(first: Document, second: Document, decisions: Sequence[Decision]) -> Document:
    decided = {d.key: d.value for d in decisions if d.part != AMENDMENT}
    amendments = [(d.layer, d.span.bare(), d.value) for d in decisions if d.part == AMENDMENT]
    return settle(first, second, decided, amendments)


def _decision(
    choice: Choice,
    found: Mapping[tuple[Layer, str, Span], Disagreement],
    documents: tuple[Document, Document],
    names: tuple[str, str],
    by: str,
    problems: list[str],
) -> Decision | None:
    """Return the decision that a choice is, or None, with a problem unless it is not made yet."""
    article = documents[0].article
    where = f"{choice.layer} {choice.part} at {choice.span.start}"
    place = Place(choice.span.start, choice.span.end, choice.span.of(article.text))
    if choice.part == AMENDMENT:
        values = (_there(document, choice) for document in documents)
        versions, kind = dict(zip(names, values, strict=True)), AMENDMENT
    elif (choice.layer, choice.part, choice.span) in found:
        one = found[choice.layer, choice.part, choice.span]
        versions, kind = one.versions, one.kind
    else:
        problems.append(f"{where}: no such disagreement; expected those of {' and '.join(names)}")
        return None
    if not choice.choice:
        if choice.part == AMENDMENT:
            problems.append(f"undecided: {where} {place.text!r}")
        return None
    options = {**versions, NEITHER: (), OTHER: choice.value}
    if choice.choice not in options:
        problems.append(f"{where}: choice {choice.choice!r}; expected {', '.join(options)}")
        return None
    if choice.choice == OTHER and not choice.value:
        problems.append(f"{where}: {OTHER}, but nothing below it; expected an annotation")
        return None
    value = options[choice.choice]
    if not value and choice.part in ("realis", "polarity", "speaker"):
        problems.append(f"{where}: {choice.choice}; expected a value")
        return None
    return Decision(
        choice.layer,
        choice.part,
        kind,
        place,
        dict(versions),
        choice.choice,
        tuple(value),
        choice.rule,
        choice.reason,
        by,
    )


def _there(document: Document, choice: Choice) -> tuple[str, ...]:
    wholes = [
        whole
        for whole in getattr(document, choice.layer)
        if overlapping(head(whole), (choice.span,))
    ]
    return whole_lines(wholes, document.article)


def _order(decision: Decision, keys: list[tuple[Layer, str, Span]]) -> int:
    """Order decisions as the disagreements are, and amendments, as they were made, after them."""
    return keys.index(decision.key) if decision.key in keys else len(keys)


def _show(one: Disagreement, article: Article) -> str:
    said = one.span.of(article.text)
    said = said if len(said) <= 40 else f"{said[:39]}…"
    return f"{one.layer} {one.part} ({one.kind}) at {one.span.start} {said!r}"
