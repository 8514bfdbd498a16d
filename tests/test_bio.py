import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TEXTS, disjoint

from dateline import tokenize
from dateline.bio import cut, decode, encode

LABELS = st.sampled_from(["A", "B-C", "I"])


@given(st.data())
def test_spans_come_back_from_tags_over_tokens(data: st.DataObject) -> None:
    tokens = tokenize(data.draw(TEXTS))
    spans = [(s.start, s.end, data.draw(LABELS)) for s in data.draw(disjoint(tokens))]
    assert decode(tokens, encode(tokens, spans)) == spans


@given(st.data())
def test_spans_of_two_sides_come_back_from_tags_over_common_pieces(data: st.DataObject) -> None:
    characters = [(i, i + 1) for i in range(30)]
    sides = [
        [(s.start, s.end, data.draw(LABELS)) for s in data.draw(disjoint(characters))]
        for _ in range(2)
    ]
    pieces = cut(*sides)
    assert [decode(pieces, encode(pieces, side)) for side in sides] == sides


def test_adjacent_spans_of_one_label_stay_two() -> None:
    assert encode([(0, 1), (1, 2), (2, 3)], [(0, 1, "A"), (1, 3, "A")]) == ["B-A", "B-A", "I-A"]


@pytest.mark.parametrize("span", [(0, 2, "A"), (1, 3, "A"), (3, 0, "A"), (9, 10, "A")])
def test_a_span_that_is_not_whole_pieces_is_refused(span: tuple[int, int, str]) -> None:
    with pytest.raises(ValueError, match="whole number of pieces"):
        encode([(0, 3), (3, 5)], [span])


def test_overlapping_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="overlaps"):
        encode([(0, 3), (3, 5)], [(0, 5, "A"), (3, 5, "B")])


@pytest.mark.parametrize("tags", [["I-A"], ["B"], ["B-"], ["X-A"], ["b-A"]])
def test_tags_that_are_not_iob2_are_refused(tags: list[str]) -> None:
    with pytest.raises(ValueError, match="not IOB2"):
        decode([(0, 1)], tags)


def test_a_span_is_not_carried_on_by_another_label() -> None:
    with pytest.raises(ValueError, match="not IOB2"):
        decode([(0, 1), (1, 2)], ["B-A", "I-B"])
