"""The simulations of `bench.statistics`: that the population has the F1 that is said."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from bench.statistics import (
    APART,
    ARTICLES,
    FEW,
    FIGURES,
    LEVEL,
    UNLIKE,
    Covered,
    Paired,
    Share,
    System,
    World,
    drawn,
    intervals,
    pairs,
    section,
    shape,
)
from dateline import Article, Document
from dateline.statistics import Counts

ENTITIES = World("entities", 67.7, 18.6, 0.05)
RARE = World("a rare type", 1 / 3, 0.46, 0.2)


@pytest.mark.parametrize("world", [ENTITIES, RARE])
@pytest.mark.parametrize("systems", [[System(f1)] * 2 for f1 in FIGURES] + [list(UNLIKE)])
def test_the_population_has_the_f1_that_is_said(world: World, systems: list[System]) -> None:
    articles = round(1_000_000 / max(world.mean, 10))
    (counts,) = drawn(world, systems, 1, articles, [7])
    for system, own in zip(systems, counts, strict=True):
        tp, fp, fn = own.T.astype(np.float64)
        f1 = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
        # The spread of a ratio of sums, from what each article adds to it.
        apart = (1 - f1) * 2 * tp - f1 * (fp + fn)
        error = np.sqrt((apart**2).sum()) / (2 * tp.sum() + fp.sum() + fn.sum())
        assert abs(f1 - system.f1) < 4.5 * error < 0.02
        assert system.f1 == pytest.approx(next(f for f in FIGURES if abs(f - system.f1) < 1e-9))


def test_articles_have_the_sizes_and_the_hits_that_are_said() -> None:
    (counts,) = drawn(ENTITIES, [System(0.8)] * 2, 1, 20_000, [8])
    tp, gold = counts[0, :, 0], counts[0, :, [0, 2]].sum(axis=0)
    assert (counts[1, :, [0, 2]].sum(axis=0) == gold).all()
    assert gold.mean() == pytest.approx(ENTITIES.mean, rel=0.01)
    assert shape(gold[None].astype(np.float64)) == pytest.approx(ENTITIES.shape, rel=0.1)
    # Hits of a beta-binomial of correlation c vary 1 + (n - 1) c times as much as of a binomial.
    share = (tp - 0.8 * gold) ** 2 / (0.8 * 0.2 * gold)
    assert ((share - 1) / (gold - 1)).mean() == pytest.approx(ENTITIES.likeness, rel=0.1)


def test_the_same_seed_draws_the_same() -> None:
    def corpora(seed: int) -> list[Counts]:
        return list(drawn(RARE, [System(0.8)], 30, 12, [seed]))

    first = corpora(1)
    assert [counts.shape for counts in first] == [(1, 12, 3)] * 30
    assert np.array_equal(first, corpora(1))
    assert not np.array_equal(first, corpora(2))


def test_sizes_that_vary_no_more_than_poisson_have_a_large_shape() -> None:
    assert shape(np.array([[5.0, 5.0, 5.0]])) == 100.0
    assert shape(np.array([[0.0, 2.0, 10.0]])) == pytest.approx(16 / (28 - 4))


def test_a_share_says_where_it_is_not_nominal() -> None:
    assert str(Share(950, 1_000, LEVEL)) == "95.0 ± 0.69"
    assert str(Share(936, 1_000, LEVEL)) == "93.6 ± 0.69 low"
    assert str(Share(964, 1_000, LEVEL)) == "96.4 ± 0.69 high"
    assert str(Share(500, 1_000)) == "50.0 ± 1.58"
    assert str(Share(0, 1_000, 0.0)) == "0.0 ± 0.00"
    assert str(Share(0, 99, LEVEL)) == ""


def test_intervals_and_pairs_are_counted() -> None:
    found = intervals(ENTITIES, 0.8, 12, 200, [3])
    assert found.covered.of == 200
    assert found.refused == found.flawless.of == 0
    assert found.covered.times > 175
    refused = intervals(RARE, 0.95, 45, 200, [4])
    assert refused.refused + refused.covered.of == 200
    assert refused.refused > 0
    assert refused.flawless.of > 0
    two = pairs(ENTITIES, [System(0.9), System(0.5)], 12, 20, [5])
    assert two.claimed.times == 20
    six = pairs(ENTITIES, [System(0.8)] * 2, 6, 20, [6])
    assert six.claimed.nominal == 1 / 32
    assert (six.claimed.of, six.covered.of) == (20, 0)


def test_every_table_is_whole() -> None:
    share, none = Share(95, 100, LEVEL), Share(0, 0, LEVEL)
    kinds = (*FIGURES, "unlike")
    found: dict[tuple[Any, ...], Any] = {}
    for n in (FEW, *ARTICLES):
        found["board", n] = share, share
        found["power", n] = Paired(share, share, 0.05)
        found |= {("pair", n, kind): Paired(share, none, 0.05) for kind in kinds}
        for two in APART:
            found["apart", "entities", n, two] = Paired(share, share, 0.05)
            found["apart", "a rare type", n, two] = Paired(share, none, 0.05)
        for f1 in FIGURES:
            found["interval", "entities", n, f1] = Covered(share, 0.1, Share(3, 9), 100)
            found["interval", "a rare type", n, f1] = Covered(none, math.nan, Share(0, 0), 200)
            found["bootstrap", "entities", n, f1] = Covered(share, 0.2, Share(3, 9), 100)
    lines = section(
        [ENTITIES, RARE], [Document(Article("a", "One.")), Document(Article("b", "Two."))], found
    )
    own, other = "95.0 ± 2.18 | 10.0", "95.0 ± 2.18 | 20.0"
    assert f"| entities | 12 | 0.55 | 50.0 % | {own} | 9.0 %, 3 of 9 | {other} |" in lines
    assert "| a rare type | 12 | 0.55 | 100.0 % |  |  |  |  |  |" in lines
    assert max(map(len, (line for line in lines if not line.startswith("|")))) <= 100
    widths = [line.count("|") if line.startswith("|") else 0 for line in lines]
    assert [n for n, _ in itertools.groupby(widths) if n] == [5, 10, 10, 5, 4, 5]
    assert "| a rare type | 12 |  |  |" in lines
