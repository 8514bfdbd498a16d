"""The labelling page for adjudication: a task with both versions, and what was decided on it.

The task's predictions are the two versions. Its annotation has what both agree on, and a DECIDE
region for each disagreement: with the values of both, a choice, and fields for rule and reason.
With ``other`` the adjudicator draws what is right, or writes it as lines of the text form. A DECIDE
region that the adjudicator draws is an amendment, and says which layer it is about.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree

import msgspec

from dateline.agreement import (
    Disagreement,
    Key,
    Version,
    disagreements,
    head,
    head_lines,
    overlapping,
    part_lines,
    whole_lines,
)
from dateline.documents import LAYERS, Article, Document, Event, Layer, Quote, Span, errors
from dateline.labelstudio import for_page, read_doubts, read_result, write_task

from .decisions import NEITHER, OTHER, Choice
from .settling import AMENDMENT, agreed

REGION, LABEL = "decide", "DECIDE"
FIELDS = ("disagreement", "value", "rule", "reason")
"""Text fields of a region; the first is for reading."""
STYLE = f"""
    .dl-article [data-label$=":{LABEL}"] {{ outline: 2px solid #d6409f; outline-offset: 1px; }}
    .dl-article .htx-highlight[data-label$=":{LABEL}"]::after {{ content: "?"; color: #d6409f; }}
    .dl-disagreement {{ display: none; }} /* the panel Info shows it */
    .dl-value {{ flex: 1 0 100%; }}
    .dl-rule {{ flex: 0 0 6rem; }}
    .dl-reason {{ flex: 1 0 16rem; }}
"""
_CONTROLS = (REGION, "choice", "layer", *FIELDS)


def page_config(config: str, names: tuple[str, str]) -> str:
    """Return a labelling configuration with the controls for decisions added to it.

    Args:
        config: The configuration that the versions were made with, XML.
        names: Of the versions, to choose between.
    """
    view = ElementTree.fromstring(config)
    add = ElementTree.SubElement
    for_region = {"toName": "text", "perRegion": "true", "whenLabelValue": LABEL}
    add(view, "Style").text = STYLE
    groups = view.find(".//Collapse")
    group = view if groups is None else add(groups, "Panel", value="Decisions")
    labels = add(group, "Labels", name=REGION, toName="text")
    add(labels, "Label", value=LABEL, background="#d6409f", hotkey="j")
    found = view.find(".//View[@className='dl-attributes']")
    attributes = view if found is None else found
    keys = iter("123456789")
    for name, values in (("choice", (*names, NEITHER, OTHER)), ("layer", LAYERS)):
        more = {"choice": "single-radio", "layout": "inline"}
        choices = add(attributes, "Choices", {"name": name, **for_region, **more})
        for value in values:
            add(choices, "Choice", value=value, hotkey=f"shift+{next(keys)}")
    for name in FIELDS:
        placeholder = {"value": "with other: the annotation in the text form, unless drawn"}
        said = {"placeholder": placeholder.get(name, name), "editable": "true"}
        said["rows"] = "2" if name == "value" else "1"
        if name != FIELDS[0]:
            said["maxSubmissions"] = "1"
        field = add(attributes, "View", className=f"dl-{name}")
        if name == "value":
            field.attrib |= {"visibleWhen": "choice-selected", "whenTagName": "choice"}
            field.set("whenChoiceValue", OTHER)
        add(field, "TextArea", {"name": name, **for_region, **said})
    return ElementTree.tostring(view, encoding="unicode")


def page_task(article: Article, versions: Sequence[Version]) -> dict[str, Any]:
    """Return the task in which two versions of *article* are adjudicated."""
    documents = [version.documents[article.id] for version in versions]
    common = agreed(documents[0], documents[1])
    result = for_page(common)
    for one in _found(article, versions):
        result += _region_of(one, article)
    return {
        "data": {**write_task(common)["data"], "versions": fingerprint(article, versions)},
        "annotations": [{"was_cancelled": False, "ground_truth": False, "result": result}],
        "predictions": [
            {"model_version": version.name, "result": for_page(d)}
            for version, d in zip(versions, documents, strict=True)
        ],
    }


def fingerprint(article: Article, versions: Sequence[Version]) -> str:
    """Return what changes when a version of *article* does."""
    found = msgspec.json.encode(_found(article, versions))
    whole = msgspec.json.encode([_plain(version.documents[article.id]) for version in versions])
    return hashlib.sha256(whole + found).hexdigest()[:16]


def _plain(document: Document) -> tuple[Any, ...]:
    return document.entities, document.quotes, document.events


def _found(article: Article, versions: Sequence[Version]) -> list[Disagreement]:
    first, second = (version.documents[article.id] for version in versions)
    doubts = [doubt for version in versions for doubt in version.doubts.get(article.id, ())]
    return disagreements(first, second, (versions[0].name, versions[1].name), doubts)


def _id(key: Key) -> str:
    layer, part, span = key
    return f"{layer}-{part}-{span.start}-{span.end}"


def _region_of(one: Disagreement, article: Article) -> list[dict[str, Any]]:
    said = [f"{one.layer}, {one.part if one.kind == 'part' else one.kind}", *one.notes]
    for name, lines in one.versions.items():
        said += [f"{name}: {' / '.join(line.strip() for line in lines) or '(nothing)'}"]
    where = {"start": one.span.start, "end": one.span.end}
    common = {"id": _id(one.key), "to_name": "text", "origin": "manual"}
    label = {**where, "text": one.span.of(article.text), "labels": [LABEL]}
    return [
        {**common, "from_name": REGION, "type": "labels", "value": label, "meta": {"text": said}},
        {
            **common,
            "from_name": FIELDS[0],
            "type": "textarea",
            "value": {**where, "text": said},
        },
    ]


class Page(NamedTuple):
    """What was read of an adjudicated task."""

    choices: list[Choice]
    drawn: Document
    """The annotations as they are on the page."""
    problems: list[str]


def read_page(result: list[Any], article: Article, versions: Sequence[Version]) -> Page:
    """Read the result of an adjudicated annotation."""
    items = [item for item in result if isinstance(item, dict)]
    rest = [item for item in items if item.get("from_name") not in _CONTROLS]
    drawn, findings = read_result(rest, article)
    problems = [str(finding) for finding in errors(findings)]
    problems += [
        f"doubted: {doubt.span.of(article.text)!r} at {doubt.span.start}"
        + (f" ({doubt.note})" if doubt.note else "")
        for doubt in read_doubts(items)
    ]
    keys = {_id(one.key): one.key for one in _found(article, versions)}
    common = agreed(*(version.documents[article.id] for version in versions))
    choices = []
    for item in items:
        if item.get("from_name") != REGION:
            continue
        fields = {
            other["from_name"]: other["value"]
            for other in items
            if other.get("id") == item["id"] and other.get("from_name") in _CONTROLS
        }
        span = Span(item["value"]["start"], item["value"]["end"])
        layer = _chosen(fields, "layer")
        if item["id"] not in keys and layer not in LAYERS:
            problems.append(f"{LABEL} at {span.start}: no layer; expected {', '.join(LAYERS)}")
            continue
        key = keys.get(item["id"], (layer, AMENDMENT, span))
        choice = Choice(
            key[0],
            key[1],
            key[2],
            _chosen(fields, "choice"),
            tuple(line for line in _text(fields, "value").split("\n") if line.strip()),
            _text(fields, "rule"),
            _text(fields, "reason"),
        )
        if choice.choice == OTHER and not choice.value:
            choice = choice._replace(value=_drawn(choice, drawn, common))
        choices.append(choice)
    return Page(choices, drawn, problems)


def _chosen(fields: dict[str, Any], name: str) -> Any:
    return next(iter(fields.get(name, {}).get("choices") or ()), "")


def _text(fields: dict[str, Any], name: str) -> str:
    said = fields.get(name, {}).get("text") or ()
    return "\n".join([said] if isinstance(said, str) else map(str, said)).strip()


def _drawn(choice: Choice, drawn: Document, common: Document) -> tuple[str, ...]:
    """Return the lines of what is drawn at a choice's place."""
    there = [w for w in getattr(drawn, choice.layer) if overlapping(head(w), (choice.span,))]
    if choice.part == AMENDMENT:
        return whole_lines(there, drawn.article)
    heads = {head(whole) for whole in getattr(common, choice.layer)}
    if choice.part in ("head", "cluster"):
        new = [whole for whole in there if head(whole) not in heads]
        if choice.part == "cluster":
            return whole_lines(new, drawn.article)
        return tuple(line for whole in new for line in head_lines(whole, drawn.article))
    lines = [part_lines(whole, choice.part, drawn.article) for whole in there]
    return lines[0] if len(lines) == 1 else ()


def unexplained(drawn: Document, settled: Document, common: Document) -> list[str]:
    """Return what is drawn or taken away on the page although no decision says so.

    Args:
        drawn: What is on the page.
        settled: What the decisions make.
        common: What was on the page at first.
    """
    problems = []
    layers: tuple[Layer, ...] = LAYERS
    for layer in layers:
        final = {head(whole): whole for whole in getattr(settled, layer)}
        there = {head(whole): whole for whole in getattr(drawn, layer)}
        for spans, whole in there.items():
            if spans not in final or not _within(whole, final[spans]):
                problems.append(f"drawn, but decided otherwise: {_show(layer, whole, drawn)}")
        for spans, whole in {head(w): w for w in getattr(common, layer)}.items():
            if spans not in there and spans in final:
                problems.append(f"taken away, but not decided: {_show(layer, whole, drawn)}")
    return problems


def _within(whole: Any, final: Any) -> bool:
    """Say whether all that *whole* has is in *final* too."""
    if isinstance(whole, Quote):
        return (
            whole.kind == final.kind
            and whole.cue in (None, final.cue)
            and whole.source in (None, final.source)
            and set(whole.speakers) <= set(final.speakers)
        )
    if isinstance(whole, Event):
        return whole.type == final.type and set(whole.arguments) <= set(final.arguments)
    return bool(whole == final)


def _show(layer: Layer, whole: Any, document: Document) -> str:
    said = " / ".join(line.strip() for line in whole_lines([whole], document.article))
    return f"{layer} {said}"
