"""``dateline score --conll``, and scores while a classifier trains: seqeval's, strict and IOB2."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from dateline import compute_metrics
from dateline.cli import main
from dateline.conll import read_pair
from dateline.score import Comparison

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
SEQUENCES = st.lists(
    st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGS)), min_size=1, max_size=8),
    min_size=1,
    max_size=6,
).filter(lambda rows: any(tag != "O" for row in rows for tag, _ in row))


def well_formed(tags: list[str]) -> list[str]:
    """The tags with every I- that may not stand there turned into B-."""
    fixed: list[str] = []
    for tag in tags:
        carried = bool(fixed) and tag[0] == "I" and fixed[-1][2:] == tag[2:] and fixed[-1] != "O"
        fixed.append(tag if tag[0] != "I" or carried else f"B-{tag[2:]}")
    return fixed


def write(path: Path, sentences: list[list[str]]) -> str:
    lines = ["\n".join(f"w{i} {tag}" for i, tag in enumerate(tags)) for tags in sentences]
    path.write_text("\n\n".join(lines) + "\n")
    return str(path)


@settings(max_examples=examples(50))
@given(SEQUENCES)
def test_columns_score_as_seqeval_does(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[tuple[str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("columns")
    gold = [well_formed([a for a, _ in row]) for row in rows]
    said = [[b for _, b in row] for row in rows]
    paths = write(folder / "gold", gold), write(folder / "said", said)
    files = read_pair(*paths, ("IOB2", "IOB2"), "discard")
    comparison = Comparison.of_columns(*files)
    result = comparison.score()
    assert comparison.differences(result) == []
    found = result.entities
    assert found is not None
    report = classification_report(
        gold, said, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    micro = report["micro avg"]
    assert found.micro == tuple(
        micro[key] for key in ("precision", "recall", "f1-score", "support")
    )
    assert found.macro.f1 == report["macro avg"]["f1-score"]
    assert {label: row.f1 for label, row in found.per_type.items()} == {
        label: report[label]["f1-score"] for label in found.per_type
    }


class Evaluated(NamedTuple):
    """As transformers' EvalPrediction unpacks."""

    predictions: object
    label_ids: object


@given(SEQUENCES, st.booleans())
def test_a_trainers_metrics_are_seqevals(rows: list[list[tuple[str, str]]], logits: bool) -> None:
    gold = [well_formed([a for a, _ in row]) for row in rows]
    said = [[b for _, b in row] for row in rows]
    width = max(map(len, rows)) + 1
    sides = [
        np.array([[TAGS.index(t) for t in tags] + [fill] * (width - len(tags)) for tags in side])
        for side, fill in ((said, 0), (gold, -100))
    ]
    first = np.eye(len(TAGS))[sides[0]] if logits else sides[0]
    found = compute_metrics(TAGS)(Evaluated(first, sides[1]))
    report = classification_report(
        gold, said, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )
    assert found["f1"] == report["micro avg"]["f1-score"]
    assert found["macro_f1"] == report["macro avg"]["f1-score"]
    assert found.get("f1_PER", 0.0) == report.get("PER", {"f1-score": 0.0})["f1-score"]
    assert (found["malformed"] == 0) == (said == [well_formed(tags) for tags in said])
    assert json.loads(json.dumps(found)) == found


def test_a_trainers_metrics_count_malformed_tags_of_both_sides() -> None:
    """A window that begins inside of a span makes gold malformed, and no run should end by it."""
    found = compute_metrics(TAGS)(([[2, 2, 4]], [[2, 0, 3]]))
    assert (found["malformed"], found["malformed_gold"]) == (2, 1)
    assert found["f1"] == 0.0


def test_a_trainers_first_predictions_are_its_logits() -> None:
    logits = np.eye(len(TAGS))[[[1, 2]]]
    found = compute_metrics(TAGS)(Evaluated((logits, np.zeros((1, 2, 768))), [[1, 2]]))
    assert found["f1"] == 1.0


