"""Label Studio's JSON: from a task to a document, and back. No SDK and no network is needed.

The labelling configuration has four ``Labels`` controls (`REGION_LABELS`) and per-region choices
(`CHOICES`) over one ``<Text name="text">``, and relations (`RELATIONS`). A relation runs from the
whole to its part: quote → source, speaker, cue; event → argument; a later fragment ``continues`` an
earlier.

The server checks nothing of what it stores, so the reader does, and it takes files as they come:
one id with labels of several controls is several annotations on one span; a ``left`` arrow runs
backwards; a relation with several labels is several relations; ``value.text`` is not trusted;
drafts and cancelled annotations are never read.
"""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast
from xml.etree import ElementTree

import msgspec

from .documents import (
    ENTITY_LABELS,
    EVENT_TYPES,
    POLARITIES,
    QUOTE_KINDS,
    REALIS,
    ROLES,
    Argument,
    Article,
    Document,
    Entity,
    EntityLabel,
    Event,
    EventType,
    Finding,
    InvalidAnnotation,
    Polarity,
    Quote,
    QuoteKind,
    Realis,
    Span,
)

REGION_LABELS: dict[str, tuple[str, ...]] = {
    "entity": ENTITY_LABELS,
    "mention": ("MENTION",),
    "quote": ("QUOTE", "CUE"),
    "event": EVENT_TYPES,
}
"""Control → its labels. MENTION is a source or an argument that is no named entity."""

CHOICES: dict[str, tuple[str, ...]] = {
    "kind": QUOTE_KINDS,
    "speaker": ("NAMED", "UNNAMED"),
    "realis": REALIS,
    "polarity": POLARITIES,
    "doubt": ("DOUBT",),
}
"""Control → its choices, each for one region. Unless chosen, ACTUAL and POSITIVE hold."""

CHOICE_OF: dict[str, str] = {
    "kind": "quote",
    "speaker": "quote",
    "realis": "event",
    "polarity": "event",
}
"""Which regions a choice belongs to; ``doubt`` belongs to all."""

NOTE = "note"
"""The control for the words that go with a doubt."""

_ROLES = {role.lower(): role for role in ROLES}
RELATIONS: tuple[str, ...] = ("source", "speaker", "cue", "continues", *_ROLES)


def check_config(config: str) -> None:
    """Make sure that a labelling configuration has the labels, choices and relations of the scheme.

    Raises:
        InvalidAnnotation: it is not XML, or has others. The server would take it all the same.
    """
    try:
        view = ElementTree.fromstring(config)
    except ElementTree.ParseError as error:
        raise InvalidAnnotation(f"the labelling configuration is not XML: {error}") from None
    found: dict[str, tuple[str, ...]] = {
        str(control.get("name")): tuple(str(item.get("value")) for item in control)
        for control in view.iter()
        if control.tag in ("Labels", "Choices")
    }
    found["relations"] = tuple(str(item.get("value")) for item in view.iter("Relation"))
    wanted = {**REGION_LABELS, **CHOICES, "relations": RELATIONS}
    for name in sorted(wanted.keys() | found.keys()):
        if found.get(name) != wanted.get(name):
            raise InvalidAnnotation(
                f"the labelling configuration has {name}: {found.get(name)}; "
                f"expected {wanted.get(name)}"
            )


class Reading(NamedTuple):
    """What was read of a task, and what was found to be wrong with it."""

    document: Document | None
    """None where the task has no annotation that could be read."""
    provisional: bool
    findings: list[Finding]


def read_task(task: Any, article: Article, file: str = "") -> Reading:
    """Read the one annotation of a Label Studio task that counts.

    Args:
        task: A task as Label Studio exports it, decoded from JSON.
        article: The article that the task must be on, letter by letter.
        file: Where the task came from, for the findings.

    Findings: task-shape, task-text, task-annotations, region-*, relation-*, speaker-*.
    """

    def stop(name: str, got: str, expected: str) -> Reading:
        return Reading(None, False, [Finding(name, file, article.id, got, expected)])

    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict) or not isinstance(task.get("annotations"), list):
        return stop("task-shape", type(task).__name__, "an object with data and annotations")
    if data.get("text") != article.text or data.get("id") != article.id:
        return stop("task-text", f"id {data.get('id')!r}", f"the text of {article.id!r}")
    counted = live_annotations(task)
    if len(counted) != 1:
        return stop("task-annotations", str(len(counted)), "1 that is not cancelled")
    if not isinstance(counted[0].get("result"), list):
        return stop("task-shape", "an annotation without result", "a list")
    document, findings = read_result(counted[0]["result"], article, file)
    return Reading(document, bool(data.get("provisional")), findings)


