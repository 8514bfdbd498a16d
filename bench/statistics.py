"""Whether an interval covers what it says, and a test errs as rarely as it says, by simulation.

Corpora are drawn from a population whose F1 is known, and the public functions of
`dateline.statistics` are asked about each. The figure that an interval is to cover is the ratio of
expectations, ``2 E[tp] / (2 E[tp] + E[fp] + E[fn])``: F1 over ever more articles. Of an article

- the gold spans are a negative binomial: Poisson, at a rate that varies as a gamma (`World`);
- a system finds each with a probability of its own for this article, a beta, so that hits within an
  article are alike: their intraclass correlation is `World.likeness`. The systems' probabilities
  share `SHARED` of what they are made from (a beta is a ratio of gammas, and gammas add up), and of
  the spans the share `SHARED` are found by all systems with the same luck;
- what is missed is, with probability `System.half`, said wrongly, which is a false positive too;
  others are Poisson, at a rate that is larger the more the system misses in the article. There are
  `System.wrong` false positives for each span missed.

Neither the size of an article nor anything else goes into the probability of a hit. So the means of
tp, fn and fp are to each other as ``r``, ``1 - r`` and ``wrong (1 - r)``, and F1 is known exactly.

How many spans articles have is measured in the corpus at each run. How alike they are was measured
once (November 2026) on its twelve articles, from predictions of the four baselines, each trained on
the other eleven: for all spans of a layer -.01 to .08 (for the ranking scores of entities of rules
and crf .08 and .07), for the single types of 6 to 30 spans .2 in the mean. False positives an
article went with misses, correlated at .6 to .9 on entities for rules, linear and crf, and F1 of
one system with that of another, at 0 to .9; those of the model are .85 and .45.
"""

import math
import multiprocessing
import os
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dateline import LAYERS, Document, load
from dateline.statistics import (
    Counts,
    Interval,
    bootstrap_intervals,
    compare,
    f1_interval,
)

from .report import write_section

TITLE = "Intervals and tests"
COMMAND = "python -m bench.statistics"
SEED = 20261122
SPLITS = ("train", "validation", "test")

LEVEL = 0.95
ARTICLES = (12, 45, 120)
FEW = 6
FIGURES = (0.55, 0.80, 0.95)
RESAMPLED = ("entities", "a rare type")
"""The worlds in which the bootstrap is asked, too."""
INTERVALS = 20_000
"""Corpora for each figure of the jackknife-t interval: a standard error of .15 points."""
BOOTSTRAPPED, REPLICATES = 1_000, 1_000
"""Corpora for each figure of the percentile bootstrap, and its replicates in each."""
PAIRS, SWAPS = 4_000, 999
"""Corpora for each figure of the test, and its random swaps in each: .05 is one of their p."""
BOARDS, BOARD, BOARD_SWAPS = 1_000, 8, 5_599
"""Boards for each figure, systems on each, and swaps: so many that .05 / 28 can be hit exactly."""
PILOTS = 1_000
"""Corpora of which the smallest detectable difference is taken: its error is under a percent."""
FEWEST = 100
"""No coverage is given of fewer intervals than so many."""

SHARED = 0.5
"""What systems share of an article's difficulty, and of the luck with its spans."""
LIKE, LIKE_IN_TYPE, LIKE_IN_UNEVEN = 0.05, 0.2, 0.15
RARE = 1 / 3
"""Spans of the rare type in an article."""
UNEVEN = 0.8
"""Standard deviation of the size of an uneven article, in means."""

_SPANS = 1_000_000
"""Drawn at a time, about."""


class World(NamedTuple):
    """Where articles come from."""

    name: str
    mean: float
    """Gold spans in an article."""
    shape: float
    """Of the gamma, of mean 1, by which the rate of spans varies: the smaller the more."""
    likeness: float
    """The intraclass correlation of hits within articles."""


class System(NamedTuple):
    """What a system does on average."""

    recall: float
    wrong: float = 1.0
    """False positives for each span missed; with 1 precision is recall."""

    @property
    def f1(self) -> float:
        """F1 over ever more articles."""
        return 2 * self.recall / (2 * self.recall + (1 - self.recall) * (1 + self.wrong))

    @property
    def half(self) -> float:
        """The share of the spans missed that are false positives too."""
        return min(self.wrong, 1.0) / 2


