"""What is scored may come as objects, Arrow tables, datasets and files: the counts are the same."""

import copy
import importlib
import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import examples
from datasets import ClassLabel, Dataset, Features, List, Value, load_dataset
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from strategies import scored

from dateline import (
    Article,
    Document,
    Entity,
    Gold,
    InvalidAnnotation,
    InvalidPrediction,
    Prediction,
    Score,
    load,
    read_predictions,
    score,
    write_predictions,
)
from dateline.documents import Mention
from dateline.score import LayerScore, inputs
from dateline.score.arrays import Spans
from dateline.score.texts import Texts, cut, numbered

SPAN = pa.struct([("start", pa.int32()), ("end", pa.int32())])
TEXT = pa.string()


def shape(label: Any = TEXT, offset: Any = None, many: Any = pa.list_) -> pa.Schema:
    """The columns of predictions."""
    at = [("start", offset or pa.int32()), ("end", offset or pa.int32())]
    span = pa.struct(at)
    argument = pa.struct([("role", label), *at])
    quote = [("kind", label), ("fragments", many(span)), ("cue", span), ("source", span)]
    event = [*at, ("type", label), ("realis", label), ("polarity", label)]
    return pa.schema(
        [
            ("id", TEXT),
            ("entities", many(pa.struct([*at, ("label", label)]))),
            ("quotes", many(pa.struct([*quote, ("speakers", many(TEXT))]))),
            ("events", many(pa.struct([*event, ("arguments", many(argument))]))),
        ]
    )


def table_of(predictions: list[Prediction], schema: pa.Schema | None = None) -> pa.Table:
    rows = [json.loads(line) for line in lines_of(predictions)]
    return pa.Table.from_pylist(rows, schema=schema or shape())


def lines_of(predictions: list[Prediction]) -> list[bytes]:
    import msgspec

    return [msgspec.json.encode(one) for one in predictions]


def layers(result: Score) -> dict[tuple[str, str], Any]:
    return {
        (layer.layer, name): found and (found.counts.tolist(), found.units, found.articles)
        for layer in result
        if isinstance(layer, LayerScore)
        for name, found in layer.results.items()
    }


FORMS: dict[str, Callable[[list[Prediction], Path], Any]] = {
    "tables": lambda said, _: table_of(said),
    "batches": lambda said, _: table_of(said).combine_chunks().to_batches()[0],
    "tables in chunks": lambda said, _: pa.concat_tables(
        [table_of(said[:1]), table_of(said[1:])] if said else [table_of(said)]
    ),
    "large types": lambda said, _: table_of(said, shape(pa.large_string(), pa.int64())),
    "dictionaries": lambda said, _: table_of(said, shape(pa.dictionary(pa.int8(), TEXT))),
    "large lists": lambda said, _: table_of(said, shape(many=pa.large_list)),
    "views": lambda said, _: table_of(said, shape(pa.string_view(), many=pa.list_view)),
    "large views": lambda said, _: table_of(said, shape(many=pa.large_list_view)),
    "inferred types": lambda said, _: inferred(said),
    "datasets": lambda said, _: Dataset(table_of(said)),
    "Parquet": lambda said, folder: parquet_file(table_of(said), folder),
    "Parquet of inferred types": lambda said, folder: parquet_file(inferred(said), folder),
    "JSON lines": lambda said, folder: json_file(said, folder),
    "JSON lines, backwards": lambda said, folder: json_file(said[::-1], folder),
    "tables, backwards": lambda said, _: table_of(said[::-1]),
}


def inferred(said: list[Prediction]) -> pa.Table:
    """A table whose types Arrow found: null where nobody handed anything in."""
    rows = [json.loads(line) for line in lines_of(said)]
    return pa.Table.from_pylist(rows) if rows else table_of(said)


def parquet_file(rows: pa.Table, folder: Path) -> Path:
    parquet.write_table(rows, folder / "said.parquet", row_group_size=1)
    return folder / "said.parquet"