def live_annotations(task: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the annotations of *task* that were submitted and not cancelled; never a draft."""
    return [
        annotation
        for annotation in task["annotations"]
        if isinstance(annotation, dict) and not annotation.get("was_cancelled")
    ]


def read_result(
    result: list[Any], article: Article, file: str = ""
) -> tuple[Document, list[Finding]]:
    """Read the flat list of regions, choices and relations of one annotation.

    What cannot be read is left out of the document and told in the findings.
    """
    reader = _Reader(article, file)
    reader.read(result)
    return reader.document(), reader.findings


class Doubt(NamedTuple):
    """A region that an annotator was unsure of. It stays in exports and reaches no document."""

    span: Span
    note: str
    control: str
    """Of the region: a key of `REGION_LABELS`."""


def read_doubts(result: list[Any]) -> list[Doubt]:
    """Return the regions marked ``doubt`` in a result without errors, in the order of the text."""
    items = [
        item
        for item in result
        if isinstance(item, dict) and isinstance(item.get("value"), dict) and item.get("id")
    ]
    notes = {
        item["id"]: " ".join(map(str, item["value"].get("text") or ()))
        for item in items
        if item.get("from_name") == NOTE
    }
    doubted = {item["id"] for item in items if item.get("from_name") == "doubt"}
    return sorted(
        Doubt(
            Span(item["value"]["start"], item["value"]["end"]),
            notes.get(item["id"], ""),
            item["from_name"],
        )
        for item in items
        if item["id"] in doubted and item.get("from_name") in REGION_LABELS
    )


class _Region:
    """All that stands under one id: a span, its labels by control, its choices and its links."""

    __slots__ = ("choices", "id", "labels", "linked", "links", "span")

    def __init__(self, id: str, span: Span) -> None:
        self.id = id
        self.span = span
        self.labels: dict[str, str] = {}
        self.choices: dict[str, str] = {}
        self.links: dict[str, list[_Region]] = {}
        self.linked = False


class _Reader:
    def __init__(self, article: Article, file: str) -> None:
        self.article = article
        self.file = file
        self.findings: list[Finding] = []
        self.regions: dict[str, _Region] = {}

    def found(self, name: str, where: str, got: str = "", expected: str = "") -> None:
        self.findings.append(Finding(name, self.file, f"{self.article.id} {where}", got, expected))

    def read(self, result: list[Any]) -> None:
        items = [item for item in result if isinstance(item, dict)]
        if len(items) < len(result):
            self.found("task-shape", "result", "an item that is no object", "objects")
        for item in items:
            if item.get("type") == "labels":
                self._read_region(item)
        for item in items:
            if item.get("type") == "choices":
                self._read_choice(item)
            elif item.get("type") == "relation":
                self._read_relation(item)
            elif item.get("type") != "labels" and item.get("from_name") != NOTE:
                self.found(
                    "region-unknown", f"region {item.get('id')}", f"type {item.get('type')!r}"
                )

    def _read_region(self, item: dict[str, Any]) -> None:
        id, where = str(item.get("id")), f"region {item.get('id')}"
        value = item.get("value") if isinstance(item.get("value"), dict) else {}
        assert isinstance(value, dict)
        span = self._span(value, where)
        if span is None:
            return
        region = self.regions.setdefault(id, _Region(id, span))
        if region.span != span:
            self.found("region-span", where, f"{_show(span)} and {_show(region.span)}", "one span")
            return
        control, labels = str(item.get("from_name")), value.get("labels")
        if (
            control not in REGION_LABELS
            or not isinstance(labels, list)
            or len(labels) != 1
            or labels[0] not in REGION_LABELS[control]
        ):
            self.found("region-unknown", where, f"{control}: {labels}", "a label of the scheme")
        elif control in region.labels:
            self.found("region-unknown", where, f"two labels of {control}", "one")
        else:
            region.labels[control] = labels[0]

    def _span(self, value: dict[str, Any], where: str) -> Span | None:
        start, end = value.get("start"), value.get("end")
        if type(start) is not int or type(end) is not int:
            self.found("region-span", where, f"start {start!r}, end {end!r}", "whole numbers")
            return None
        if not 0 <= start < end <= len(self.article.text):
            expected = f"0 <= start < end <= {len(self.article.text)}"
            self.found("span-out-of-text", where, f"[{start}, {end})", expected)
            return None
        covered = self.article.text[start:end]
        said = value.get("text")
        if said != covered and isinstance(said, str) and _as_shown(said) != _as_shown(covered):
            self.found("region-text", where, repr(said), repr(covered))
        return Span(start, end)

    def _read_choice(self, item: dict[str, Any]) -> None:
        control, where = str(item.get("from_name")), f"region {item.get('id')}"
        value = item.get("value")
        chosen = value.get("choices") if isinstance(value, dict) else None
        if control not in CHOICES:
            self.found("region-unknown", where, f"control {control!r}", "a control of the scheme")
            return
        region = self.regions.get(str(item.get("id")))
        fits = region is not None and (control == "doubt" or CHOICE_OF[control] in region.labels)
        if not fits or not isinstance(chosen, list) or len(chosen) != 1:
            self.found("region-choice", where, f"{control}: {chosen}", "one, on a region it is for")
        elif chosen[0] not in CHOICES[control] or (region and control in region.choices):
            self.found(
                "region-choice", where, f"{control}: {chosen[0]}", ", ".join(CHOICES[control])
            )
        elif region is not None:
            region.choices[control] = chosen[0]

    def _read_relation(self, item: dict[str, Any]) -> None:
        ends = str(item.get("from_id")), str(item.get("to_id"))
        where = f"relation {ends[0]} → {ends[1]}"
        missing = [end for end in ends if end not in self.regions]
        if missing:
            self.found(
                "relation-dangling", where, f"no region {missing[0]!r}", "a region of the task"
            )
            return
        direction = item.get("direction", "right")
        if direction != "right":
            self.found("relation-direction", where, f"direction {direction!r}", "'right'")
        whole, part = (self.regions[end] for end in ends)
        if direction == "left":
            whole, part = part, whole
        labels = item.get("labels")
        if not isinstance(labels, list) or not labels:
            self.found("relation-unlabelled", where, "", f"one of {', '.join(RELATIONS)}")
            return
        for label in labels:
            if label not in RELATIONS:
                self.found("relation-unknown", where, repr(label), f"one of {', '.join(RELATIONS)}")
            elif whole is part or not _fits(label, whole, part):
                self.found(
                    "relation-ends", where, f"{label}: {_ends(whole)} → {_ends(part)}", _FITS[label]
                )
            else:
                part.linked = whole.linked = True
                whole.links.setdefault(label, []).append(part)

    def document(self) -> Document:
        for region in self.regions.values():
            lonely = {"mention", "quote"} & set(region.labels) and not region.linked
            if lonely and region.labels.get("quote") != "QUOTE":
                self.found("region-unlinked", f"region {region.id}", repr(self._text(region)))
        entities = [
            Entity(region.span.start, region.span.end, cast(EntityLabel, region.labels["entity"]))
            for region in self.regions.values()
            if "entity" in region.labels
        ]
        return Document(self.article, tuple(entities), tuple(self._quotes()), tuple(self._events()))

    def _text(self, region: _Region) -> str:
        return region.span.of(self.article.text)

    def _parts(self, wholes: Iterable[_Region], label: str) -> list[Span]:
        """Return the spans that a relation with *label* leads to, each once."""
        found = (part.span for whole in wholes for part in whole.links.get(label, ()))
        return list(dict.fromkeys(found))

    def _quotes(self) -> Iterator[Quote]:
        for fragments in self._fragment_groups():
            first = fragments[0]
            where = f"region {first.id}"
            kind = self._choice(fragments, "kind", where)
            named = self._choice(fragments, "speaker", where)
            speakers = self._parts(fragments, "speaker")
            if named is not None and (named == "NAMED") != bool(speakers):
                self.found("speaker-choice", where, f"{named} with {len(speakers)} speakers")
            if kind is not None:
                yield Quote(
                    tuple(region.span for region in fragments),
                    cast(QuoteKind, kind),
                    self._only(fragments, "cue", where),
                    self._only(fragments, "source", where),
                    tuple(speakers),
                )

    def _fragment_groups(self) -> list[list[_Region]]:
        """Join the fragments that ``continues`` relations connect, in the order of the text."""
        group = {r.id: [r] for r in self.regions.values() if r.labels.get("quote") == "QUOTE"}
        for later in list(itertools.chain.from_iterable(group.values())):
            for earlier in later.links.get("continues", ()):
                if group[later.id] is not group[earlier.id]:
                    group[earlier.id].extend(group[later.id])
                    for region in group[later.id]:
                        group[region.id] = group[earlier.id]
        groups = {id(fragments): fragments for fragments in group.values()}
        return [sorted(fragments, key=lambda region: region.span) for fragments in groups.values()]

    def _choice(self, regions: list[_Region], control: str, where: str) -> str | None:
        """Return what the fragments of a quote say together; they must not contradict."""
        chosen = {region.choices[control] for region in regions if control in region.choices}
        if len(chosen) != 1:
            got = f"{control}: {', '.join(sorted(chosen)) or 'none'}"
            self.found("region-choice", where, got, f"one of {', '.join(CHOICES[control])}")
            return None
        return chosen.pop()

    def _only(self, regions: list[_Region], label: str, where: str) -> Span | None:
        spans = self._parts(regions, label)
        if len(spans) > 1:
            self.found("relation-repeated", where, f"{len(spans)} {label}s", "one")
        return spans[0] if spans else None

    def _events(self) -> Iterator[Event]:
        for region in self.regions.values():
            if "event" in region.labels:
                yield Event(
                    region.span.start,
                    region.span.end,
                    cast(EventType, region.labels["event"]),
                    cast(Realis, region.choices.get("realis", "ACTUAL")),
                    cast(Polarity, region.choices.get("polarity", "POSITIVE")),
                    tuple(
                        Argument(span.start, span.end, role)
                        for label, role in _ROLES.items()
                        for span in self._parts([region], label)
                    ),
                )


_FITS = {
    "source": "QUOTE → any region",
    "cue": "QUOTE → CUE",
    "speaker": "QUOTE → an entity",
    "continues": "QUOTE → QUOTE",
    **dict.fromkeys(_ROLES, "an event → any region"),
}


def _fits(label: str, whole: _Region, part: _Region) -> bool:
    if label in _ROLES:
        return "event" in whole.labels
    if whole.labels.get("quote") != "QUOTE":
        return False
    if label == "continues":
        return part.labels.get("quote") == "QUOTE"
    if label == "cue":
        return part.labels.get("quote") == "CUE"
    return label == "source" or "entity" in part.labels


def _ends(region: _Region) -> str:
    return "+".join(region.labels.values()) or "no label"


def _show(span: Span) -> str:
    return f"[{span.start}, {span.end})"


def _as_shown(text: str) -> str:
    """Fold *text* as the labelling page does when it stores a region's text."""
    text = text.replace("\r\n", "\n\n").replace("\\n", "\n")
    return re.sub(r"\s+", " ", text)


def write_task(document: Document, provisional: bool = False) -> dict[str, Any]:
    """Return *document* as a Label Studio task with one annotation, always in the same order.

    A source or an argument points to the entity mention with the same span, or else to a MENTION.
    """
    text = document.text
    data: dict[str, Any] = {
        "id": document.id,
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    if provisional:
        data["provisional"] = True
    result = _Writer(document).result()
    annotation = {"was_cancelled": False, "ground_truth": False, "result": result}
    return {"data": data, "annotations": [annotation]}


def for_page(document: Document) -> list[dict[str, Any]]:
    """Return the result that `write_task` makes, as the labelling page can hold it.

    The page keeps one relation from one region to another and drops any further one, so a source
    that is also the speaker is one relation with two labels.
    """
    result: list[dict[str, Any]] = []
    between: dict[tuple[str, str], dict[str, Any]] = {}
    for item in write_task(document)["annotations"][0]["result"]:
        if item["type"] == "relation":
            first = between.setdefault((item["from_id"], item["to_id"]), item)
            if first is not item:
                first["labels"] = [*first["labels"], *item["labels"]]
                continue
        result.append(item)
    return result


def dump_task(task: dict[str, Any]) -> str:
    """Return a task as JSON with a line for each item of a result, so that a diff can be read."""

    def annotation(value: dict[str, Any]) -> str:
        items = ",\n".join("    " + _compact(item) for item in value["result"])
        head = "".join(f"{_compact(k)}: {_compact(v)}, " for k, v in value.items() if k != "result")
        return f'  {{{head}"result": [\n{items}\n  ]}}'

    head = "".join(
        f" {_compact(k)}: {_compact(v)},\n" for k, v in task.items() if k != "annotations"
    )
    annotations = ",\n".join(annotation(value) for value in task["annotations"])
    return f'{{\n{head} "annotations": [\n{annotations}\n ]\n}}\n'


def _compact(value: Any) -> str:
    return msgspec.json.encode(value).decode()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.regions: list[dict[str, Any]] = []
        self.relations: list[dict[str, Any]] = []
        self.ids: dict[tuple[str, Span], str] = {}
        self.entities: dict[Span, str] = {}
        self.counts: Counter[str] = Counter()

    def result(self) -> list[dict[str, Any]]:
        for entity in self.document.entities:
            id = self._region("e", entity, "entity", entity.label)
            self.entities[entity.bare()] = id
        for quote in self.document.quotes:
            self._quote(quote)
        for event in self.document.events:
            id = self._region("t", event, "event", event.type)
            self._choice(id, event, "realis", event.realis)
            self._choice(id, event, "polarity", event.polarity)
            for argument in event.arguments:
                self._relation(id, self._mention(argument), argument.role.lower())
        return self.regions + self.relations

    def _quote(self, quote: Quote) -> None:
        ids = [self._region("q", fragment, "quote", "QUOTE") for fragment in quote.fragments]
        self._choice(ids[0], quote.fragments[0], "kind", quote.kind)
        named = "NAMED" if quote.speakers else "UNNAMED"
        self._choice(ids[0], quote.fragments[0], "speaker", named)
        for earlier, later in itertools.pairwise(ids):
            self._relation(later, earlier, "continues")
        if quote.cue:
            self._relation(ids[0], self._shared("c", quote.cue, "quote", "CUE"), "cue")
        if quote.source:
            self._relation(ids[0], self._mention(quote.source), "source")
        for speaker in quote.speakers:
            self._relation(ids[0], self.entities[speaker], "speaker")

    def _mention(self, span: Span) -> str:
        bare = span.bare()
        return self.entities.get(bare) or self._shared("m", bare, "mention", "MENTION")

    def _shared(self, prefix: str, span: Span, control: str, label: str) -> str:
        if (control, span) not in self.ids:
            self.ids[control, span] = self._region(prefix, span, control, label)
        return self.ids[control, span]

    def _region(self, prefix: str, span: Span, control: str, label: str) -> str:
        self.counts[prefix] += 1
        id = f"{prefix}{self.counts[prefix]}"
        self._item(id, control, "labels", span, [label])
        return id

    def _choice(self, id: str, span: Span, control: str, choice: str) -> None:
        self._item(id, control, "choices", span, [choice])

    def _item(self, id: str, control: str, type: str, span: Span, chosen: list[str]) -> None:
        value = {"start": span.start, "end": span.end, "text": span.of(self.document.text)}
        self.regions.append(
            {
                "id": id,
                "from_name": control,
                "to_name": "text",
                "type": type,
                "origin": "manual",
                "value": {**value, type: chosen},
            }
        )

    def _relation(self, whole: str, part: str, label: str) -> None:
        self.relations.append(
            {
                "type": "relation",
                "from_id": whole,
                "to_id": part,
                "direction": "right",
                "labels": [label],
            }
        )
