"""IOB2 tags: spans over pieces of text, and back, without loss.

A *piece* is a pair of offsets: a token, or a stretch between two neighbouring boundaries (`cut`).
IOB2 (Ratnaparkhi 1998; Tjong Kim Sang and Veenstra 1999): ``B-X`` begins every span of type X,
``I-X`` carries it on, ``O`` is outside.

>>> encode([(0, 5), (6, 11), (12, 15)], [(0, 11, "PERSON")])
['B-PERSON', 'I-PERSON', 'O']
"""

import itertools
from collections.abc import Iterable, Sequence

Offsets = tuple[int, int]
LabelledSpan = tuple[int, int, str]


def cut(*layers: Iterable[LabelledSpan]) -> list[Offsets]:
    """Return the pieces between all boundaries of all spans given, in order.

    Over them every span is a whole number of pieces, so its tags lose nothing.
    """
    boundaries = sorted({edge for spans in layers for span in spans for edge in span[:2]})
    return list(itertools.pairwise(boundaries))


def encode(pieces: Sequence[Offsets], spans: Iterable[LabelledSpan]) -> list[str]:
    """Return one IOB2 tag a piece.

    Args:
        pieces: Offsets in order, not overlapping.
        spans: ``(start, end, label)``, not overlapping; each a whole number of pieces.

    Raises:
        ValueError: a span does not begin and end with a piece, or overlaps another.
    """
    tags = ["O"] * len(pieces)
    first = {start: i for i, (start, _) in enumerate(pieces)}
    last = {end: i for i, (_, end) in enumerate(pieces)}
    for start, end, label in spans:
        if start not in first or end not in last or first[start] > last[end]:
            raise ValueError(f"span [{start}, {end}) {label} is not a whole number of pieces")
        covered = range(first[start], last[end] + 1)
        if any(tags[i] != "O" for i in covered):
            raise ValueError(f"span [{start}, {end}) {label} overlaps another")
        for i in covered:
            tags[i] = f"I-{label}"
        tags[covered[0]] = f"B-{label}"
    return tags


def decode(pieces: Sequence[Offsets], tags: Sequence[str]) -> list[LabelledSpan]:
    """Return the spans that IOB2 *tags* over *pieces* say, in order.

    Raises:
        ValueError: lengths differ, a tag is not IOB2, or an ``I-`` carries nothing on.
    """
    spans: list[LabelledSpan] = []
    before = "O"
    for (start, end), tag in zip(pieces, tags, strict=True):
        prefix, _, label = tag.partition("-")
        if prefix == "B" and label:
            spans.append((start, end, label))
        elif prefix == "I" and label and before != "O" and spans[-1][2] == label:
            spans[-1] = (spans[-1][0], end, label)
        elif tag != "O":
            raise ValueError(f"tag {tag!r} after {before!r} at [{start}, {end}) is not IOB2")
        before = tag
    return spans
