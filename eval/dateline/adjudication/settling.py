"""Settling: two versions and the decisions between them make one document."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dateline.agreement import (
    PARTS,
    Cluster,
    Key,
    Lines,
    clusters,
    head,
    head_lines,
    overlapping,
    part_lines,
)
from dateline.documents import (
    LAYERS,
    POLARITIES,
    REALIS,
    Article,
    Document,
    Entity,
    Event,
    InvalidAnnotation,
    Layer,
    Quote,
    Span,
)
from dateline.textform import from_lines

AMENDMENT = "amendment"
"""The part of a decision that replaces all annotations of a layer at its place."""


_UNNAMED = "speaker UNNAMED"


def settle(
    first: Document,
    second: Document,
    decided: Mapping[Key, Lines],
    amendments: Sequence[tuple[Layer, Span, Lines]] = (),
    strict: bool = True,
) -> Document:
    """Return the document that two versions and decisions make.

    What the versions agree on stays; of each disagreement the decided lines are taken. A speaker
    whose mention is not there is linked to the first that reads so.

    Args:
        first: One version.
        second: The other, on the same article.
        decided: The lines that hold for each disagreement; all must be there, but for the parts of
            an annotation that was decided not to be one.
        amendments: Layer, place and lines: what overlaps the place gives way to the lines.
        strict: Whether a speaker that is no mention is an error; else it is left out.

    Raises:
        InvalidAnnotation: a decision is missing or does not read, or a speaker is no mention.
    """
    article = first.article
    settled: dict[Layer, list[Any]] = {}
    for layer in LAYERS:
        found = clusters(layer, first, second)
        settled[layer] = [w for cluster in found for w in _settled(cluster, decided, article)]
    for layer, place, lines in amendments:
        kept = [whole for whole in settled[layer] if not overlapping(head(whole), (place,))]
        settled[layer] = kept + _read(layer, lines, article, AMENDMENT, place)
    return _linked(article, settled, strict)


def agreed(first: Document, second: Document) -> Document:
    """Return what two versions agree on; of speakers, those whose mention both have."""
    nothing = {"realis": (REALIS[0],), "polarity": (POLARITIES[0],), "speaker": (_UNNAMED,)}
    decided: dict[Key, Lines] = {
        (layer, part, cluster.span): nothing.get(part, ())
        for layer in LAYERS
        for cluster in clusters(layer, first, second)
        for part in ("head", "cluster", *PARTS[layer])
        if part != "head" or not _same_head(cluster, first.article)
    }
    return settle(first, second, decided, strict=False)


def _same_head(cluster: Cluster, article: Article) -> bool:
    heads = [head_lines(whole, article) for whole in (*cluster.first, *cluster.second)]
    return cluster.is_pair and heads[0] == heads[1]


def _settled(cluster: Cluster, decided: Mapping[Key, Lines], article: Article) -> list[Any]:
    layer, span = cluster.layer, cluster.span
    if not cluster.is_pair:
        # Two versions that agree are pairs.
        return _read(layer, _of(decided, (layer, "cluster", span), article), article, "", span)
    one, other = cluster.first[0], cluster.second[0]
    whole = one
    if (layer, "head", span) in decided or not _same_head(cluster, article):
        lines = _of(decided, (layer, "head", span), article)
        if not lines:
            return []
        alone = (*lines, f"  {_UNNAMED}") if layer == "quotes" else lines
        heads = _read(layer, alone, article, "head", span)
        if len(heads) != 1 or head_lines(heads[0], article) != tuple(lines):
            raise _refused(article, layer, span, "a head", "one annotation without its parts")
        whole = heads[0]
    for part in PARTS[layer]:
        values = part_lines(one, part, article), part_lines(other, part, article)
        lines = values[0] if values[0] == values[1] else _of(decided, (layer, part, span), article)
        whole = _with_part(whole, part, lines, article, span)
    return [whole]


def _of(decided: Mapping[Key, Lines], key: Key, article: Article) -> Lines:
    if key not in decided:
        raise _refused(article, key[0], key[2], f"{key[1]} is undecided", "a decision")
    return decided[key]


def _read(layer: Layer, lines: Lines, article: Article, part: str, span: Span) -> list[Any]:
    """Return the annotations that lines say, which must be of one layer."""
    try:
        document = from_lines(lines, article)
    except InvalidAnnotation as error:
        raise InvalidAnnotation(f"{_where(article, layer, span)} {part}: {error}") from None
    if any(getattr(document, other) for other in LAYERS if other != layer):
        raise _refused(article, layer, span, "annotations of another layer", f"only {layer}")
    return list(getattr(document, layer))


def _with_part(whole: Any, part: str, lines: Lines, article: Article, span: Span) -> Any:
    """Return a quote or an event with one part as *lines* say."""
    layer: Layer = "quotes" if isinstance(whole, Quote) else "events"
    choices: dict[str, tuple[str, ...]] = {"realis": REALIS, "polarity": POLARITIES}
    if part in choices:
        if len(lines) != 1 or lines[0] not in choices[part]:
            raise _refused(article, layer, span, f"{part} {lines}", f"one of {choices[part]}")
        return msgspec.structs.replace(whole, **{part: lines[0]})
    words = {line.split()[0] for line in lines if line.strip()}
    if words - {part} or (part == "speaker" and not words):
        raise _refused(article, layer, span, f"lines {lines} as {part}", f"lines with {part}")
    said = [*head_lines(whole, article), *(f"  {line.strip()}" for line in lines)]
    if layer == "quotes" and part != "speaker":
        said.append(f"  {_UNNAMED}")
    (read,) = _read(layer, tuple(said), article, part, span)
    if isinstance(read, Quote):
        field = "speakers" if part == "speaker" else part
        return msgspec.structs.replace(whole, **{field: getattr(read, field)})
    others = tuple(a for a in whole.arguments if a.role.lower() != part)
    return msgspec.structs.replace(whole, arguments=others + read.arguments)


def _linked(article: Article, settled: Mapping[Layer, Sequence[Any]], strict: bool) -> Document:
    """Return the document, with speakers that are mentions in it."""
    entities: list[Entity] = sorted(settled["entities"])
    there = {entity.bare() for entity in entities}
    mentions: dict[str, Span] = {}
    for entity in entities:
        mentions.setdefault(entity.of(article.text), entity.bare())

    def linked(quote: Quote) -> Quote:
        names = {speaker: speaker.of(article.text) for speaker in quote.speakers}
        missing = [name for name in names.values() if name not in mentions]
        if missing and strict:
            place = quote.fragments[0]
            raise _refused(
                article, "quotes", place, f"speaker {missing[0]!r} is no mention", "an entity"
            )
        speakers = tuple(
            speaker if speaker in there else mentions[name]
            for speaker, name in names.items()
            if speaker in there or strict
        )
        return msgspec.structs.replace(quote, speakers=speakers)

    quotes = tuple(linked(quote) for quote in settled["quotes"])
    events: tuple[Event, ...] = tuple(settled["events"])
    return Document(article, tuple(entities), quotes, events)


def _where(article: Article, layer: Layer, span: Span) -> str:
    return f"{article.id}: {layer} at {span.start}"


def _refused(
    article: Article, layer: Layer, span: Span, what: str, expected: str
) -> InvalidAnnotation:
    return InvalidAnnotation(f"{_where(article, layer, span)}: {what}; expected {expected}")
