"""Disagreements of two versions, each small enough to be decided by itself.

Annotations of one layer that overlap form a cluster. A cluster with one quote, or one event, on
either side is compared part by part: its head (content and kind, or trigger and type), and then
cue, source and speakers, or realis, polarity and each role. Any other cluster is one disagreement,
about all that is in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from dateline.documents import (
    LAYERS,
    ROLES,
    Article,
    Document,
    Event,
    Layer,
    Quote,
    Span,
)
from dateline.labelstudio import Doubt
from dateline.textform import to_lines

from .pairing import head, label_of, overlapping

PARTS: dict[Layer, tuple[str, ...]] = {
    "entities": (),
    "quotes": ("cue", "source", "speaker"),
    "events": ("realis", "polarity", *(role.lower() for role in ROLES)),
}
"""What is compared besides the head, where one annotation stands against one."""

KINDS = ("label", "boundary", "boundary and label", "missing", "several", "part", "doubt")
"""The kinds of disagreement, in the order of a list. ``several``: not one against one; ``doubt``:
the versions agree, and an annotator was unsure."""

Lines = tuple[str, ...]
"""Annotations as lines of the text form, ``#n`` counted over the whole article."""


class Disagreement(msgspec.Struct, frozen=True):
    """One thing that two versions say otherwise."""

    article: str
    layer: Layer
    part: str
    """``head``, ``cluster``, or one of `PARTS`."""
    kind: str
    """One of `KINDS`."""
    span: Span
    """From the first to the last character of what is compared."""
    versions: dict[str, Lines]
    """What each version has; nothing where it has nothing."""
    notes: tuple[str, ...] = ()
    """What annotators noted with their doubts."""

    @property
    def key(self) -> "Key":
        """What it is known by within its article."""
        return self.layer, self.part, self.span


Key = tuple[Layer, str, Span]


class Cluster(NamedTuple):
    """The annotations of one layer that overlap one another, of both versions."""

    layer: Layer
    first: tuple[Any, ...]
    second: tuple[Any, ...]

    @property
    def is_pair(self) -> bool:
        """Whether one stands against one, so that parts can be compared."""
        return len(self.first) == len(self.second) == 1

    @property
    def span(self) -> Span:
        """From the first to the last character of all heads."""
        spans = [span for whole in (*self.first, *self.second) for span in head(whole)]
        return Span(min(spans).start, max(span.end for span in spans))


def disagreements(
    first: Document,
    second: Document,
    names: tuple[str, str],
    doubts: Sequence[Doubt] = (),
) -> list[Disagreement]:
    """Return all disagreements of two documents on one article, layer by layer, in text order.

    Args:
        first: One version.
        second: The other.
        names: What to call them.
        doubts: Of both; what is doubted is listed even where the versions agree.
    """
    return [
        found
        for layer in LAYERS
        for cluster in clusters(layer, first, second)
        for found in _of_cluster(cluster, first.article, names, doubts)
    ]


def clusters(layer: Layer, first: Document, second: Document) -> list[Cluster]:
    """Return the clusters of a layer, in the order of the text."""
    items = [(side, whole) for side, d in enumerate((first, second)) for whole in getattr(d, layer)]
    groups: list[list[tuple[int, Any]]] = []
    for item in items:
        touched = [g for g in groups if any(overlapping(head(item[1]), head(w)) for _, w in g)]
        groups = [g for g in groups if g not in touched]
        groups.append([one for group in touched for one in group] + [item])
    found = [
        Cluster(layer, *(tuple(w for side, w in group if side == which) for which in (0, 1)))
        for group in groups
    ]
    return sorted(found, key=lambda cluster: cluster.span)


def head_lines(whole: Any, article: Article) -> Lines:
    """Return the lines of an annotation without its parts."""
    if isinstance(whole, Quote):
        lines = to_lines(Document(article, quotes=(Quote(whole.fragments, whole.kind),)))
        return tuple(line for line in lines if line.strip() != "speaker UNNAMED")
    if isinstance(whole, Event):
        whole = Event(whole.start, whole.end, whole.type)
    return whole_lines([whole], article)


def part_lines(whole: Any, part: str, article: Article) -> Lines:
    """Return the lines of one part of a quote or an event."""
    if part in ("realis", "polarity"):
        return (getattr(whole, part),)
    lines = (line.strip() for line in whole_lines([whole], article)[1:])
    return tuple(line for line in lines if line.split()[0] == part)


def whole_lines(wholes: Sequence[Any], article: Article) -> Lines:
    """Return the lines of annotations with all their parts."""
    quotes = tuple(whole for whole in wholes if isinstance(whole, Quote))
    events = tuple(whole for whole in wholes if isinstance(whole, Event))
    entities = tuple(whole for whole in wholes if not isinstance(whole, Quote | Event))
    return tuple(to_lines(Document(article, entities, quotes, events)))


def _of_cluster(
    cluster: Cluster, article: Article, names: tuple[str, str], doubts: Sequence[Doubt]
) -> Iterator[Disagreement]:
    notes = tuple(
        f"doubt: {doubt.note or doubt.span.of(article.text)}"
        for doubt in doubts
        if _touches(doubt, cluster)
    )

    def found(part: str, kind: str, *values: Lines) -> Disagreement:
        versions = dict(zip(names, values, strict=True))
        return Disagreement(article.id, cluster.layer, part, kind, cluster.span, versions, notes)

    if not cluster.is_pair:
        kind = "several" if cluster.first and cluster.second else "missing"
        sides = (whole_lines(side, article) for side in (cluster.first, cluster.second))
        yield found("cluster", kind, *sides)
        return
    (one,), (other,) = cluster.first, cluster.second
    heads = (head_lines(one, article), head_lines(other, article))
    parts = {
        part: (part_lines(one, part, article), part_lines(other, part, article))
        for part in PARTS[cluster.layer]
    }
    differing = {part: values for part, values in parts.items() if values[0] != values[1]}
    if heads[0] != heads[1]:
        boundary, label = head(one) != head(other), label_of(one) != label_of(other)
        kind = " and ".join(["boundary"] * boundary + ["label"] * label)
        yield found("head", kind, *heads)
    elif notes and not differing:
        yield found("head", "doubt", *heads)
    for part, values in differing.items():
        yield found(part, "part", *values)


def _touches(doubt: Doubt, cluster: Cluster) -> bool:
    """Say whether a doubted region is an annotation of a cluster, or a part of one."""
    layers = {"entity": "entities", "quote": "quotes", "event": "events"}
    spans: list[Span | None] = []
    for whole in (*cluster.first, *cluster.second):
        if layers.get(doubt.control) == cluster.layer:
            spans += [*head(whole), getattr(whole, "cue", None)]
        elif doubt.control == "mention" and isinstance(whole, Quote):
            spans.append(whole.source)
        elif doubt.control == "mention" and isinstance(whole, Event):
            spans += [argument.bare() for argument in whole.arguments]
    return doubt.span in spans


def by_kind(found: Sequence[Disagreement]) -> Mapping[str, list[Disagreement]]:
    """Group disagreements for a list: by layer and kind, parts by their name."""
    groups: dict[str, list[Disagreement]] = {}
    order = sorted(found, key=lambda d: (LAYERS.index(d.layer), KINDS.index(d.kind), d.part))
    for one in order:
        name = one.part if one.kind == "part" else one.kind
        groups.setdefault(f"{one.layer}: {name}", []).append(one)
    return groups
