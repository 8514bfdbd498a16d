"""What Label Studio stores, read: round trips, and the traps that its files hold."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, TESTS
from hypothesis import given
from hypothesis import strategies as st
from strategies import documents

from dateline import Article, Document, Entity, InvalidAnnotation, Span
from dateline.corpus import read_source
from dateline.documents.strictjson import loads
from dateline.labelstudio import Doubt, check_config, dump_task, read_doubts, read_task, write_task

SOURCE = read_source(TESTS / "tiny/corpus", TESTS / "tiny/annotations")
GOLD = next(document for document in SOURCE.documents if document.id == "lake-ferry")


def read(task: Any, article: Article = GOLD.article) -> tuple[Document | None, list[str]]:
    reading = read_task(task, article)
    return reading.document, [finding.name for finding in reading.findings]


@given(documents())
def test_documents_come_back_from_tasks(document: Document) -> None:
    task = write_task(document)
    assert read(loads(dump_task(task)), document.article)[0] == document
    again, _ = read(task, document.article)
    assert again is not None
    assert dump_task(write_task(again)) == dump_task(task)


@pytest.mark.parametrize("folder", [ROOT, TESTS / "tiny"])
def test_gold_files_are_what_their_documents_write(folder: Path) -> None:
    source = read_source(folder / "corpus", folder / "annotations")
    for document in source.documents:
        written = dump_task(write_task(document, document.id in source.provisional))
        assert written == Path(source.files[document.id]).read_text("utf-8")


@pytest.fixture
def task() -> dict[str, Any]:
    return copy.deepcopy(write_task(GOLD))


def items(task: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = task["annotations"][0]["result"]
    return [i for i in result if all(i.get(key) == value for key, value in wanted.items())]


def test_order_of_items_does_not_matter(task: dict[str, Any]) -> None:
    task["annotations"][0]["result"].reverse()
    assert read(task) == (GOLD, [])


def test_one_id_with_labels_of_two_controls_is_two_annotations(task: dict[str, Any]) -> None:
    entity = next(i for i in items(task, from_name="entity") if i["value"]["text"] == "Möwe")
    both = copy.deepcopy(entity)
    both["from_name"], both["value"]["labels"] = "event", ["MOVE"]
    task["annotations"][0]["result"].insert(0, both)
    document, findings = read(task)
    assert findings == []
    assert document is not None
    (added,) = set(document.events) - set(GOLD.events)
    assert (added.bare(), added.type) == (
        Span(*(entity["value"][k] for k in ("start", "end"))),
        "MOVE",
    )
    assert document.entities == GOLD.entities


def test_a_relation_with_two_labels_is_two_relations(task: dict[str, Any]) -> None:
    place = items(task, type="relation", labels=["place"])[0]
    place["labels"] = ["place", "instrument"]
    document, findings = read(task)
    assert findings == []
    assert document is not None
    roles = [[a.role for a in event.arguments] for event in document.events]
    assert ["PATIENT", "INSTRUMENT", "PLACE", "TIME"] in roles


def test_a_relation_drawn_backwards_is_turned_and_reported(task: dict[str, Any]) -> None:
    for relation in items(task, type="relation"):
        relation["from_id"], relation["to_id"] = relation["to_id"], relation["from_id"]
        relation["direction"] = "left"
    document, findings = read(task)
    assert document == GOLD
    assert set(findings) == {"relation-direction"}


def test_an_arrow_turned_by_accident_is_no_argument_of_its_own(task: dict[str, Any]) -> None:
    items(task, type="relation", labels=["cue"])[0]["direction"] = "left"
    document, findings = read(task)
    assert {"relation-direction", "relation-ends"} <= set(findings)
    assert document != GOLD


@pytest.mark.parametrize("said", ["Lake Sarn", "Lake  Sarn", "Lake\u00a0Sarn"])
def test_white_space_as_the_page_stores_it_is_no_finding(task: dict[str, Any], said: str) -> None:
    for item in items(task, from_name="entity"):
        if item["value"]["text"].startswith("Lake"):
            item["value"]["text"] = said
    assert read(task) == (GOLD, [])


def test_a_fragment_over_a_break_as_the_page_stores_it_is_no_finding(task: dict[str, Any]) -> None:
    for item in items(task, from_name="quote"):
        item["value"]["text"] = item["value"]["text"].replace("\n", "\\n")
    assert read(task) == (GOLD, [])


def test_texts_that_are_not_the_slice_are_told_but_not_believed(task: dict[str, Any]) -> None:
    items(task, from_name="entity")[0]["value"]["text"] = "LUZERN"
    assert read(task) == (GOLD, ["region-text"])


def test_drafts_and_cancelled_annotations_are_not_read(task: dict[str, Any]) -> None:
    cancelled = {"was_cancelled": True, "result": [{"nonsense": 1}]}
    task["annotations"].insert(0, cancelled)
    task["drafts"] = [{"result": [], "created_username": "a@example.org"}]
    assert read(task) == (GOLD, [])
    task["annotations"].pop()
    assert read(task) == (None, ["task-annotations"])


def test_realis_and_polarity_need_not_be_chosen(task: dict[str, Any]) -> None:
    result = task["annotations"][0]["result"]
    result[:] = [
        item
        for item in result
        if item.get("value", {}).get("choices") not in (["ACTUAL"], ["POSITIVE"])
    ]
    assert read(task) == (GOLD, [])


def test_fragments_may_be_joined_in_a_chain_or_a_star(task: dict[str, Any]) -> None:
    text = "“A,” b “C,” d “E.”"
    article = Article("a", text)
    from dateline import Quote

    fragments = tuple(
        Span(text.index(m), text.index(m) + n) for m, n in (("“A", 4), ("“C", 4), ("“E", 4))
    )
    document = Document(article, quotes=(Quote(fragments, "DIRECT"),))
    chain = write_task(document)
    star = copy.deepcopy(chain)
    links = items(star, type="relation", labels=["continues"])
    links[1]["to_id"] = links[0]["to_id"]
    links[0]["from_id"], links[0]["to_id"] = links[0]["to_id"], links[0]["from_id"]
    assert links[1] != items(chain, type="relation", labels=["continues"])[1]
    assert read(chain, article) == read(star, article) == (document, [])


def test_extra_keys_of_an_export_are_ignored(task: dict[str, Any]) -> None:
    task |= {"id": 7, "meta": {}, "predictions": [1], "file_upload": None}
    task["annotations"][0] |= {"completed_by": 1, "unique_id": "x", "lead_time": 3.1}
    for item in task["annotations"][0]["result"]:
        item |= {"score": 0.5, "meta": {"text": ["a note"]}, "origin": "prediction-changed"}
    assert read(json.loads(json.dumps(task))) == (GOLD, [])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"NORP"', '"NORPS"', "has entity: "),
        ('"MIXED"', '"BOTH"', "has kind: "),
        ('<Relation value="place" ', "<Place ", "has relations: "),
        ('name="doubt"', 'name="doubts"', "has doubt: None"),
        ("</View>", "", "is not XML"),
    ],
)
def test_a_configuration_of_another_scheme_is_refused(old: str, new: str, said: str) -> None:
    config = (ROOT / "annotations/labels.xml").read_text("utf-8")
    check_config(config)
    assert old in config
    with pytest.raises(InvalidAnnotation) as caught:
        check_config(config.replace(old, new))
    assert said in str(caught.value)


KEYS = "id type from_name from_id to_id value labels choices start end text direction".split()
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 40)
    | st.sampled_from(
        ["entity", "quote", "event", "kind", "labels", "choices", "relation", "QUOTE", "e1", "cue"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=6))
def test_whatever_a_server_stores_is_read_or_told(result: list[Any]) -> None:
    task = {"data": {"id": GOLD.id, "text": GOLD.text}, "annotations": [{"result": result}]}
    document, _ = read(task)
    assert document is None or document.article == GOLD.article
    read_task(result, GOLD.article)


@given(st.data())
def test_a_damaged_task_is_read_or_told(data: st.DataObject) -> None:
    task = write_task(GOLD)
    item = data.draw(st.sampled_from(task["annotations"][0]["result"]))
    key = data.draw(st.sampled_from(sorted(item)))
    item[key] = data.draw(JSON)
    read(task)


def test_a_doubt_lies_where_its_region_does() -> None:
    article = Article("a", "Ana Ruiz left.")
    task = write_task(Document(article, (Entity(0, 8, "PERSON"),)))
    result = task["annotations"][0]["result"]
    (id,) = {item["id"] for item in result}
    doubt = {"id": id, "from_name": "doubt", "type": "choices", "value": {"choices": ["DOUBT"]}}
    note = {"id": id, "from_name": "note", "type": "textarea", "value": {"text": ["a band?"]}}
    assert read_doubts(result) == []
    assert read_doubts([*result, doubt, note]) == [Doubt(Span(0, 8), "a band?", "entity")]
    assert read_doubts([doubt, *result]) == [Doubt(Span(0, 8), "", "entity")]
