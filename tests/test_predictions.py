"""Predictions files: what is read, and what is refused in one message with line and field."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from strategies import documents

from dateline import (
    Article,
    Document,
    InvalidPrediction,
    Prediction,
    read_predictions,
    write_predictions,
)
from dateline.corpus import document_row
from dateline.documents import INVENTORIES, Entity, Inventory
from dateline.predictions import (
    PredictedEvent,
    as_document,
    as_prediction,
    handed_in,
    prediction_of,
    schema,
)

TEXT = "Ana met Ana Ruiz in Oslo. “No,” she said."
ARTICLES = [Article(f"a{i}", TEXT) for i in range(1, 9)]
FULL: dict[str, Any] = {
    "entities": [
        {"start": 8, "end": 16, "label": "PERSON"},
        {"start": 20, "end": 24, "label": "GPE"},
    ],
    "quotes": [
        {
            "kind": "DIRECT",
            "fragments": [{"start": 26, "end": 31}],
            "cue": {"start": 36, "end": 40},
            "source": {"start": 32, "end": 35},
            "speakers": ["Ana Ruiz"],
        }
    ],
    "events": [
        {
            "start": 4,
            "end": 7,
            "type": "MEET",
            "realis": "ACTUAL",
            "polarity": "POSITIVE",
            "arguments": [{"role": "AGENT", "start": 0, "end": 3}],
        }
    ],
}


def lines() -> list[str]:
    return [json.dumps({"id": article.id, **FULL}) for article in ARTICLES]


def write(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_good_file_is_read_in_the_order_of_the_articles(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", lines()[::-1])
    found = read_predictions(path, ARTICLES)
    assert [prediction.id for prediction in found] == [article.id for article in ARTICLES]
    write_predictions(tmp_path / "again.jsonl", found)
    assert read_predictions(tmp_path / "again.jsonl", ARTICLES) == found
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_layer_or_field_left_out_stays_left_out(tmp_path: Path) -> None:
    quote = {"kind": "DIRECT", "fragments": [{"start": 26, "end": 31}]}
    rows = [json.dumps({"id": a.id, "entities": None, "quotes": [quote]}) for a in ARTICLES]
    found = read_predictions(write(tmp_path / "p.jsonl", rows), ARTICLES)
    assert found[0].layer("entities") == []
    assert found[0].layer("events") is None
    write_predictions(tmp_path / "again.jsonl", found)
    assert b"cue" not in (tmp_path / "again.jsonl").read_bytes()
    assert read_predictions(tmp_path / "again.jsonl", ARTICLES) == found


def test_quoted_text_may_stand_for_offsets() -> None:
    known = {"a1": ARTICLES[0]}
    said = {
        "id": "a1",
        "entities": [{"text": "Ana Ruiz", "label": "PERSON"}, {"text": "Oslo", "label": "GPE"}],
        "quotes": [
            {
                "kind": "DIRECT",
                "fragments": [{"text": "“No,”"}],
                "cue": {"text": "said"},
                "source": {"text": "she"},
                "speakers": [{"text": "Ana Ruiz"}],
            }
        ],
        "events": [
            {
                "text": "met",
                "type": "MEET",
                "realis": "ACTUAL",
                "polarity": "POSITIVE",
                "arguments": [{"role": "AGENT", "text": "Ana", "n": 1}],
            }
        ],
    }
    assert as_prediction(said, known) == as_prediction({"id": "a1", **FULL}, known)


@given(documents())
def test_gold_rows_and_documents_say_the_same_as_predictions(document: Document) -> None:
    known = {document.id: document.article}
    row = document_row(document)
    said = {key: row[key] for key in ("id", "entities", "quotes", "events")}
    assert as_prediction(said, known) == prediction_of(document)
    assert as_prediction(prediction_of(document), known) == prediction_of(document)


def at(*path: Any, value: Any) -> Any:
    """Return line 7 with one thing changed."""
    row = json.loads(lines()[6])
    target = row
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return json.dumps(row)


BROKEN = {
    "a byte order mark": ('\ufeff{"id": "a7"}', "begins with a byte order mark; expected UTF-8"),
    "broken JSON": ('{"id": "a7", "entities": [', "not JSON at column 27"),
    "a duplicate key": (
        '{"id": "a7", "entities": [], "entities": []}',
        "entities: the key 'entities' is repeated",
    ),
    "NaN": ('{"id": "a7", "entities": NaN}', "entities: NaN is not a JSON number"),
    "minus nought": ('{"id": "a7", "entities": [{"start": -0}]}', "entities[0].start: -0 is no "),
    "many digits": (f'{{"id": "a7", "entities": {"9" * 9999}}}', "entities: a number of 9999 "),
    "no object": ("[]", "[] is no object"),
    "no id": ("{}", "id: unknown article None"),
    "an unknown article": (at("id", value="a9"), "id: unknown article 'a9'"),
    "a repeated article": (at("id", value="a3"), "id: 'a3' is in line 3 already"),
    "an unknown layer": (at("entites", value=[]), "unknown field `entites`"),
    "an unknown field": (at("entities", 0, "type", value="X"), "entities[0]: "),
    "an unknown label": (
        at("entities", 1, "label", value="PLACE"),
        "entities[1].label: 'PLACE' is no label of ontonotes-18; expected one of PERSON, NORP, ",
    ),
    "an unknown kind": (
        at("quotes", 0, "kind", value="SAID"),
        "quotes[0].kind: Invalid enum value 'SAID'; expected one of DIRECT, INDIRECT, MIXED",
    ),
    "an unknown role": (
        at("events", 0, "arguments", 0, "role", value="X"),
        "arguments[0].role: Invalid enum value 'X'; expected one of AGENT, INSTRUMENT, PATIENT, ",
    ),
    "a realis that is null": (
        at("events", 0, "realis", value=None),
        "events[0].realis: Expected `str`, got `null`; expected one of ACTUAL, GENERIC, OTHER",
    ),
    "a string offset": (at("entities", 0, "start", value="8"), "entities[0].start: Expected `int`"),
    "a missing field": (
        at("quotes", 0, value={"kind": "DIRECT"}),
        "quotes[0]: Object missing required field `fragments`; expected an object with kind, frag",
    ),
    "a layer that others have": (
        json.dumps({"id": "a7", "entities": [], "quotes": None}),
        "events: absent here and handed in before (line 1); expected everywhere or nowhere, null",
    ),
    "a field that others have": (
        at("quotes", 0, value={"kind": "DIRECT", "fragments": [{"start": 26, "end": 31}]}),
        "quotes[0].cue: absent here and handed in before (line 1); expected everywhere or nowhere",
    ),
    "a span past the end": (
        at("entities", 1, "end", value=99),
        "entities[1]: span [20, 99) is outside the text; expected 0 <= start < end <= 41",
    ),
    "an empty span": (at("quotes", 0, "cue", "end", value=36), "quotes[0].cue: span [36, 36)"),
    "a span before the text": (at("events", 0, "start", value=-1), "events[0]: span [-1, 7)"),
    "a huge number": (at("events", 0, "end", value=10**30), "events[0]"),
    "an argument outside": (
        at("events", 0, "arguments", 0, "end", value=99),
        "events[0].arguments[0]: span [0, 99)",
    ),
    "an overlap": (
        at("entities", 1, "start", value=15),
        "entities: GPE [15, 24) overlaps PERSON [8, 16)",
    ),
    "no fragment": (at("quotes", 0, "fragments", value=[]), "quotes[0].fragments: empty"),
    "a text that is not there": (at("entities", 0, value={"text": "Bo", "label": "GPE"}), "'Bo'"),
    "a text that is there twice": (
        at("entities", 0, value={"text": "Ana", "label": "PERSON"}),
        "occurs 2 times",
    ),
    "a text that is not the offsets'": (
        at("entities", 0, "text", value="Ana"),
        "entities[0].text: 'Ana' at [8, 16); expected 'Ana Ruiz'",
    ),
    "a lone surrogate": ('{"id": "\\ud83d"}', "surrogate"),
    "deep nesting": ('{"id": "a7", "entities": ' + "[" * 50_000 + "]" * 50_000 + "}", "nested"),
    "an escape to the terminal": (at("\x1b[2J", value=[]), r"unknown field `\x1b[2J`"),
}


@pytest.mark.parametrize("defect", BROKEN)
def test_a_defect_in_line_7_is_refused_naming_line_and_field(tmp_path: Path, defect: str) -> None:
    line, said = BROKEN[defect]
    rows = lines()
    rows[6] = line
    path = write(tmp_path / "p.jsonl", rows)
    with pytest.raises(InvalidPrediction) as caught:
        read_predictions(path, ARTICLES)
    assert str(caught.value).startswith(f"{path}: line 7: ")
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_missing_article_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", lines()[:6])
    with pytest.raises(InvalidPrediction, match="2 of 8 articles are missing, the first is 'a7'"):
        read_predictions(path, ARTICLES)


def test_every_inventory_has_its_own_labels(tmp_path: Path) -> None:
    known = {"a1": ARTICLES[0]}

    def said(label: str) -> dict[str, Any]:
        return {"id": "a1", "entities": [{"start": 0, "end": 3, "label": label}]}

    assert "PER" not in INVENTORIES["ontonotes-18"]
    for inventory, labels in INVENTORIES.items():
        for label in labels:
            prediction = as_prediction(said(label), known, inventory)
            assert prediction.layer("entities") == [(0, 3, label)]
            assert as_prediction(prediction, known, inventory) == prediction
    expected = (
        r"a1: entities\[0\].label: 'GPE' is no label of uner-3; expected one of PER, ORG, LOC, "
        "or to be told that the inventory is ontonotes-18$"
    )
    with pytest.raises(InvalidPrediction, match=expected):
        as_prediction(said("GPE"), known, "uner-3")
    other: Any = "conll"
    with pytest.raises(InvalidPrediction, match="unknown inventory 'conll'; expected one of onto"):
        as_prediction(said("ORG"), known, other)
    path = write(tmp_path / "p.jsonl", [json.dumps(said("MISC"))])
    assert read_predictions(path, ARTICLES[:1], "conll-4")[0].entities
    with pytest.raises(InvalidPrediction, match=r"line 1: a1: entities\[0\].label: 'MISC'"):
        read_predictions(path, ARTICLES[:1])


def test_only_labels_of_the_corpus_can_be_corrected() -> None:
    known = {"a1": ARTICLES[0]}
    inventory: Inventory = "conll-4"
    for label in INVENTORIES[inventory]:
        said = {"id": "a1", "entities": [{"start": 0, "end": 3, "label": label}]}
        prediction = as_prediction(said, known, inventory)
        if label in INVENTORIES["ontonotes-18"]:
            assert type(as_document(prediction, ARTICLES[0]).entities[0]) is Entity
        else:
            with pytest.raises(InvalidPrediction, match=rf"a1: entities\[0\].label: '{label}'"):
                as_document(prediction, ARTICLES[0])


QUOTE = {"kind": "DIRECT", "fragments": [{"start": 26, "end": 31}]}
EVENT = {"start": 4, "end": 7, "type": "MEET"}
ALL = {"entities", "quotes", "events"}
ALL |= {"quotes.cue", "quotes.source", "quotes.speakers"}
ALL |= {"events.realis", "events.polarity", "events.arguments"}


def said_of(*rows: dict[str, Any]) -> list[Prediction]:
    known = {article.id: article for article in ARTICLES}
    return [as_prediction({"id": f"a{i}", **row}, known) for i, row in enumerate(rows, 1)]


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        ([], set()),
        ([{}, {}], set()),
        ([FULL, FULL], ALL),
        ([{"entities": None, "quotes": [], "events": None}], ALL),
        ([{"quotes": []}, {"quotes": [QUOTE]}], {"quotes"}),
        ([{"quotes": [{**QUOTE, "cue": None}]}] * 2, {"quotes", "quotes.cue"}),
        ([{"events": [{**EVENT, "arguments": []}]}], {"events", "events.arguments"}),
    ],
)
def test_what_is_handed_in_is_what_all_have(rows: list[dict[str, Any]], names: set[str]) -> None:
    assert handed_in(said_of(*rows)) == names


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{}, {"events": []}], "a2: events: handed in here and absent before (a1)"),
        ([{"events": []}, {}], "a2: events: absent here and handed in before (a1)"),
        (
            [FULL, {**FULL, "quotes": [QUOTE]}],
            "a2: quotes[0].cue: absent here and handed in before (a1)",
        ),
        (
            [
                {"events": []},
                {"events": [EVENT, {**EVENT, "start": 8, "end": 9, "realis": "OTHER"}]},
            ],
            "a2: events[1].realis: handed in here and absent before (a2); expected everywhere",
        ),
    ],
)
def test_what_only_some_have_is_refused(rows: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(InvalidPrediction) as caught:
        handed_in(said_of(*rows))
    assert str(caught.value).startswith(said)


def test_a_prediction_of_other_numbers_is_refused() -> None:
    event = PredictedEvent(np.int64(4), 7, "MEET")  # type: ignore[arg-type]
    with pytest.raises(InvalidPrediction, match=r"a1: .*numpy\.int64"):
        as_prediction(Prediction("a1", events=(event,)), {"a1": ARTICLES[0]})


@pytest.mark.parametrize("make", ["absent", "directory", "utf16", "bom"])
def test_what_is_no_file_of_json_lines_is_refused(tmp_path: Path, make: str) -> None:
    path = tmp_path / "p.jsonl"
    if make == "directory":
        path.mkdir()
    elif make == "utf16":
        path.write_text("\n".join(lines()), encoding="utf-16")
    elif make == "bom":
        path.write_text("\n".join(lines()), encoding="utf-8-sig")
    with pytest.raises(InvalidPrediction, match=r"p\.jsonl"):
        read_predictions(path, ARTICLES)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text("old")

    def failing() -> Any:
        yield prediction_of(Document(ARTICLES[0], (Entity(0, 3, "PERSON"),)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_predictions(path, failing())
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_schema_takes_what_the_reader_takes() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for line in lines():
        validator.validate(json.loads(line))
    for defect in ("an unknown layer", "an unknown label", "a string offset", "a missing field"):
        assert not validator.is_valid(json.loads(BROKEN[defect][0]))
