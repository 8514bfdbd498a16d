"""Findings: what a check has to say, by name.

A check is a pure function that returns findings and prints nothing. The catalogue below holds every
name with its level and what it means; ``tests/invalid/`` holds a file for each, with that one
defect. The habit is that of the Universal Dependencies validator: level, name, place, got,
expected.
"""

from typing import Literal

import msgspec

Level = Literal["error", "warning"]


class Finding(msgspec.Struct, frozen=True, order=True):
    """One thing that is not as it should be."""

    name: str
    """A key of `CATALOGUE`."""
    file: str = ""
    id: str = ""
    """The article's id, with the place inside it, such as ``vlora quotes[2].source``."""
    got: str = ""
    expected: str = ""

    @property
    def level(self) -> Level:
        """``error`` or ``warning``, from the catalogue."""
        return CATALOGUE[self.name][0]

    def __str__(self) -> str:
        where = " ".join(part for part in (self.file, self.id) if part)
        said = f"{self.level} {self.name}"
        if where:
            said += f" in {where}"
        said += f": {CATALOGUE[self.name][1]}"
        if self.got:
            said += f"; got {self.got}"
        if self.expected:
            said += f", expected {self.expected}"
        return said


_ERROR: Level = "error"
_WARNING: Level = "warning"

CATALOGUE: dict[str, tuple[Level, str]] = {
    # the manifest and the articles
    "manifest-columns": (_ERROR, "the manifest lacks a column or has an unknown one"),
    "manifest-value": (_ERROR, "a value of the manifest is not of its kind"),
    "manifest-duplicate": (_ERROR, "an article stands twice in the manifest"),
    "story-in-two-splits": (_ERROR, "articles on one story are in different splits"),
    "text-in-two-splits": (_ERROR, "articles in different splits share text"),
    "article-missing": (_ERROR, "the manifest names an article that has no file"),
    "article-unlisted": (_ERROR, "an article's file is not in the manifest"),
    "article-changed": (_ERROR, "an article's bytes are not those that the manifest was made for"),
    "article-not-utf8": (_ERROR, "an article is not UTF-8"),
    "article-characters": (_ERROR, "an article holds characters that tools do not agree upon"),
    # the Label Studio task
    "gold-missing": (_ERROR, "an article has no gold annotation"),
    "gold-unlisted": (_ERROR, "a gold annotation is of no article in the manifest"),
    "task-not-json": (_ERROR, "a file is not JSON, or repeats a key"),
    "task-shape": (_ERROR, "a file is not a Label Studio task"),
    "task-text": (_ERROR, "a task's text is not the article's"),
    "task-annotations": (_ERROR, "a task has none or several annotations that count"),
    "region-unknown": (_ERROR, "a region has a control or a label that the scheme does not know"),
    "region-span": (_ERROR, "a region has no usable span, or two"),
    "region-text": (_WARNING, "a region's own text is not what its offsets say"),
    "region-choice": (_ERROR, "a choice is missing, unknown, repeated or out of place"),
    "region-unlinked": (_WARNING, "a cue or mention is linked to nothing"),
    "relation-dangling": (_ERROR, "a relation ends at a region that is not there"),
    "relation-unlabelled": (_ERROR, "a relation has no label"),
    "relation-unknown": (_ERROR, "a relation's label is not in the scheme"),
    "relation-ends": (_ERROR, "a relation joins regions that it cannot join"),
    "relation-direction": (
        _WARNING,
        "a relation's arrow does not point to the right",
    ),
    "relation-repeated": (_ERROR, "a quote has two cues or two sources"),
    # the document
    "span-out-of-text": (_ERROR, "a span is empty or leaves the text"),
    "span-not-tokens": (_ERROR, "a span does not begin and end with a token"),
    "span-overlap": (_ERROR, "two spans of one layer overlap"),
    "span-over-paragraphs": (_ERROR, "a span other than a quote's content leaves its paragraph"),
    "speaker-choice": (_ERROR, "a quote marked NAMED has no speaker, or one marked UNNAMED has"),
    "speaker-not-fullest": (_WARNING, "a fuller mention of the speaker's name is in the article"),
    "kind-marks": (_WARNING, "a quote's kind does not fit its quotation marks"),
    "negative-not-other": (_ERROR, "an event is NEGATIVE, but its realis is not OTHER"),
    "argument-outside-sentence": (_ERROR, "an argument is not in its trigger's sentence"),
    # the trail of adjudication
    "decision-unreadable": (_ERROR, "a line of decisions cannot be read"),
    "decision-rule": (_ERROR, "a decision names no rule, or one that the guidelines do not have"),
    "decisions-contradict": (_WARNING, "by one rule the same was decided in two ways"),
    "gold-not-decided": (_ERROR, "gold is not what the exports and the decisions on file make"),
    # the consistency of gold
    "quotation-unquoted": (_WARNING, "words between quotation marks lie in no quote"),
    "label-varies": (_WARNING, "one name has two labels in an article"),
    "cue-unquoted": (_WARNING, "a verb of saying is no quote's cue"),
    "exception-unreadable": (_ERROR, "a line of the exceptions cannot be read"),
    "exception-unused": (_WARNING, "an exception excuses nothing"),
    # the built dataset
    "dataset-missing": (_ERROR, "the dataset is not built, or a file of it is missing"),
    "dataset-unreadable": (_ERROR, "a file of the dataset cannot be read"),
    "dataset-half-replaced": (_ERROR, "the dataset's files and its card are not of one build"),
    "dataset-stale": (_ERROR, "the dataset is not what articles and gold now make"),
    "dataset-label-names": (_ERROR, "the card names labels otherwise than the data files"),
}
"""Name → (level, meaning), for every finding there is."""


def errors(findings: "list[Finding]") -> "list[Finding]":
    """Return those of *findings* whose level is ``error``."""
    return [finding for finding in findings if finding.level == "error"]
