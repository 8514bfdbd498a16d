from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TEXTS, disjoint

from dateline import (
    Argument,
    Article,
    Document,
    Entity,
    Event,
    InvalidAnnotation,
    Quote,
    Span,
    ground,
    tokenize,
)
from dateline.documents import EVENT_TYPE_INFO, EVENT_TYPES, INVENTORIES, grounded, occurrence
from dateline.documents.scheme import MentionLabel
from dateline.documents.strictjson import loads

TEXT = "Iran and Iranian Iran."


def test_every_event_type_is_described() -> None:
    assert tuple(EVENT_TYPE_INFO) == EVENT_TYPES


def test_a_mention_may_have_the_labels_of_every_inventory() -> None:
    assert set(get_args(MentionLabel)) == {x for labels in INVENTORIES.values() for x in labels}


def test_documents_are_equal_whatever_the_order() -> None:
    article = Article("a", TEXT)
    entities = Entity(0, 4, "GPE"), Entity(9, 16, "NORP")
    event = Event(5, 8, "MEET", arguments=(Argument(9, 16, "TIME"), Argument(0, 4, "AGENT")))
    other = Event(5, 8, "MEET", arguments=(Argument(0, 4, "AGENT"), Argument(9, 16, "TIME")))
    quotes = Quote((Span(9, 16), Span(0, 4)), "DIRECT"), Quote((Span(17, 21),), "INDIRECT")
    first = Document(article, entities, quotes, (event,))
    assert first == Document(article, entities[::-1], quotes[::-1], (other,))
    assert first.quotes[0].fragments == (Span(0, 4), Span(9, 16))


def test_occurrences_are_plain_and_counted_from_one() -> None:
    assert [ground(TEXT, "Iran", n).start for n in (1, 2, 3)] == [0, 9, 17]
    assert ground(TEXT, "Iranian") == Span(9, 16)
    assert ground("aaa", "aa", 2) == Span(1, 3)
    assert ground(TEXT, "Iran", 1, within=Span(9, 16)) == Span(9, 13)


@pytest.mark.parametrize(
    ("quoted", "n", "said"),
    [
        ("Iraq", None, "does not occur"),
        (
            "Iran",
            None,
            "occurs 3 times; expected the number of one: #1 …[Iran] and Iranian Ira…; #2",
        ),
        ("Iran", 4, "no occurrence 4; expected 1 to 3"),
        ("Iran", 0, "no occurrence 0"),
        ("", None, "empty"),
    ],
)
def test_what_cannot_be_grounded_is_refused(quoted: str, n: int | None, said: str) -> None:
    with pytest.raises(InvalidAnnotation, match=r"(?s).*") as caught:
        ground(TEXT, quoted, n)
    assert said in str(caught.value)


@given(st.data())
def test_grounding_undoes_quoting(data: st.DataObject) -> None:
    text = data.draw(TEXTS)
    for span in data.draw(disjoint(tokenize(text))):
        assert ground(text, span.of(text), occurrence(text, span)) == span


def test_grounded_json_keeps_what_has_offsets() -> None:
    value = {"fragments": [{"text": "Iran", "n": 3, "label": "GPE"}, {"start": 0, "end": 4}]}
    expected = [{"start": 17, "end": 21, "label": "GPE"}, {"start": 0, "end": 4}]
    assert grounded(value, TEXT) == {"fragments": expected}
    with pytest.raises(InvalidAnnotation, match="expected a string and a whole number"):
        grounded({"text": "Iran", "n": "3"}, TEXT)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a": 1, "a": 2}', "'a' is repeated"),
        (b'{"a": NaN}', "NaN"),
        (b'["\\ud83d"]', "surrogate"),
        (b'{"a": \n}', "line 2"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_json_is_strict(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        loads(data)