APART = (System(0.97), System(0.93)), (System(0.80), System(0.70))
"""Pairs of which one is better; of the first, samples without an error are not rare."""
UNLIKE = (System(0.7, 1 / 6), System(0.9, 3.5))
"""Both of F1 .80: one is right in what it says, the other finds what there is."""


class Share(NamedTuple):
    """How often something happened, and how often it should."""

    times: int
    of: int
    nominal: float = math.nan

    @property
    def error(self) -> float:
        """The standard error of the simulation: at the nominal share where there is one."""
        share = self.times / self.of if math.isnan(self.nominal) else self.nominal
        return math.sqrt(share * (1 - share) / self.of)

    def __str__(self) -> str:
        if self.of < FEWEST:
            return ""
        off = self.times / self.of - self.nominal
        mark = (off < -2 * self.error and " low") or (off > 2 * self.error and " high") or ""
        return f"{100 * self.times / self.of:.1f} ± {100 * self.error:.2f}{mark}"


class Covered(NamedTuple):
    """What came of intervals of one kind."""

    covered: Share
    width: float
    flawless: Share
    """Of the intervals given, those of corpora in which there was no error."""
    refused: int


class Paired(NamedTuple):
    """What came of comparing two systems."""

    claimed: Share
    covered: Share
    """By the interval of the difference."""
    detectable: float


def worlds(documents: Sequence[Document]) -> list[World]:
    """Return the worlds that articles are drawn from, with sizes as in *documents*."""
    entities, quotes = (
        np.array([len(getattr(document, layer)) for document in documents], dtype=np.float64)
        for layer in ("entities", "quotes")
    )
    labels = sorted({entity.label for document in documents for entity in document.entities})
    counts = np.array(
        [
            [sum(entity.label == label for entity in document.entities) for document in documents]
            for label in labels
        ],
        dtype=np.float64,
    )
    rare = counts[counts.mean(axis=1) < 2]
    mean = float(entities.mean())
    return [
        World("entities", mean, shape(entities[None]), LIKE),
        World("quotes", float(quotes.mean()), shape(quotes[None]), LIKE),
        World("a rare type", RARE, shape(rare), LIKE_IN_TYPE),
        World("uneven articles", mean, 1 / UNEVEN**2, LIKE_IN_UNEVEN),
    ]