def test_what_a_trainer_does_not_score_may_be_any_number() -> None:
    """It pads predictions with -100, too."""
    assert compute_metrics(TAGS)(([[1, 99, -100]], [[1, -100, -100]]))["f1"] == 1.0
    assert compute_metrics(TAGS)(([[0]], [[-100]]))["f1"] == 0.0
    assert compute_metrics(["O"])(([[0]], [[0]]))["f1"] == 0.0


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["O", "PER"], "label 'PER' is no IOB2 tag; expected O, or B- or I- and a label"),
        (["O", "B-"], "label 'B-' is no IOB2 tag"),
        (["O", "S-PER"], "label 'S-PER' is no IOB2 tag"),
        ({0: "O", 1: "B-PER"}, "label 0 is no IOB2 tag"),
        (["O", "B-PER", "B-PER"], "label 'B-PER' is repeated; expected each label once"),
        ([], "label 'O' is missing; expected it among the 0 labels"),
        (["B-PER", "I-PER"], "label 'O' is missing; expected it among the 2 labels"),
    ],
)
def test_labels_that_are_no_iob2_are_refused(labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        compute_metrics(labels)


@pytest.mark.parametrize(
    ("predicted", "gold", "message"),
    [
        (
            [[0, 0, 0]],
            [[0, 0]],
            r"labels have shape \(1, 2\), predictions \(1, 3\); expected \(seq",
        ),
        (
            [0, 0],
            [0, 0],
            r"labels have shape \(2,\), predictions \(2,\); expected \(sequences, tok",
        ),
        (
            [[[1.0, 0.0]]],
            [[0]],
            r"labels have shape \(1, 1\), predictions \(1, 1, 2\); .* tokens, 5\)",
        ),
        ([[0]], [[-1]], "label -1 is no label's number; expected 0 to 4, or -100$"),
        ([[0]], [[5]], "label 5 is no label's number"),
        ([[0, -1]], [[0, 0]], "prediction -1 is no label's number; expected 0 to 4$"),
        ([[-100]], [[0]], "prediction -100 is no label's number"),
        ([[5]], [[0]], "prediction 5 is no label's number"),
        ([[0.5]], [[0]], "prediction 0.5 is no label's number"),
    ],
)
def test_what_a_trainer_cannot_score_is_refused(predicted: Any, gold: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_metrics(TAGS)((predicted, gold))


def test_malformed_tags_are_refused_shown_and_repaired_as_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write(tmp_path / "gold", [["B-PER", "I-PER", "O", "B-ORG"]])
    said = write(tmp_path / "said", [["I-PER", "I-PER", "O", "B-ORG"]])
    command = ["score", "--conll", gold, said, "--scheme", "IOB2"]
    assert main(command) == 1
    message = capsys.readouterr().err
    assert (
        f"{said}: 1 malformed as IOB2:\n  line 1: I-PER after the start of the sentence" in message
    )
    assert "--repair conlleval|discard" in message
    assert main([*command, "--repair", "discard", "--verify"]) == 0
    shown = capsys.readouterr().out
    assert f"predicted: {said}: IOB2 (declared), 1 sentence\n" in shown
    assert "strict                       100.00    50.00    66.67       2" in shown
    assert "1 malformed as IOB2" in shown
    assert "quotes" not in shown
    assert main([*command, "--repair", "conlleval", "--json", "--errors"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["entities"]["scores"]["strict"]["micro"]["f1"] == 1.0
    assert [len(file["malformed"]) for file in result["files"]] == [0, 1]
    assert result["errors"]["entities"] == []


def test_a_found_scheme_is_said_and_errors_are_shown_in_context(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write(tmp_path / "gold", [["S-PER", "O", "B-ORG", "E-ORG"], ["O"]])
    said = write(tmp_path / "said", [["B-PER", "O", "B-ORG", "O"], ["B-LOC"]])
    assert main(["score", "--conll", gold, said, "--errors", "--confusion", "--slices"]) == 0
    shown = capsys.readouterr().out
    assert "IOBES (found out), 2 sentences" in shown
    assert "IOB2 (found out), 2 sentences" in shown
    assert "gold has no -DOCSTART-: intervals take sentences" in shown
    assert "  sentence 1, line 1: w0 w1 [w2 w3]\n    gold ORG [w2 w3], said ORG [w2]" in shown
    assert "spurious (1)\n  sentence 2, line 6: [w0]\n    said LOC [w0]" in shown
    assert "  nothing       LOC 1" in shown


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["p.jsonl", "--conll", "a", "b"],
        ["p.jsonl", "--scheme", "IOB2"],
        ["--conll", "a", "b", "--scheme", "IOB2", "IOB2", "IOB2"],
        ["--conll", "a", "b", "--corpus", "other"],
        ["--conll", "a", "b", "--split", "train"],
    ],
)
def test_options_that_do_not_belong_together_are_wrong_use(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["score", *options])
    assert caught.value.code == 2
    assert "usage: dateline score" in capsys.readouterr().err
