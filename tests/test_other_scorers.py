"""Beside other scorers: equal to nervaluate where it can be, and right where seqeval misleads.

That figures are seqeval's is shown in test_score.py, that spans read from tags are, in
test_conll.py. Where nervaluate differs stands in golden/nervaluate.json, with the reason; run as
a program, this module writes nervaluate's figures there anew.
"""

import importlib.metadata
import itertools
import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator
from nervaluate.loaders import ListLoader
from seqeval.metrics import classification_report, f1_score, precision_score
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, IOBES

from dateline import ENTITY_LABELS, Article, Document, Entity, InvalidPrediction, Prediction
from dateline.bio import LabelledSpan
from dateline.cli import main
from dateline.conll import ColumnFile, Repair, decode, read_columns, read_pair
from dateline.score import Comparison, LayerScore, as_json

Side = Sequence[Sequence[LabelledSpan]]
"""The spans of one side, for each article."""

GOLDEN = Path(__file__).parent / "golden" / "nervaluate.json"
SCHEMAS = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
"""Dateline's names and nervaluate's."""
LENGTH = 60
LABELS = st.sampled_from(["GPE", "ORG", "PERSON"])


def nervaluated(gold: Side, said: Side) -> dict[str, Any]:
    """What nervaluate says. It takes the last character of a span for its end."""
    sides = [
        [
            [{"label": label, "start": start, "end": end - 1} for start, end, label in spans]
            for spans in side
        ]
        for side in (gold, said)
    ]
    found: dict[str, Any] = Evaluator(*sides, tags=list(ENTITY_LABELS), loader="dict").evaluate()
    return found


def compared(gold: Side, said: Side, text: str = "x" * LENGTH) -> Comparison:
    articles = [Article(str(i), text) for i in range(len(gold))]

    def spans(side: Sequence[Sequence[Any]]) -> list[tuple[Entity, ...]]:
        return [tuple(Entity(*span) for span in one) for one in side]

    return Comparison.of(
        [Document(article, one) for article, one in zip(articles, spans(gold), strict=True)],
        [Prediction(article.id, one) for article, one in zip(articles, spans(said), strict=True)],
    )


def entities(comparison: Comparison) -> LayerScore:
    found = comparison.score().entities
    assert found is not None
    return found


def counts(row: Any, scale: int = 1) -> tuple[int, int, int]:
    """Dateline's counts from a row of nervaluate's: how far right, wrong and missed items are."""
    right = scale * row.correct + row.partial
    return right, scale * row.actual - right, scale * row.possible - right


def overlap_two(gold: Sequence[LabelledSpan], said: Sequence[LabelledSpan]) -> bool:
    """Whether a span overlaps two of the other side."""
    pairs = [
        (i, j)
        for (i, right), (j, claimed) in itertools.product(enumerate(gold), enumerate(said))
        if right[0] < claimed[1] and claimed[0] < right[1]
    ]
    return any(len({pair[side] for pair in pairs}) < len(pairs) for side in (0, 1))


@st.composite
def apart(draw: st.DrawFn) -> tuple[list[LabelledSpan], list[LabelledSpan]]:
    """Gold and prediction of which no span overlaps two of the other: all such there are.

    A text is cut into parts, and each has at most one span of either side.
    """
    gold, said = list[LabelledSpan](), list[LabelledSpan]()
    cuts = draw(st.lists(st.integers(0, LENGTH), max_size=9, unique=True).map(sorted))
    for first, last in itertools.pairwise(cuts):
        for side in (gold, said):
            start = draw(st.integers(first, last - 1))
            end = draw(st.integers(start + 1, last))
            if draw(st.booleans()):
                side.append((start, end, draw(LABELS)))
        if gold and gold[-1][0] >= first and draw(st.booleans()):
            said[:] = [span for span in said if span[1] <= first]
            said.append((*gold[-1][:2], draw(LABELS)))
    return gold, said