def shape(counts: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """Return the shape of the gamma that makes counts vary as they do, by moments.

    Args:
        counts: Shape (kinds, articles); one shape is returned for all kinds.
    """
    mean = counts.mean(axis=1)
    more = (counts.var(axis=1, ddof=1) - mean).sum()
    # A hundred is as good as Poisson.
    return float(min((mean**2).sum() / more, 100.0)) if more > 0 else 100.0


def drawn(
    world: World, systems: Sequence[System], corpora: int, articles: int, seed: Sequence[int]
) -> Iterator[Counts]:
    """Yield, for each of the *corpora*, counts of shape (systems, articles, 3)."""
    generator = np.random.default_rng([SEED, *seed])
    step = max(1, int(_SPANS / (articles * world.mean * len(systems))))
    for start in range(0, corpora, step):
        size = min(step, corpora - start)
        counts = _articles(world, systems, size * articles, generator)
        yield from counts.reshape(len(systems), size, articles, 3).swapaxes(0, 1)


def _articles(
    world: World, systems: Sequence[System], articles: int, generator: np.random.Generator
) -> Counts:
    """Return the counts of articles, shape (systems, articles, 3)."""
    rate = world.mean * generator.gamma(world.shape, 1 / world.shape, articles)
    gold = generator.poisson(rate)
    found, missed = (
        _gammas([mean * (1 / world.likeness - 1) for mean in means], articles, generator)
        for means in ([one.recall for one in systems], [1 - one.recall for one in systems])
    )
    hit = found / (found + missed)
    article = np.repeat(np.arange(articles), gold)
    # One row of luck is everybody's, the others are each system's own; in two things.
    luck = generator.random((2, len(systems) + 1, len(article)))
    common = generator.random(len(article)) < SHARED
    counts: Counts = np.empty((len(systems), articles, 3), dtype=np.int64)
    for i, system in enumerate(systems):
        finding, saying = np.where(common, luck[:, -1], luck[:, i])
        misses = finding >= hit[i, article]
        both = misses & (saying < system.half)
        counts[i, :, 2] = np.bincount(article[misses], minlength=articles)
        counts[i, :, 0] = gold - counts[i, :, 2]
        spurious = (system.wrong - system.half) * rate * (1 - hit[i])
        counts[i, :, 1] = np.bincount(article[both], minlength=articles)
        counts[i, :, 1] += generator.poisson(spurious)
    return counts


def _gammas(
    shapes: Sequence[float], articles: int, generator: np.random.Generator
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return gammas of the given shapes, with a part that all share: (shapes, articles)."""
    shared = SHARED * min(shapes)
    own = np.array([[shape - shared] for shape in shapes])
    return generator.gamma(shared, size=articles) + generator.gamma(
        own, size=(len(shapes), articles)
    )


def intervals(
    world: World, f1: float, articles: int, corpora: int, seed: Sequence[int], replicates: int = 0
) -> Covered:
    """Ask for an interval of each corpus: jackknife-t, or with *replicates* the bootstrap's."""
    system = System(f1)
    covered = given = flawless = flawless_covered = 0
    width = 0.0
    for number, counts in enumerate(drawn(world, [system], corpora, articles, seed)):
        found = (
            bootstrap_intervals(counts, replicates, number)[0]
            if replicates
            else f1_interval(counts[0])
        )
        if found is not None:
            within = _within(found, system.f1)
            clean = not counts[0, :, 1:].any()
            given, covered = given + 1, covered + within
            flawless, flawless_covered = flawless + clean, flawless_covered + (clean and within)
            width += found.high - found.low
    return Covered(
        Share(covered, given, LEVEL),
        width / given if given else math.nan,
        Share(flawless_covered, flawless),
        corpora - given,
    )


def pairs(
    world: World, systems: Sequence[System], articles: int, corpora: int, seed: Sequence[int]
) -> Paired:
    """Compare two systems on each corpus. Where they are equal, every claim is false."""
    difference = systems[0].f1 - systems[1].f1
    claimed = tested = covered = given = 0
    detectable = []
    for number, counts in enumerate(drawn(world, systems, corpora, articles, seed)):
        found = compare(counts, SWAPS, number, LEVEL)
        (pair,) = found.pairs
        tested, claimed = tested + (pair.p is not None), claimed + pair.significant
        if pair.interval is not None:
            given, covered = given + 1, covered + _within(pair.interval, difference)
        if found.detectable is not None:
            detectable.append(found.detectable)
    return Paired(
        Share(claimed, tested, 2 / 2**FEW if articles == FEW else 1 - LEVEL),
        Share(covered, given, LEVEL),
        float(np.median(detectable)) if detectable else math.nan,
    )


def power(world: World, f1: float, articles: int, corpora: int, seed: Sequence[int]) -> Paired:
    """Compare two systems that are as far apart as is said to be found four times in five."""
    apart = pairs(world, [System(f1)] * 2, articles, PILOTS, [*seed, 0]).detectable
    systems = System(f1 + apart / 2), System(f1 - apart / 2)
    found = pairs(world, systems, articles, corpora, [*seed, 1])
    return found._replace(claimed=found.claimed._replace(nominal=0.8), detectable=apart)


def boards(
    world: World, f1: float, articles: int, corpora: int, seed: Sequence[int]
) -> tuple[Share, Share]:
    """Return how often any two of equal systems were said to differ: with Holm, and without."""
    claimed = without = 0
    for number, counts in enumerate(drawn(world, [System(f1)] * BOARD, corpora, articles, seed)):
        found = compare(counts, BOARD_SWAPS, number, LEVEL).pairs
        claimed += any(pair.significant for pair in found)
        without += any(pair.p is not None and pair.p <= 1 - LEVEL for pair in found)
    nominal = 0.0 if articles == FEW else 1 - LEVEL
    return Share(claimed, corpora, nominal), Share(without, corpora)


def _within(interval: Interval, figure: float) -> bool:
    return interval.low <= figure <= interval.high


def measure(places: Sequence[World], scale: float = 1.0) -> dict[tuple[Any, ...], Any]:
    """Return all that the section tells, each under what it was found for.

    Args:
        places: See `worlds`; the first has the systems that are compared.
        scale: Of the numbers of corpora.
    """
    entities = places[0]
    times = {
        name: max(2, round(number * scale))
        for name, number in (
            ("interval", INTERVALS),
            ("bootstrap", BOOTSTRAPPED),
            ("pair", PAIRS),
            ("board", BOARDS),
        )
    }
    work: dict[tuple[Any, ...], Callable[..., Any]] = {}
    # What takes longest comes first, so that no core waits for it at the end.
    for n in (*reversed(ARTICLES), FEW):
        work["board", n] = partial(boards, entities, 0.80, n, times["board"])
    for n in (*reversed(ARTICLES), FEW):
        if n != FEW:
            work["power", n] = partial(power, entities, 0.80, n, times["pair"])
        for f1 in FIGURES:
            work["pair", n, f1] = partial(pairs, entities, [System(f1)] * 2, n, times["pair"])
        work["pair", n, "unlike"] = partial(pairs, entities, UNLIKE, n, times["pair"])
    for n in reversed(ARTICLES):
        for world in places:
            for two in APART:
                work["apart", world.name, n, two] = partial(pairs, world, two, n, times["pair"])
            for f1 in FIGURES:
                ask = partial(intervals, world, f1, n)
                work["interval", world.name, n, f1] = partial(ask, times["interval"])
                if world.name in RESAMPLED:
                    work["bootstrap", world.name, n, f1] = partial(
                        ask, times["bootstrap"], replicates=REPLICATES
                    )
    # The products of matrices are small: one thread is for each core's process.
    os.environ |= {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        found = {
            key: pool.submit(do, seed=[number]) for number, (key, do) in enumerate(work.items())
        }
        return {key: future.result() for key, future in found.items()}


def section(
    places: Sequence[World], documents: Sequence[Document], found: dict[tuple[Any, ...], Any]
) -> list[str]:
    """Return the lines of the section."""
    return [
        *_model(places, documents),
        *_covered(places, found),
        *_compared(found),
        *_apart(places, found),
        *_ranked(found),
        *_detected(found),
    ]


def _model(places: Sequence[World], documents: Sequence[Document]) -> Iterator[str]:
    sizes = ", ".join(
        f"{layer} {np.mean(counts):.1f} (standard deviation {np.std(counts, ddof=1):.1f})"
        for layer in LAYERS
        for counts in [[len(getattr(document, layer)) for document in documents]]
    )
    yield from _prose(
        "Corpora drawn from a population of known F1; the model is in `bench/statistics.py`. "
        f"Spans in an article, as measured on our {len(documents)}: {sizes}."
    )
    yield from _table("world", "spans in an article", "standard deviation", "likeness of hits")
    for world in places:
        deviation = math.sqrt(world.mean + world.mean**2 / world.shape)
        numbers = (f"{number:.2f}" for number in (world.mean, deviation, world.likeness))
        yield _row(world.name, *numbers)
    yield from _prose(
        "*Likeness* is the intraclass correlation of hits within an article. *Uneven articles* are "
        "no corpus that we have: their sizes vary three times as much as ours, and their hits are "
        "three times as alike.",
        "In percent, ± the standard error of the simulation; *low* and *high* are more than two of "
        "them from nominal. Of figures that are nominal one in twenty is, too.",
    )


def _covered(places: Sequence[World], found: dict[tuple[Any, ...], Any]) -> Iterator[str]:
    yield from _prose(
        f"**Coverage of the 95 % interval of F1**, {INTERVALS:,} corpora each, and beside it of "
        f"the percentile bootstrap, {BOOTSTRAPPED:,} corpora and {REPLICATES:,} replicates. Width: "
        "the mean, in points of F1. Refused: corpora with fewer than ten articles that have "
        f"any count; where fewer than {FEWEST} are left nothing is told. No error: of those left, "
        "the corpora in which the system made none, and how many of these are covered.",
    )
    yield from _table(
        *"world, articles, F1, refused, covered, width, no error, bootstrap, width".split(", ")
    )
    for world in places:
        for n in ARTICLES:
            for f1 in FIGURES:
                own = found["interval", world.name, n, f1]
                other = found.get(("bootstrap", world.name, n, f1))
                yield _row(world.name, n, f"{f1:.2f}", *_interval_cells(own, other))


def _compared(found: dict[tuple[Any, ...], Any]) -> Iterator[str]:
    yield from _prose(
        "**Size of the randomisation test at .05** on two systems of the same F1, and **coverage "
        f"of the 95 % interval of their difference**; {PAIRS:,} corpora of entities each, {SWAPS} "
        "swaps. The two are alike, and share half of what makes an article hard and of the luck. "
        "But *unlike* are two of F1 .80, one of precision .93 and recall .70, the other of .72 and "
        ".90. Six articles can be swapped in 64 ways, two of which come to the same: p is a "
        "multiple of 1/32, and nominal is 3.1.",
    )
    kinds = (*FIGURES, "unlike")
    names = [kind if isinstance(kind, str) else f"F1 {kind:.2f}" for kind in kinds]
    yield from _table(
        "articles", *(f"{what}, {name}" for what in ("size", "covered") for name in names)
    )
    for n in (FEW, *ARTICLES):
        cells = [found["pair", n, kind] for kind in kinds]
        yield _row(n, *(one.claimed for one in cells), *(one.covered for one in cells))


def _apart(places: Sequence[World], found: dict[tuple[Any, ...], Any]) -> Iterator[str]:
    yield from _prose(
        "**Coverage of the 95 % interval of the difference** of two systems of which one is "
        f"better, {PAIRS:,} corpora each; those are left out that are refused.",
    )
    titles = [f"F1 {better.f1:.2f} and {worse.f1:.2f}" for better, worse in APART]
    yield from _table("world", "articles", *titles)
    for world in places:
        for n in ARTICLES:
            cells = [found["apart", world.name, n, two].covered for two in APART]
            yield _row(world.name, n, *cells)


def _ranked(found: dict[tuple[Any, ...], Any]) -> Iterator[str]:
    yield from _prose(
        f"**Any false claim** on a board of {BOARD} equal systems of F1 .80, "
        f"{math.comb(BOARD, 2)} pairs; {BOARDS:,} boards each, {BOARD_SWAPS:,} swaps. Holm allows "
        "5 % at most: *low* is no fault. With six articles no claim can be made, and nominal is 0.",
    )
    yield from _table("articles", "any claim", "without Holm")
    yield from (_row(n, *found["board", n]) for n in (FEW, *ARTICLES))


def _detected(found: dict[tuple[Any, ...], Any]) -> Iterator[str]:
    yield from _prose(
        f"**Power at the smallest detectable difference**, the median of {PILOTS} corpora: two "
        f"systems so far apart, around F1 .80; {PAIRS:,} corpora each. Nominal is 80 %.",
    )
    yield from _table("articles", "points apart", "found", "difference covered")
    for n in ARTICLES:
        one = found["power", n]
        yield _row(n, f"{100 * one.detectable:.1f}", one.claimed, one.covered)


def _interval_cells(own: Covered, other: Covered | None) -> list[str]:
    refused = own.refused / (own.refused + own.covered.of)
    clean = own.flawless.of / own.covered.of if own.covered.of else 0.0
    told = own.covered.of >= FEWEST
    return [
        f"{refused:.1%}".replace("%", " %") if refused else "",
        str(own.covered),
        f"{100 * own.width:.1f}" if told else "",
        f"{100 * clean:.1f} %, {own.flawless.times} of {own.flawless.of}" if told and clean else "",
        str(other.covered) if other else "",
        f"{100 * other.width:.1f}" if other and other.covered.of >= FEWEST else "",
    ]


def _prose(*paragraphs: str) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from ("", *textwrap.wrap(paragraph, 100))


def _table(first: str, *others: str) -> Iterator[str]:
    yield from ("", _row(first, *others), _row("---", *("---:" for _ in others)))


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Measure, and write the section."""
    start = time.perf_counter()
    documents = [document for split in SPLITS for document in load(Path("corpus"), split)]
    places = worlds(documents)
    lines = section(places, documents, measure(places))[1:]
    lines += ["", f"Seed {SEED}; {time.perf_counter() - start:.0f} seconds."]
    write_section(TITLE, COMMAND, ["dateline", "numpy", "scipy"], lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
