"""Several systems by one score: differences, their intervals and tests, ranks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dateline.documents import InvalidPrediction, Inventory
from dateline.statistics import (
    ENUMERATED,
    SEED,
    Comparisons,
    Interval,
    bootstrap_f1,
    compare,
    percentile_interval,
)

from .comparison import Comparison
from .inputs import Annotated, Gold, Predictions
from .measures import INVENTORY_ORDER, RANKED_BY
from .result import LayerScore, Result, Score
from .tables import interval_text


class Ranking(NamedTuple):
    """Systems compared by a score; see `dateline.statistics.compare` for the definitions."""

    layer: str
    score: str
    systems: tuple[str, ...]
    """Names, the best F1 first."""
    results: tuple[Result, ...]
    """In the order of the systems."""
    found: Comparisons
    """Standings and pairs in the order of the systems."""
    bootstrap: tuple[Interval | None, ...] | None
    """Percentile intervals of the systems' F1, if asked for; None for one under ten units."""
    absent: dict[str, str]
    """Systems that have not the score → why."""


def rank_systems(
    scores: Mapping[str, Score],
    layer: str,
    name: str = "",
    *,
    swaps: int | None = None,
    seed: int = SEED,
    bootstrap: int = 0,
) -> Ranking | None:
    """Compare the systems that hand in what a score needs.

    Args:
        scores: System → its scores, all on the same articles.
        layer: Of the score.
        name: Of the score; by default the one that the layer is ranked by, where a system has a
            smaller inventory the one under its map, of several such under that of the smallest.
        swaps: Random swaps of the test; by default 10,000 or what Holm needs, see `compare`.
        seed: Of the swaps and draws.
        bootstrap: Replicates of the percentile bootstrap; none if 0.

    Returns:
        The ranking; None if no system has the score.

    Raises:
        InvalidPrediction: there is no such layer, or the layer has no score of that name; scores
            are on different articles.
        ValueError: *swaps* or *bootstrap* are no numbers to draw, see `compare`.
    """
    if layer not in RANKED_BY:
        raise InvalidPrediction(f"no layer {layer!r}; expected one of {', '.join(RANKED_BY)}")
    if bootstrap < 0:
        raise ValueError(f"bootstrap is {bootstrap}; expected 0 or more")
    name = name or _ranked_by(layer, scores.values())
    there: dict[str, Result] = {}
    absent: dict[str, str] = {}
    for system, scored in scores.items():
        found: LayerScore | None = getattr(scored, layer)
        if found is not None and name not in found.results:
            raise InvalidPrediction(
                f"{layer} has no score {name!r}; expected one of {', '.join(found.results)}"
            )
        result = found.results[name] if found else None
        if result is not None:
            there[system] = result
        else:
            absent[system] = found.missing if found else "not handed in"
    if not there:
        return None
    systems = tuple(sorted(there, key=lambda system: (-there[system].f1, system)))
    results = tuple(there[system] for system in systems)
    if any(result.articles != results[0].articles for result in results):
        raise InvalidPrediction(f"{layer}: scores on different articles; expected them on the same")
    counts = np.stack([result.by_unit for result in results])
    scale, unit = results[0].scale, results[0].units.plural
    intervals = None
    if bootstrap:
        figures = bootstrap_f1(counts, bootstrap, seed)
        intervals = tuple(
            None if result.no_interval else percentile_interval(column)
            for result, column in zip(results, figures.T, strict=True)
        )
    return Ranking(
        layer,
        name,
        systems,
        results,
        compare(counts, swaps, seed, scale=scale, unit=unit),
        intervals,
        absent,
    )


def _ranked_by(layer: str, scores: Iterable[Score]) -> str:
    layers: list[LayerScore | None] = [getattr(scored, layer) for scored in scores]
    names = {found.ranked_by for found in layers if found}
    smaller = [inventory for inventory in INVENTORY_ORDER if inventory in names]
    return smaller[-1] if smaller else RANKED_BY[layer]


def compare_systems(
    gold: Annotated,
    systems: Mapping[str, Predictions],
    inventories: Mapping[str, Inventory] | None = None,
    **how: Any,
) -> dict[str, Ranking]:
    """Compare systems by the scores that rank.

    Args:
        gold: The documents of a split, see `score`.
        systems: Name → its predictions, see `score`.
        inventories: Name → the inventory of its entity labels, where it is not ``ontonotes-18``.
        how: ``swaps``, ``seed`` and ``bootstrap``, see `rank_systems`.

    Returns:
        Layer, or ``claims`` → the ranking; those that no system hands in are left out.

    Raises:
        InvalidPrediction: as `score` does, or an inventory is of none of the systems.
    """
    if not isinstance(systems, Mapping):
        raise InvalidPrediction(
            f"a {type(systems).__name__}; expected the names of systems with their predictions"
        )
    for name in inventories or {}:
        if name not in systems:
            raise InvalidPrediction(
                f"inventories: no system {name!r}; expected one of {', '.join(systems)}"
            )
    gold = Gold.of(gold)
    scores = {
        name: Comparison.of(
            gold, predictions, (inventories or {}).get(name, "ontonotes-18")
        ).score()
        for name, predictions in systems.items()
    }
    found = {layer: rank_systems(scores, layer, **how) for layer in RANKED_BY}
    return {layer: ranking for layer, ranking in found.items() if ranking is not None}


