import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dateline.statistics import PRF, Counts, macro, micro, precision_recall_f1, weighted

COUNTS: st.SearchStrategy[Counts] = st.lists(
    st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=6
).map(np.array)


def test_an_empty_denominator_gives_zero() -> None:
    assert [float(x) for x in precision_recall_f1(np.array([0, 0, 0]))] == [0.0, 0.0, 0.0]
    assert micro(np.array([[0, 3, 0]])) == PRF(0.0, 0.0, 0.0, 0)
    assert macro(np.zeros((3, 3), int)) == weighted(np.zeros((3, 3), int)) == PRF(0.0, 0.0, 0.0, 0)


def test_averages_by_hand() -> None:
    counts = np.array([[1, 1, 0], [0, 0, 3], [0, 0, 0]])
    assert micro(counts) == PRF(0.5, 0.25, 1 / 3, 4)
    assert macro(counts) == PRF(0.25, 0.5, (2 / 3) / 2, 4)
    assert weighted(counts) == PRF(0.125, 0.25, (2 / 3) / 4, 4)


@given(COUNTS)
def test_swapping_sides_swaps_precision_and_recall(counts: Counts) -> None:
    for average in (micro, macro):
        here, there = average(counts), average(counts[:, [0, 2, 1]])
        assert (here.precision, here.recall, here.f1) == (there.recall, there.precision, there.f1)
