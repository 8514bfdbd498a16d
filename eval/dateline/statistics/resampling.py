"""Random resamples of units, each drawn once for all systems: bootstrap and random halves.

A resample is a row of weights, one for each unit, and what it sums up to is a row of a product of
matrices, weights by counts. So one matrix of weights serves every system, in chunks that bound the
memory. All of it are whole numbers below 2^53, which float64 adds up exactly in whatever order:
with the same seed the figures are the same to the last bit, for any number of threads, chunk or
other systems beside.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from .counts import Counts, Floats, precision_recall_f1
from .intervals import Interval, too_few

SEED = 12345
RESAMPLES = 10_000

_CELLS = 2**21
"""Weights in a chunk: 16 MiB, and as much again for what they are made from."""


def bootstrap_f1(counts: Counts, replicates: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return F1 of every system over units drawn with replacement (Efron 1979).

    With types apart it is macro F1, the mean over the types that a system or gold has in the
    replicate, as `macro` defines it. Such a type has a count in the full data too; a rare one that
    was not drawn is left out, since to take it for 0 would be to fail what was not asked.

    Args:
        counts: Shape (systems, units, 3) for micro F1, (systems, units, types, 3) for macro F1.
            All units are drawn from, also those without any count; there is at least one.
        replicates: How many.
        seed: Of PCG64.

    Returns:
        Shape (replicates, systems). The same units are drawn for all systems, so that the
        difference of two columns is the bootstrap of their difference.
    """
    by_type = counts[:, :, None] if counts.ndim == 3 else counts
    figures = []
    for sums in weighted_sums(_draws(counts.shape[1], replicates, seed), by_type):
        f1 = precision_recall_f1(sums)[2]
        types = sums.any(axis=-1).sum(axis=-1)
        figures.append(f1.sum(axis=-1) / np.maximum(types, 1))
    return np.concatenate(figures)


def percentile_interval(figures: Floats, level: float = 0.95) -> Interval:
    """Return the percentile interval (Efron 1981) of a bootstrapped figure.

    Args:
        figures: Shape (replicates,).
        level: Of confidence.
    """
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(figures, [tail, 100 - tail])
    return Interval(float(low), float(high))


def bootstrap_intervals(
    counts: Counts, replicates: int = RESAMPLES, seed: int = SEED, level: float = 0.95
) -> list[Interval | None]:
    """Return each system's percentile interval of F1; None where there are `too_few` units.

    See `bootstrap_f1` for the arguments.
    """
    if all(too_few(own) for own in counts):
        return [None] * len(counts)
    figures = bootstrap_f1(counts, replicates, seed).T
    return [
        None if too_few(own) else percentile_interval(found, level)
        for own, found in zip(counts, figures, strict=True)
    ]


def weighted_sums(weights: Iterable[Floats], counts: Counts) -> Iterator[Floats]:
    """Yield the sums of counts over units with each row of weights.

    Args:
        weights: Whole numbers, in arrays of shape (rows, units).
        counts: Shape (systems, units, …).

    Yields:
        For each array, shape (rows, systems, …).
    """
    by_unit = np.ascontiguousarray(np.moveaxis(counts, 1, 0), dtype=np.float64)
    for rows in weights:
        yield np.asarray(np.tensordot(rows, by_unit, axes=1), dtype=np.float64)


def halves(units: int, rows: int, seed: int = SEED) -> Iterator[Floats]:
    """Yield arrays of shape (at most *rows*, units), *rows* in all, of fair zeros and ones."""
    bits = np.random.PCG64(seed)
    for size in _chunks(units, rows):
        # Whole words for each row, so that chunks do not matter; little end first on any machine.
        words = bits.random_raw((size, -(-units // 64))).astype("<u8").view(np.uint8)
        chosen = np.unpackbits(words, axis=1, count=units, bitorder="little")
        yield chosen.astype(np.float64)


def _draws(units: int, rows: int, seed: int) -> Iterator[Floats]:
    """Yield how often each unit was drawn, in arrays as those of `halves`."""
    generator = np.random.Generator(np.random.PCG64(seed))
    for size in _chunks(units, rows):
        weights = np.empty((size, units))
        drawn = generator.integers(units, size=(size, units))
        for row, places in zip(weights, drawn, strict=True):
            row[:] = np.bincount(places, minlength=units)
        yield weights


def _chunks(units: int, rows: int) -> Iterator[int]:
    size = max(1, _CELLS // units)
    yield from (min(size, rows - start) for start in range(0, rows, size))