def ranking_lines(ranking: Ranking) -> Iterator[str]:
    """Yield the lines of a table of the systems, and one of their differences, in per cent."""
    found, wide = ranking.found, max(map(len, ("system", *ranking.systems))) + 2
    head = f"{ranking.layer}, {ranking.score}"
    n = len(ranking.results[0].by_unit)
    yield f"{head}: {n} {ranking.results[0].units.plural}"
    columns = f"{'system':<{wide}}{'F1':>8}{'95 %':>14}{'ranks':>8}{'group':>7}"
    yield columns + (f"{'bootstrap':>14}" if ranking.bootstrap else "")
    for i, (name, standing) in enumerate(zip(ranking.systems, found.standings, strict=True)):
        ranks = "–".join(str(rank) for rank in dict.fromkeys(standing.ranks))
        ends = f"{100 * standing.f1:8.2f}{interval_text(standing.interval):>14}"
        more = f"{interval_text(ranking.bootstrap[i]):>14}" if ranking.bootstrap else ""
        yield f"{name:<{wide}}{ends}{ranks:>8}{standing.group:>7}{more}"
    if found.pairs:
        yield ""
        yield f"{'difference':<{2 * wide + 2}}{'F1':>8}{'95 %':>14}{'p':>9}{'Holm':>9}"
    for pair in found.pairs:
        name = f"{ranking.systems[pair.a]:<{wide}}− {ranking.systems[pair.b]}"
        values = [p_text(pair.p), p_text(pair.adjusted)]
        ends = f"{100 * pair.difference:8.2f}{interval_text(pair.interval):>14}"
        cells = "".join(f"{value:>9}" for value in values)
        yield f"{name:<{2 * wide + 2}}{ends}{cells}{' *' * pair.significant}".rstrip()
    yield from reasons(ranking)


def reasons(ranking: Ranking) -> Iterator[str]:
    """Yield what can and what cannot be told from a ranking, a sentence each."""
    found = ranking.found
    for system, why in ranking.absent.items():
        yield f"Not compared: {system}, {ranking.score} is {why}."
    refused: dict[str, list[str]] = {}
    for system, standing in zip(ranking.systems, found.standings, strict=True):
        if standing.no_interval:
            refused.setdefault(standing.no_interval, []).append(system)
    for why, systems in refused.items():
        whose = "" if len(systems) == len(ranking.systems) else f" of {', '.join(systems)}"
        yield f"No interval{whose}: {why}."
    if len(ranking.systems) > 1 and found.no_claims:
        yield f"One tie group: {found.no_claims}."
        return
    for pair in found.pairs:
        if pair.no_p:
            yield f"No p of {ranking.systems[pair.a]} − {ranking.systems[pair.b]}: {pair.no_p}."
    if found.detectable is not None:
        more = "; Holm needs more" * (len(found.pairs) > 1)
        yield (
            f"Smallest detectable difference: {100 * found.detectable:.1f} F1, which a test of two "
            f"systems alone finds four times in five{more}."
        )


def how(rankings: Sequence[Ranking], seed: int = SEED) -> Iterator[str]:
    """Yield what the figures of some rankings are, a sentence each."""
    units = rankings[0].results[0].units.plural
    yield f"95 %: delete-one jackknife t over {units}, of each figure alone."
    swaps = sorted({ranking.found.swaps for ranking in rankings})
    yield (
        f"p: two-sided randomisation over {units}, by all swaps where at most {ENUMERATED} differ, "
        f"else by {' or '.join(f'{n:,}' for n in swaps)}, seed {seed}."
    )
    yield (
        "Holm: p adjusted over all pairs of a table; * at most .05, of which ranks and groups are "
        "made. The test is of whether two systems could be swapped, the interval of the difference "
        "of F1: one may tell two apart where the other does not."
    )


def p_text(p: float | None) -> str:
    """Return a p-value, such as ``0.0312``; empty if there is none."""
    if p is None:
        return ""
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"


def ranking_json(ranking: Ranking) -> dict[str, Any]:
    """Return a ranking as plain JSON data."""
    found = ranking.found
    return {
        "layer": ranking.layer,
        "score": ranking.score,
        "unit": ranking.results[0].units.singular,
        "units": len(ranking.results[0].by_unit),
        "systems": [
            {"system": name, **standing._asdict()}
            for name, standing in zip(ranking.systems, found.standings, strict=True)
        ],
        "absent": ranking.absent,
        "bootstrap": ranking.bootstrap,
        "pairs": [
            pair._asdict() | {"a": ranking.systems[pair.a], "b": ranking.systems[pair.b]}
            for pair in found.pairs
        ],
        "detectable": found.detectable,
        "no_claims": found.no_claims,
        "swaps": found.swaps,
        "level": found.level,
    }
