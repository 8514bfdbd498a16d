"""Errors, confusions and slices: each item once, in the right group."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from strategies import scored

from dateline import LAYERS, Article, Document, Prediction, load, tokenize
from dateline.cli import main
from dateline.documents import INVENTORIES, Inventory
from dateline.predictions import prediction_of, write_predictions
from dateline.score import ERROR_KINDS, Comparison
from dateline.textform import from_lines

TEXT = "Ana Ruiz met Bo Lind in Oslo and in Rome on Monday."
GOLD = "PERSON [Ana Ruiz]; PERSON [Bo Lind]; GPE [Oslo]; GPE [Rome]"
SAID = "PERSON [Ana]; PERSON [Bo Lind]; ORG [Oslo]; LOC [in Rome]; DATE [Monday]"


def compared(text: str, gold: str, said: str) -> Comparison:
    article = Article("a", text)
    sides = [from_lines([s.strip() for s in lines.split(";")], article) for lines in (gold, said)]
    return Comparison.of(sides[:1], [prediction_of(sides[1])])


def test_every_kind_of_error() -> None:
    found = compared(TEXT, GOLD + "; DATE [and]", SAID).errors("entities") or []
    assert [(e.kind, e.gold, e.said) for e in found] == [
        ("boundary", (0, 8, "PERSON"), (0, 3, "PERSON")),
        ("type", (24, 28, "GPE"), (24, 28, "ORG")),
        ("missing", (29, 32, "DATE"), None),
        ("both", (36, 40, "GPE"), (33, 40, "LOC")),
        ("spurious", None, (44, 50, "DATE")),
    ]
    assert {error.kind for error in found} == set(ERROR_KINDS)


@given(scored())
def test_errors_and_confusions_add_up_to_the_counts(
    pair: tuple[list[Document], list[Prediction]],
) -> None:
    comparison = Comparison.of(*pair)
    score = comparison.score()
    for layer in LAYERS:
        tp, fp, fn = getattr(score, layer).ranked.total.sum(axis=0).tolist()
        errors = comparison.errors(layer) or []
        assert sum(error.said is not None for error in errors) == fp
        assert sum(error.gold is not None for error in errors) == fn
        found = comparison.confusion(layer)
        assert found is not None
        boundary = sum(error.kind == "boundary" for error in errors)
        assert np.trace(found.table) == tp + boundary
        assert found.table[:-1].sum() == tp + fn
        assert found.table[:, :-1].sum() == tp + fp


@given(scored())
def test_slices_add_up_to_their_score(pair: tuple[list[Document], list[Prediction]]) -> None:
    gold, predictions = pair
    comparison = Comparison.of(gold, predictions)
    result = comparison.score()
    sums: dict[tuple[str, str, str], Any] = {}
    topics = ["court" if i % 2 else "sport" for i in range(len(gold))]
    for one in comparison.slices(topics, gold[:1]):
        key = one.layer, one.score, one.by
        sums[key] = sums.get(key, 0) + np.array(one.counts)
    for (layer, name, _), total in sums.items():
        assert total.tolist() == getattr(result, layer)[name].total.sum(axis=0).tolist()
    if gold[0].entities:
        assert {by for layer, _, by in sums if layer == "entities"} == {"topic", "tokens", "name"}


@pytest.mark.parametrize("inventory", INVENTORIES)
def test_slices_of_a_smaller_inventory_add_up(inventory: Inventory) -> None:
    """They leave out what its score leaves out, such as dates."""
    article = Article("a", "On Monday Ana Ruiz left Oslo for the Alps.")
    lines = ["DATE [Monday]", "PERSON [Ana Ruiz]", "GPE [Oslo]", "LOC [the Alps]"]
    label = INVENTORIES[inventory][0]
    said = {
        "id": "a",
        "entities": [{"text": text, "label": label} for text in ("Ana Ruiz", "Oslo")],
    }
    comparison = Comparison.of([from_lines(lines, article)], [said], inventory)
    found = comparison.score().entities
    assert found is not None
    sums: dict[str, Any] = {}
    for one in comparison.slices(train=[from_lines(["PERSON [Bo]"], Article("t", "Bo left."))]):
        sums[one.by] = sums.get(one.by, 0) + np.array(one.counts)
    assert set(sums) == {"topic", "tokens", "name"}
    for total in sums.values():
        assert total.tolist() == found.ranked.total.sum(axis=0).tolist()


def test_slices_of_names_lengths_sources() -> None:
    text = "“No,” Ana said. “Yes,” she said. “Why?” asked the man. “Hm.”"
    gold = (
        "a PERSON [Ana]; DIRECT [“No,”]; source [Ana]; speaker a; "
        "DIRECT [“Yes,”]; source [she]; speaker a; "
        "DIRECT [“Why?”]; source [the man]; speaker UNNAMED; INDIRECT [“Hm.”]; speaker UNNAMED"
    )
    said = gold.replace("[she]; speaker a", "[she]; speaker UNNAMED")
    train = from_lines(["PERSON [Bo]"], Article("t", "Bo left."))
    found = compared(text, gold, said).slices(train=[train])
    slices = {(s.score, s.by, s.value): s.counts for s in found}
    assert slices["strict", "name", "not seen in train"] == (1, 0, 0)
    assert slices["fragments", "tokens", "1 to 5"] == (4, 0, 0)
    assert {
        v: c for (score, by, v), c in slices.items() if (score, by) == ("speakers", "source")
    } == {
        "name": (1, 0, 0),
        "pronoun": (0, 1, 1),
        "other words": (1, 0, 0),
        "no source": (1, 0, 0),
    }
    assert slices["relaxed", "kind", "INDIRECT"] == (1, 0, 0)


def test_a_quote_is_in_the_slice_of_its_partner() -> None:
    text = "“No, no,” Ana said."
    gold = "a PERSON [Ana]; DIRECT [“No, no,”]; source [Ana]; speaker a"
    said = "a PERSON [Ana]; MIXED [No, no]; speaker a"
    slices = {(s.score, s.by, s.value): s.counts for s in compared(text, gold, said).slices()}
    assert slices["relaxed", "kind", "DIRECT"] == (1, 0, 0)
    assert slices["relaxed", "source", "name"] == (1, 0, 0)
    assert ("relaxed", "kind", "MIXED") not in slices


@pytest.fixture
def predictions(built: Path, tmp_path: Path) -> Path:
    """Gold without the first entity of each article, and with another label for the last."""
    said = []
    for document in load(built, "test"):
        prediction = prediction_of(document)
        entities = [*document.entities][1:]
        entities[-1] = type(entities[-1])(entities[-1].start, entities[-1].end, "LAW")
        said.append(Prediction(document.id, tuple(entities), prediction.quotes, prediction.events))
    write_predictions(tmp_path / "p.jsonl", said)
    return tmp_path / "p.jsonl"


def test_the_command_prints_errors_confusions_and_slices(
    built: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["score", str(predictions), "--corpus", str(built), "--verify"]
    assert main([*options, "--per-type", "--errors", "--confusion", "--slices"]) == 0
    said = capsys.readouterr().out
    assert "\n    PERSON " in said
    assert "entities: 2 type, 2 missing\n" in said
    assert "\nmissing (2)\n  " in said
    assert ", said LAW [" in said
    assert "LAW 1" in said
    assert "\nentities strict by name" in said
    assert "not seen in train" in said
    assert "quotes: no error" in said
    assert said.rstrip().splitlines()[-1].startswith("dateline|layer:claims|match:claims|")
    assert main(options) == 0
    plain = capsys.readouterr().out
    assert "    PERSON " not in plain
    assert "missing" not in plain


def test_the_json_has_what_was_asked_for(
    built: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["score", str(predictions), "--corpus", str(built), "--json"]
    assert main(options) == 0
    assert json.loads(capsys.readouterr().out).keys() == {"entities", "quotes", "events", "claims"}
    assert main([*options, "--errors", "--confusion", "--slices"]) == 0
    said = json.loads(capsys.readouterr().out)
    errors = said["errors"]["entities"]
    assert sorted(error["kind"] for error in errors) == ["missing", "missing", "type", "type"]
    for error in errors:
        text = next(d.text for d in load(built, "test") if d.id == error["article"])
        assert text[error["gold"]["start"] : error["gold"]["end"]] == error["gold"]["text"]
    table = said["confusion"]["entities"]
    assert table["table"][-1] == [0] * len(table["table"])
    assert {one["by"] for one in said["slices"]} == {"topic", "tokens", "name", "kind", "source"}


def test_tokens_of_a_span_are_those_of_the_text() -> None:
    assert len(tokenize("“Why?”")) == 4


def test_what_is_no_predictions_file_is_said(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (".", "", "/"):
        assert main(["score", path, "--corpus", str(built)]) == 1
        assert "Is a directory" in capsys.readouterr().err


def test_stale_predictions_are_refused(
    built: Path, predictions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = predictions.rename(predictions.with_name("predictions.jsonl"))
    card = {"name": "x", "description": "x", "code": "x", "trained_on": "x", "licence": "x"}
    card |= {"inventory": "ontonotes-18", "digest": "sha256:" + "0" * 64, "split": "test"}
    path.with_name("system.json").write_text(json.dumps(card))
    for command in ("score", "compare"):
        assert main([command, str(path), "--corpus", str(built)]) == 1
        assert "stale, made on sha256:000000000000, test; expected" in capsys.readouterr().err
    path.with_name("system.json").write_text(json.dumps(card | {"digest": ""}))
    assert main(["score", str(path), "--corpus", str(built)]) == 0


def test_a_layer_that_was_not_handed_in_has_no_errors_and_no_slices(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.jsonl"
    fields = ("kind", "fragments")
    lines = []
    for document in load(built, "test"):
        line = json.loads(msgspec.json.encode(prediction_of(document)))
        quotes = [{field: quote[field] for field in fields} for quote in line["quotes"]]
        lines.append(json.dumps({"id": line["id"], "quotes": quotes}))
    path.write_text("\n".join(lines))
    options = ["score", str(path), "--corpus", str(built), "--json", "--errors", "--slices"]
    assert main([*options, "--verify", "--confusion"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["verified"] is True
    assert said["errors"] == {"entities": None, "quotes": [], "events": None}
    assert said["confusion"]["events"] is None
    assert {(one["score"], one["by"]) for one in said["slices"]} == {
        ("fragments", "topic"),
        ("fragments", "tokens"),
        ("relaxed", "kind"),
    }


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_terminal_without_unicode_gets_escapes(
    built: Path, predictions: Path, form: list[str]
) -> None:
    command = [sys.executable, "-m", "dateline", "score", str(predictions), "--corpus", str(built)]
    done = subprocess.run(
        [*command, "--errors", *form],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.isascii()
    assert b"missing" in done.stdout
    if form:
        json.loads(done.stdout)