def json_file(said: list[Prediction], folder: Path) -> Path:
    write_predictions(folder / "said.jsonl", said)
    return folder / "said.jsonl"


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=examples(25))
@given(pair=scored())
def test_the_form_makes_no_difference(
    form: str, pair: tuple[list[Document], list[Prediction]], tmp_path_factory: Any
) -> None:
    gold, said = pair
    folder = tmp_path_factory.mktemp("said")
    assert layers(score(gold, FORMS[form](said, folder))) == layers(score(gold, said))


def test_gold_may_be_the_rows_of_the_dataset(built: Path) -> None:
    gold = load(built)
    said = list(gold)
    expected = layers(score(gold, said))
    file = next((built / "data/documents").glob("test-*.parquet"))
    dataset = load_dataset(str(built), "documents", split="test")
    for rows in (parquet.read_table(file), dataset, dataset.select(range(len(dataset)))):
        assert layers(score(rows, said)) == expected
        assert layers(score(rows, rows)) == expected
    backwards = dataset.select(range(len(dataset))[::-1])
    assert layers(score(gold, backwards)) == expected


@pytest.mark.parametrize("many", [0, 2_000])
def test_gold_may_be_copied_as_for_another_process(
    built: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(inputs, "MANY", many)
    documents = load(built)
    rows = parquet.read_table(next((built / "data/documents").glob("test-*.parquet")))
    for gold in (Gold(documents), Gold(rows)):
        copied = copy.deepcopy(gold)
        assert layers(score(copied, documents)) == layers(score(gold, documents))
        assert layers(score(copy.deepcopy(gold), documents)) == layers(score(gold, documents))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_gold_is_whole_in_a_process_forked_while_its_characters_are_counted(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent, forked, lengths = os.getpid(), threading.Event(), Texts.lengths

    def waiting(texts: Texts) -> Any:
        if os.getpid() == parent:
            forked.wait()
        return lengths(texts)

    monkeypatch.setattr(inputs, "MANY", 0)
    monkeypatch.setattr(Texts, "lengths", waiting)
    rows = parquet.read_table(next((built / "data/documents").glob("test-*.parquet")))
    gold = Gold(rows)
    child = multiprocessing.get_context("fork").Process(target=lambda: score(gold, rows))
    child.start()
    child.join(60)
    ended = child.exitcode
    child.kill()
    forked.set()
    assert ended == 0
    assert gold.lengths.tolist() == [len(text) for text in rows["text"].to_pylist()]


@pytest.mark.parametrize("number", [pa.int8(), pa.uint64()], ids=str)
def test_class_ids_may_be_of_any_whole_numbers(built: Path, number: pa.DataType) -> None:
    rows = parquet.read_table(next((built / "data/documents").glob("test-*.parquet")))
    fields = list(rows.schema.field("entities").type.value_type)
    kind = pa.struct([x.with_type(number) if x.name == "label" else x for x in fields])
    there = edited(rows, "entities", rows["entities"].combine_chunks().cast(pa.list_(kind)))
    there = there.replace_schema_metadata(rows.schema.metadata)
    assert layers(score(rows, there)) == layers(score(rows, rows))


def test_a_column_or_field_that_is_not_there_was_not_handed_in(built: Path) -> None:
    gold = load(built)
    rows = table_of([Prediction(one.id, ()) for one in gold])
    only = score(gold, rows.select(["id", "entities"]))
    assert only.entities is not None
    assert only.quotes is only.events is only.claims is None
    event = [{"start": 0, "end": 1, "type": "MEET"}]
    rows = pa.table({"id": [one.id for one in gold], "events": [event] * len(gold)})
    found = score(gold, rows).events
    assert found is not None
    assert {name for name, result in found.results.items() if result} == {"trig-c", "trig-i"}


def edited(rows: pa.Table, name: str, values: Any) -> pa.Table:
    return rows.set_column(rows.column_names.index(name), name, values)


QUOTE: dict[str, Any] = {"kind": "DIRECT", "fragments": [{"start": 0, "end": 4}]}

BAD: dict[str, tuple[Callable[[pa.Table], pa.Table], str]] = {
    "no id": (lambda rows: rows.drop(["id"]), "no column 'id'; expected one beside entities"),
    "a null id": (
        lambda rows: edited(rows, "id", pa.nulls(len(rows), TEXT)),
        "id: a null; expected a string a row",
    ),
    "ids are numbers": (
        lambda rows: edited(rows, "id", pa.array(range(len(rows)))),
        "id: int64; expected a string a row",
    ),
    "a missing article": (lambda rows: rows.slice(1), "is missing; expected each article once"),
    "a repeated article": (
        lambda rows: pa.concat_tables([rows, rows.slice(0, 1)]),
        "is repeated; expected each article once",
    ),
    "no list": (
        lambda rows: edited(rows, "entities", pa.array(["x"] * len(rows))),
        "entities: string; expected lists",
    ),
    "a null in a list": (
        lambda rows: entities(rows, [None]),
        "entities: a null in a list; expected none",
    ),
    "no label": (
        lambda rows: edited(rows, "entities", pa.array([[{"start": 0, "end": 1}]] * len(rows))),
        "entities: no field 'label' in struct",
    ),
    "a null label": (
        lambda rows: entities(rows, [{"start": 0, "end": 1, "label": None}]),
        "entities.label: a null; expected a label",
    ),
    "an unknown label": (
        lambda rows: entities(rows, [{"start": 0, "end": 1, "label": "Person"}]),
        "entities.label: 'Person' is no label; expected one of CARDINAL",
    ),
    "a null offset": (
        lambda rows: entities(rows, [{"start": None, "end": 1, "label": "ORG"}]),
        "entities.start: a null; expected whole numbers",
    ),
    "an offset outside": (
        lambda rows: entities(rows, [{"start": 0, "end": 99999, "label": "ORG"}]),
        "entities: span [0, 99999) is outside the text; expected 0 <= start < end <=",
    ),
    "a cue of -1": (
        lambda rows: edited(
            rows,
            "quotes",
            pa.array([[{**QUOTE, "cue": {"start": -1, "end": -1}}], *[[]] * (len(rows) - 1)]),
        ),
        "quotes.cue.start: -1; expected null where there is none",
    ),
    "a column twice": (
        lambda rows: rows.append_column("entities", rows["entities"]),
        "more than one column 'entities'; expected one beside id, quotes, events",
    ),
    "a field twice": (
        lambda rows: edited(rows, "events", twice(rows, "type")),
        "events: field 'type' is there twice; expected once",
    ),
    "labels are lists": (
        lambda rows: edited(
            rows,
            "entities",
            pa.array([[{"start": 0, "end": 4, "label": ["ORG"]}]] * len(rows)),
        ),
        "entities.label: list<item: string>; expected strings, or class ids whose names",
    ),
    "a cue of strings": (
        lambda rows: edited(
            rows, "quotes", pa.array([[{**QUOTE, "cue": {"start": "0", "end": "1"}}]] * len(rows))
        ),
        "quotes.cue.start: string; expected whole numbers",
    ),
    "a far offset": (
        lambda rows: edited(
            rows, "entities", pa.array([[{"start": 0, "end": 2**40, "label": "ORG"}]] * len(rows))
        ),
        "entities.end: not under 2^31",
    ),
    "an overlap": (
        lambda rows: entities(
            rows, [{"start": 0, "end": 4, "label": "ORG"}, {"start": 3, "end": 5, "label": "ORG"}]
        ),
        "entities: [3, 5) overlaps [0, 4); expected none to overlap",
    ),
    "offsets are no numbers": (
        lambda rows: edited(
            rows,
            "entities",
            pa.array([[{"start": 0.0, "end": 4.0, "label": "ORG"}]] * len(rows)),
        ),
        "entities.start: double; expected whole numbers",
    ),
    "a speaker outside": (
        lambda rows: edited(
            rows,
            "quotes",
            pa.array([[{**QUOTE, "speakers": [{"start": 3, "end": 99999}]}]] * len(rows)),
        ),
        "quotes.speakers: span [3, 99999) is outside the text of its article",
    ),
    "class ids without names": (
        lambda rows: edited(
            rows, "entities", pa.array([[{"start": 0, "end": 4, "label": 3}]] * len(rows))
        ),
        "entities.label: int64; expected strings, or class ids whose names the schema has",
    ),
}


def twice(rows: pa.Table, name: str) -> pa.Array:
    """Events with a field twice."""
    columns = {"start": pa.array([0]), "end": pa.array([1]), name: pa.array(["MEET"])}
    names = [*columns, name]
    events = pa.StructArray.from_arrays([*columns.values(), columns[name]], names)
    return pa.ListArray.from_arrays([0, 1, *[1] * (len(rows) - 1)], events)


def entities(rows: pa.Table, spans: list[Any]) -> pa.Table:
    kind = shape().field("entities").type
    return edited(rows, "entities", pa.array([spans] * len(rows), kind))


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_with_a_table_is_said(case: str, built: Path) -> None:
    spoil, message = BAD[case]
    gold = load(built)
    with pytest.raises(InvalidPrediction) as refused:
        score(gold, spoil(table_of([Prediction(one.id, (), (), ()) for one in gold])))
    assert message in str(refused.value)


def test_what_is_wrong_with_a_table_of_gold_is_said(built: Path) -> None:
    gold = load(built)
    rows = parquet.read_table(next((built / "data/documents").glob("test-*.parquet")))
    for spoilt, message in (
        (rows.drop(["text"]), "gold: no column 'text'"),
        (rows.drop(["id"]), "gold: no column 'id'"),
        (pa.concat_tables([rows, rows]), "gold: article 'lake-ferry' is there twice"),
        (rows.replace_schema_metadata({}), "gold: entities.label: int64"),
    ):
        with pytest.raises(InvalidAnnotation) as refused:
            score(spoilt, gold)
        assert message in str(refused.value)


def test_classes_are_those_of_the_field_alone() -> None:
    """Whatever names another column has, and whatever names nothing uses."""
    article = Article("a", "Bo met Ana.")
    gold = [Document(article, (Entity(0, 2, "PERSON"),))]
    names = ClassLabel(names=["O", "PERSON"])
    span = {"start": Value("int32"), "end": Value("int32"), "label": names}
    features = Features(
        {
            "id": Value("string"),
            "entities": List(span),
            "spans": List({**span, "label": ClassLabel(names=["GPE", "ORG", "DATE"])}),
            "label": ClassLabel(names=["politics"]),
        }
    )
    said = {"start": 0, "end": 2, "label": 1}
    rows = Dataset.from_dict(
        {"id": ["a"], "entities": [[said]], "spans": [[]], "label": [0]}, features=features
    )
    assert layers(score(gold, rows)) == layers(score(gold, [Prediction("a", gold[0].entities)]))
    dictionaries = table_of(
        [Prediction("a", gold[0].entities), Prediction("b", (Mention(0, 2, "PER"),))],
        shape(pa.dictionary(pa.int8(), TEXT)),
    )
    first = table_of([Prediction("a", gold[0].entities)])
    assert layers(score(gold, dictionaries.slice(0, 1))) == layers(score(gold, first))
    ids = edited(rows.data.table, "id", pa.array(["a"]).dictionary_encode())
    assert layers(score(gold, ids)) == layers(score(gold, rows))


def test_an_object_of_nulls_is_none(built: Path, tmp_path: Path) -> None:
    gold = load(built)
    no_cue = {**QUOTE, "cue": {"start": None, "end": None}}
    kind = pa.struct([("start", pa.int32()), ("end", pa.int32()), ("text", TEXT)])
    quote = pa.struct([("kind", TEXT), ("fragments", pa.list_(SPAN)), ("cue", kind)])
    values = pa.array([[no_cue], *[[]] * (len(gold) - 1)], pa.list_(quote))
    table = pa.table({"id": [one.id for one in gold], "quotes": values})
    parquet.write_table(table, tmp_path / "said.parquet")
    found = layers(score(gold, table))
    assert layers(score(gold, tmp_path / "said.parquet")) == found


def test_a_class_id_that_has_no_name_is_refused(built: Path) -> None:
    gold = load(built)
    rows = parquet.read_table(next((built / "data/documents").glob("test-*.parquet")))
    kind = rows.schema.field("entities").type
    value = [{"start": 0, "end": 1, "text": "x", "label": 18}]
    spoilt = edited(rows, "entities", pa.array([value] * len(rows), kind))
    spoilt = spoilt.replace_schema_metadata(rows.schema.metadata)
    with pytest.raises(InvalidPrediction, match=r"entities\.label: a class id is none of 0 to 17"):
        score(gold, spoilt)


def test_a_file_that_is_refused_is_told_by_the_exact_reader(built: Path, tmp_path: Path) -> None:
    """By line or row, and field; and what only looks odd is read."""
    gold = load(built)
    said = [Prediction(one.id, ()) for one in gold]
    path = tmp_path / "said.jsonl"
    write_predictions(path, said)
    sound = path.read_text(encoding="utf-8")
    for before, after, message in (
        ('"entities":[]', '"entities":[{"start":-1,"end":2,"label":"ORG"}]', "line 1: "),
        ('"entities":[]', '"entities":[],"entities":[]', "is repeated in one object"),
        ('"entities":[]', '"entities":[{"start":-0,"end":2,"label":"ORG"}]', "-0 is no whole"),
        ('"id":"', '"id":"x', "unknown article"),
    ):
        path.write_text(sound.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(InvalidPrediction) as refused:
            score(gold, path)
        with pytest.raises(InvalidPrediction) as exact:
            read_predictions(path, [one.article for one in gold])
        assert message in str(refused.value)
        assert str(refused.value) == str(exact.value)
    # A key that is parted from its colon does not make up for one that is repeated.
    parted = sound.replace('"id":', '"id" :').replace(
        '"entities":[]', '"entities":[],"entities":[]'
    )
    for text in (parted, sound.replace('"id":', '"id" :', 1).replace("[]", '[],"entities":[]', 1)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidPrediction, match="is repeated in one object"):
            score(gold, path)
        with pytest.raises(InvalidPrediction, match="is repeated in one object"):
            read_predictions(path, [one.article for one in gold])
    path.write_text(sound.replace('"id":', '"id" : ', 1).replace("a", "\\u0061", 1))
    assert layers(score(gold, path)) == layers(score(gold, said))


def test_a_parquet_file_that_is_refused_is_told_by_row_and_field(
    built: Path, tmp_path: Path
) -> None:
    gold = load(built)
    rows = entities(
        table_of([Prediction(one.id, ()) for one in gold]),
        [{"start": 0, "end": 99999, "label": "ORG"}],
    )
    path = tmp_path / "said.parquet"
    parquet.write_table(rows.select(["id", "entities"]), path)
    with pytest.raises(InvalidPrediction, match=r"said\.parquet: row 1: .*entities\[0\]: span"):
        score(gold, path)
    path.write_bytes(b"PAR1")
    with pytest.raises(InvalidPrediction, match=r"said\.parquet: cannot be read"):
        score(gold, path)
    with pytest.raises(InvalidPrediction, match=r"none\.parquet: cannot be read"):
        score(gold, tmp_path / "none.parquet")


def test_parts_are_counted_as_the_whole(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles are scored some at a time."""
    gold = load(built) + load(built, "train")
    expected = layers(score(gold, gold))
    for at_once in (1, 2):
        for module in ("comparison", "objects"):
            where = importlib.import_module(f"dateline.score.{module}")
            monkeypatch.setattr(where, "AT_ONCE", at_once)
        assert layers(score(gold, gold)) == expected


def test_a_parquet_file_has_no_other_column_field_or_class(built: Path, tmp_path: Path) -> None:
    """What a line of JSON may not have, a row of Parquet may not have either."""
    gold = load(built)
    path = tmp_path / "said.parquet"
    sound = table_of([Prediction(one.id, ()) for one in gold]).select(["id", "entities"])
    span = {"start": 0, "end": 2, "label": "ORG"}
    lists = {
        "text": pa.array([[{**span, "text": "not so"}]] * len(gold)),
        "score": pa.array([[{**span, "score": 0.5}]] * len(gold)),
    }
    metadata = parquet.read_schema(next((built / "data/documents").glob("test-*"))).metadata
    ids = [pa.array([[{**span, "label": id}]] * len(gold)) for id in (18, -1)]
    for rows, message in (
        (sound.rename_columns(["id", "entites"]), r"row 1: .*unknown field `entites`"),
        (edited(sound, "entities", lists["text"]), r"row 1: .*entities\[0\]\.text: 'not so'"),
        (edited(sound, "entities", lists["score"]), r"row 1: .*unknown field `score`"),
        *(
            (edited(sound, "entities", x).replace_schema_metadata(metadata), "row 1: .*class id")
            for x in ids
        ),
    ):
        parquet.write_table(rows, path)
        with pytest.raises(InvalidPrediction, match=message):
            score(gold, path)


@pytest.mark.parametrize("name", ["quotes", "events", "entities"])
def test_what_gold_has_not_has_no_score(built: Path, name: str) -> None:
    """Nothing is right or wrong by a layer that gold lacks; speakers have names by its mentions."""
    rows = parquet.read_table(next((built / "data/documents").glob("test-*.parquet")))
    documents = load(built)
    there = layers(score(rows, documents))
    found = score(rows.drop([name]), documents)
    assert getattr(found, name) is None
    lost = {(layer, of) for layer, of in there if layer in (name, "claims")}
    if name == "entities":
        assert found.quotes is not None
        assert found.quotes.results["speakers"] is None
        lost.add(("quotes", "speakers"))
    assert {key: value for key, value in layers(found).items() if value} == {
        key: value for key, value in there.items() if key not in lost
    }


def test_a_dataset_is_one_split_and_not_streamed(built: Path) -> None:
    gold = load(built)
    splits = load_dataset(str(built), "documents")
    streamed = load_dataset(str(built), "documents", split="test", streaming=True)
    for rows, message in (
        (splits, r"the splits .*test.*; expected one of them"),
        (streamed, "a dataset that is streamed; expected one that has all its rows"),
    ):
        with pytest.raises(InvalidPrediction, match=message):
            score(gold, rows)
        with pytest.raises(InvalidAnnotation, match="gold: " + message):
            score(rows, gold)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_predictions_may_come_from_a_pipe(built: Path, tmp_path: Path) -> None:
    gold = load(built)
    said = [Prediction(one.id, ()) for one in gold]
    lines = b"\n".join(lines_of(said))
    os.mkfifo(tmp_path / "pipe")
    for text, message in ((lines, ""), (lines.replace(b"[]", b"[7]", 1), "line 1: .*entities")):
        with ThreadPoolExecutor(1) as thread:
            written = thread.submit((tmp_path / "pipe").write_bytes, text)
            if message:
                with pytest.raises(InvalidPrediction, match=message):
                    score(gold, tmp_path / "pipe")
            else:
                assert layers(score(gold, tmp_path / "pipe")) == layers(score(gold, said))
            written.result(timeout=30)


def test_gold_is_no_path() -> None:
    with pytest.raises(InvalidAnnotation, match="'corpus' is a path; expected documents"):
        score("corpus", [])


LETTERS = st.characters(codec=None, exclude_categories=())  # halves of pairs, too


@st.composite
def cuts(draw: st.DrawFn) -> tuple[list[str], list[Spans]]:
    """Texts, and for two sides spans in them."""
    texts = draw(st.lists(st.text(LETTERS, max_size=9), min_size=1, max_size=4))

    def side() -> Spans:
        rows = []
        for article, text in enumerate(texts):
            edges = sorted(draw(st.sets(st.integers(0, len(text)))))
            pairs = zip(edges[::2], edges[1::2], strict=False)
            rows += [(article, start, end, 0) for start, end in pairs]
        return Spans.of(rows)

    return texts, [side(), side()]


@settings(max_examples=examples(300))
@given(cuts(), st.sampled_from([pa.string(), pa.large_string(), pa.string_view()]))
def test_equal_texts_have_equal_numbers(drawn: tuple[list[str], list[Spans]], kind: Any) -> None:
    texts, sides = drawn
    forms: list[Any] = [texts]
    if not any("\ud800" <= letter <= "\udfff" for text in texts for letter in text):
        whole = pa.array(["“ä", *texts, "ß”"], kind)
        forms += [Texts(pa.array(texts, kind)), Texts(whole)[1:-1]]
    for form in forms:
        different, numbers = numbered(sides, form)
        assert len(set(different)) == len(different)
        for spans, rows in zip(sides, numbers, strict=True):
            assert [different[row] for row in rows] == cut(spans, texts) == cut(spans, form)


def test_numbering_needs_no_article() -> None:
    assert numbered([Spans.of([])], [])[0] == []