@st.composite
def flat(draw: st.DrawFn) -> list[LabelledSpan]:
    """Spans of one side, in order: many, so that they overlap many of another."""
    cuts = draw(st.lists(st.integers(0, LENGTH // 3), max_size=14, unique=True).map(sorted))
    kept = [pair for pair in itertools.pairwise(cuts) if draw(st.integers(0, 3))]
    return [(start, end, draw(LABELS)) for start, end in kept]


@given(st.lists(apart(), min_size=1, max_size=4))
def test_figures_are_nervaluates_where_no_span_overlaps_two(
    articles: list[tuple[list[LabelledSpan], list[LabelledSpan]]],
) -> None:
    gold, said = zip(*articles, strict=True)
    assert not any(map(overlap_two, gold, said))
    theirs = nervaluated(gold, said)
    comparison = compared(gold, said)
    scored = entities(comparison)
    for name, schema in SCHEMAS.items():
        row, ours = theirs["overall"][schema], scored[name]
        assert tuple(ours.total.sum(axis=0)) == counts(row, ours.scale), name
        assert ours.micro[:3] == (row.precision, row.recall, row.f1), name

    # All five of its counts are Dateline's kinds of error.
    kinds = Counter(error.kind for error in (comparison.errors("entities") or []))
    boundary, label, both = kinds["boundary"], kinds["type"], kinds["both"]
    right = int(scored.counts[..., 0].sum())
    for schema, said_so in {
        "strict": (right, boundary + label + both, 0),
        "exact": (right + label, boundary + both, 0),
        "partial": (right + label, 0, boundary + both),
        "ent_type": (right + boundary, label + both, 0),
    }.items():
        row = theirs["overall"][schema]
        assert (row.correct, row.incorrect, row.partial) == said_so, schema
        assert (row.missed, row.spurious) == (kinds["missing"], kinds["spurious"]), schema

    for name in ("strict", "type"):
        rows = {label: one[SCHEMAS[name]] for label, one in theirs["entities"].items()}
        assert {label: figures[:3] for label, figures in scored[name].per_type.items()} == {
            label: (row.precision, row.recall, row.f1) for label, row in rows.items()
        }
    # Its rows of a type compare the spans of that type alone, so that "exact" is "strict" there.
    for one in theirs["entities"].values():
        assert one["exact"] == one["strict"]


@given(flat(), flat(), st.randoms())
def test_nervaluate_never_finds_more_however_spans_overlap(
    gold: list[LabelledSpan], said: list[LabelledSpan], random: Any
) -> None:
    """In the order of the text it differs in ``type`` alone, out of it in ``partial`` too."""
    scored = entities(compared([gold], [said]))
    listed = [random.sample(side, len(side)) for side in (gold, said)]
    in_order, shuffled = (
        nervaluated([one], [other])["overall"] for one, other in ((gold, said), listed)
    )
    for name, schema in SCHEMAS.items():
        ours = tuple(scored[name].total.sum(axis=0))
        theirs, otherwise = (
            counts(found[schema], scored[name].scale) for found in (in_order, shuffled)
        )
        assert ours == theirs if name != "type" else ours[0] >= theirs[0], name
        exact = name in ("strict", "exact")
        assert ours == otherwise if exact else ours[0] >= otherwise[0], name


def every(length: int, at: int = 0) -> list[tuple[LabelledSpan, ...]]:
    """Every way to have spans with two labels in a text."""
    if at == length:
        return [()]
    return every(length, at + 1) + [
        ((at, end, label), *rest)
        for end in range(at + 1, length + 1)
        for label in ("GPE", "PERSON")
        for rest in every(length, end)
    ]


def test_all_that_is_possible_in_a_short_text() -> None:
    """Nothing but ``type`` differs, and only where a span overlaps two: 1,206 of 23,409."""
    gold, said = zip(*itertools.product(every(4), repeat=2), strict=True)
    scored = entities(compared(gold, said, "Ana!"))
    differing = 0
    for i, (right, claimed) in enumerate(zip(gold, said, strict=True)):
        theirs = nervaluated([right], [claimed])["overall"]
        for name, schema in SCHEMAS.items():
            ours = tuple(scored[name].counts[i].sum(axis=0))
            if ours != counts(theirs[schema], scored[name].scale):
                assert name == "type"
                assert overlap_two(right, claimed)
                assert ours[0] > theirs[schema].correct
                differing += 1
    assert (len(gold), differing) == (23_409, 1_206)


def figures_of(row: Any) -> dict[str, float]:
    found = "correct incorrect partial missed spurious".split()
    figures = "precision recall f1".split()
    return {name: getattr(row, name) for name in found} | {
        name: float(getattr(row, name)) for name in figures
    }


def golden() -> Any:
    return json.loads(GOLDEN.read_text("utf-8"))


def golden_nervaluate(case: Any) -> dict[str, Any]:
    overall = nervaluated([case["gold"]], [case["said"]])["overall"]
    return {schema: figures_of(overall[schema]) for schema in SCHEMAS.values()}


def test_the_golden_file_is_of_the_nervaluate_that_is_installed() -> None:
    assert golden()["version"] == importlib.metadata.version("nervaluate")


@pytest.mark.parametrize("case", golden()["cases"], ids=lambda case: case["name"])
def test_where_nervaluate_differs_and_where_it_might(case: Any) -> None:
    scored = entities(compared([case["gold"]], [case["said"]], case["text"]))
    overall = nervaluated([case["gold"]], [case["said"]])["overall"]
    assert golden_nervaluate(case) == case["nervaluate"]
    totals = {name: scored[name].total.sum(axis=0).tolist() for name in SCHEMAS}
    assert {name: [*totals[name], scored[name].scale] for name in SCHEMAS} == case["dateline"]
    differing = [
        name
        for name, schema in SCHEMAS.items()
        if tuple(totals[name]) != counts(overall[schema], scored[name].scale)
    ]
    assert differing == case["differs"]
    assert case["reason"].startswith("Equal: ") == (not differing)


def test_nervaluate_takes_ends_for_inclusive() -> None:
    """Given half-open ends, as Prodigy and spaCy have them, it finds that neighbours overlap."""
    gold, said = (0, 8, "PERSON"), (8, 10, "PERSON")
    spans = [[[{"start": a, "end": b, "label": x}]] for a, b, x in (gold, said)]
    naive = Evaluator(*spans, tags=["PERSON"], loader="dict").evaluate()["overall"]
    assert (naive["ent_type"].f1, naive["partial"].f1) == (1.0, 0.5)
    scored = entities(compared([[gold]], [[said]], "Ana Ruiz's"))
    assert (scored["type"].f1, scored["partial"].f1) == (0.0, 0.0)


@given(st.lists(st.sampled_from("O B-X I-X B-Y I-Y".split()), max_size=12))
def test_nervaluate_takes_malformed_tags_as_conlleval_does(tags: list[str]) -> None:
    """And says nothing of them."""
    (found,) = ListLoader().load([tags])
    spans = [(entity.start, entity.end + 1, entity.label) for entity in found]
    assert spans == decode(tags, "IOB2", "conlleval")


class Columns:
    """Gold and prediction as a tag a word of *gold* and *said*: for seqeval, and as files."""

    def __init__(self, folder: Path, gold: str, said: str) -> None:
        self.tags = [gold.split()], [said.split()]
        self.paths = str(folder / "gold"), str(folder / "said")
        for path, (tags,) in zip(self.paths, self.tags, strict=True):
            lines = [f"word{i} {tag}\n" for i, tag in enumerate(tags)]
            Path(path).write_text("".join(lines), encoding="utf-8")

    def files(self, repair: Repair | None = None) -> tuple[ColumnFile, ColumnFile]:
        return read_pair(*self.paths, repair=repair)

    def scored(self, repair: Repair | None = None) -> LayerScore:
        return entities(Comparison.of_columns(*self.files(repair)))

    def said(self, capsys: pytest.CaptureFixture[str]) -> str:
        """What the command says that does not score them."""
        assert main(["score", "--conll", *self.paths]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        return err


def seqeval_dict(columns: Columns, **options: Any) -> Any:
    return classification_report(*columns.tags, output_dict=True, zero_division=0, **options)


def test_strict_without_a_scheme_is_lenient(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a scheme without strict; but a report that is strict finds a scheme out."""
    columns = Columns(tmp_path, "B-PER I-PER O B-ORG", "I-PER I-PER O B-ORG")
    assert f1_score(*columns.tags, mode="strict") == f1_score(*columns.tags, scheme=IOB2) == 1.0
    assert f1_score(*columns.tags, mode="strict", scheme=IOB2) == 2 / 3
    assert seqeval_dict(columns, mode="strict")["micro avg"]["f1-score"] == 2 / 3

    said = columns.said(capsys)
    assert f"{columns.paths[1]}: 1 malformed as IOB2" in said
    assert "line 1: I-PER after the start of the sentence; expected B-PER" in said
    assert "--repair conlleval|discard" in said
    assert columns.scored("conlleval").f1 == 1.0
    assert columns.scored("discard").f1 == 2 / 3


def test_iobes_that_ends_nowhere_is_no_error_to_seqeval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = Columns(tmp_path, "B-PER E-PER S-ORG", "B-PER I-PER S-ORG")
    assert f1_score(*columns.tags) == f1_score(*columns.tags, mode="strict") == 1.0
    assert f1_score(*columns.tags, mode="strict", scheme=IOBES) == 2 / 3

    assert "line 3: S-ORG after I-PER; expected I-PER or E-PER" in columns.said(capsys)
    assert columns.scored("conlleval").f1 == 1.0
    assert columns.scored("discard").f1 == 2 / 3


def test_malformed_spans_left_out_raise_precision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Strict seqeval says nothing of the span of LOC that is wrong."""
    columns = Columns(tmp_path, "B-PER I-PER O B-ORG", "B-PER I-PER I-LOC B-ORG")
    assert precision_score(*columns.tags) == 2 / 3
    assert precision_score(*columns.tags, mode="strict", scheme=IOB2) == 1.0
    assert "LOC" not in seqeval_dict(columns, mode="strict", scheme=IOB2)

    assert "line 3: I-LOC after I-PER; expected B-LOC" in columns.said(capsys)
    for repair, precision in (("conlleval", 2 / 3), ("discard", 1.0)):
        assert main(["score", "--conll", *columns.paths, "--repair", repair, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [len(file["malformed"]) for file in found["files"]] == [0, 1]
        assert found["entities"]["scores"]["strict"]["micro"]["precision"] == precision


@pytest.mark.parametrize("tag", ["PERSON", "ORGANIZATION"])
def test_a_tag_without_a_prefix_loses_a_letter_or_all(tag: str, tmp_path: Path) -> None:
    """Strict seqeval fails with ``KeyError: 'P'``, and takes ORGANIZATION for ``O``."""
    with pytest.warns(UserWarning, match=f"{tag} seems not to be NE tag"):
        found = get_entities([tag])
    assert found == {"PERSON": [("ERSON", 0, 0)], "ORGANIZATION": []}[tag]
    if tag == "PERSON":
        with pytest.raises(KeyError, match="'P'"):
            f1_score([[tag]], [["O"]], mode="strict", scheme=IOB2)
    else:
        options = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
        assert f1_score([["B-X", tag]], [["B-X", "O"]], **options) == 1.0

    (tmp_path / "tags").write_text(f"Ana {tag}\n")
    with pytest.raises(InvalidPrediction, match=f"line 1: '{tag}' is no tag; expected O, or B-"):
        read_columns(tmp_path / "tags")


def test_nothing_to_find_and_nothing_found(tmp_path: Path) -> None:
    """The report of seqeval fails as text, and as data has an average that is no number.

    The failure of its strict text is in test_score.py.
    """
    columns = Columns(tmp_path, "O O", "O O")
    with pytest.raises(ValueError, match="max"):
        classification_report(*columns.tags)
    with pytest.raises(ValueError, match="This scheme is not supported"):
        classification_report(*columns.tags, mode="strict", output_dict=True)
    options: dict[str, Any]
    for options in ({}, {"mode": "strict", "scheme": IOB2}):
        with pytest.warns(RuntimeWarning):
            report = seqeval_dict(columns, **options)
        assert math.isnan(report["macro avg"]["f1-score"])
        with pytest.warns(RuntimeWarning):
            macro = f1_score(*columns.tags, average="macro", zero_division=0, **options)
        assert math.isnan(macro)

    found = as_json(Comparison.of_columns(*columns.files()).score())
    json.dumps(found, allow_nan=False)
    for score in found["entities"]["scores"].values():
        nothing = {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0}
        assert score["micro"] == score["macro"] == score["weighted"] == nothing
        assert score["types_averaged"] == 0


def test_seqevals_report_is_no_json(tmp_path: Path) -> None:
    columns = Columns(tmp_path, "B-PER O", "B-PER O")
    report = seqeval_dict(columns, mode="strict", scheme=IOB2)
    with pytest.raises(TypeError, match="int64 is not JSON serializable"):
        json.dumps(report)

    found = as_json(Comparison.of_columns(*columns.files()).score())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["entities"]["scores"]["strict"]["counts"] == {
        "sentence 1, line 1": {"PER": [1, 0, 0]}
    }


def test_what_is_undefined_is_zero_and_never_one(tmp_path: Path) -> None:
    """To scikit-learn a NaN says that it be left out; seqeval takes all but 0 for 1."""
    columns = Columns(tmp_path, "B-PER O B-ORG", "B-PER O O")
    strict = {"mode": "strict", "scheme": IOB2}
    for zero_division, precision in ((0, 0.5), (1, 1.0), (math.nan, 1.0)):
        options = {**strict, "average": "macro", "zero_division": zero_division}
        assert precision_score(*columns.tags, **options) == precision
    assert columns.scored().macro.precision == 0.5


def test_a_weighted_average_hides_types_that_are_not_there(tmp_path: Path) -> None:
    """Dateline has it as seqeval has it, and ranks by micro; macro says of how many types."""
    columns = Columns(tmp_path, "B-PER O O O", "B-PER B-LOC B-LOC B-LOC")
    report = seqeval_dict(columns, mode="strict", scheme=IOB2)
    assert report["weighted avg"]["f1-score"] == report["weighted avg"]["precision"] == 1.0

    scored = columns.scored()
    assert scored.weighted.f1 == 1.0
    assert (scored.f1, scored.precision) == (0.4, 0.25)
    assert scored.macro.f1 == 0.5
    assert scored.per_type["LOC"] == (0.0, 0.0, 0.0, 0)
    assert "macro, 2 types" in str(scored)
    (found,) = filter(None, as_json(Comparison.of_columns(*columns.files()).score()).values())
    assert found["scores"]["strict"]["types_averaged"] == 2


def laid_out(value: Any, indent: str = "\n") -> str:
    """JSON in which what fits into a line is in one."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(line) < 140:
        return line
    deeper = indent + "  "
    keys = (
        [f"{json.dumps(key)}: " for key in value] if isinstance(value, dict) else [""] * len(value)
    )
    values = list(value.values()) if isinstance(value, dict) else value
    rows = [deeper + key + laid_out(x, deeper) for key, x in zip(keys, values, strict=True)]
    edges = "{}" if isinstance(value, dict) else "[]"
    return edges[0] + ",".join(rows) + indent + edges[1]


def write_golden() -> None:
    """Write nervaluate's figures and version anew; texts, reasons and Dateline's figures stay."""
    cases = [{**case, "nervaluate": golden_nervaluate(case)} for case in golden()["cases"]]
    said = {"version": importlib.metadata.version("nervaluate"), "cases": cases}
    GOLDEN.write_text(laid_out(said) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden()
