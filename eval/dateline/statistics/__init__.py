"""Statistics over arrays: counts in, figures out. Nothing here knows a document."""

from .alpha import Alpha, Continuum, Unit, UnitizingAlpha, nominal_alpha
from .comparisons import (
    ENUMERATED,
    FEWEST_FOR_P,
    POWER,
    Comparisons,
    Pair,
    Standing,
    compare,
    holm,
    smallest_detectable,
)
from .counts import PRF, Counts, Floats, macro, merged, micro, precision_recall_f1, weighted
from .intervals import (
    FEWEST,
    Interval,
    f1_interval,
    jackknife,
    ratio_interval,
    standard_error,
    too_few,
)
from .resampling import (
    RESAMPLES,
    SEED,
    bootstrap_f1,
    bootstrap_intervals,
    percentile_interval,
)

__all__ = [
    "ENUMERATED",
    "FEWEST",
    "FEWEST_FOR_P",
    "POWER",
    "PRF",
    "RESAMPLES",
    "SEED",
    "Alpha",
    "Comparisons",
    "Continuum",
    "Counts",
    "Floats",
    "Interval",
    "Pair",
    "Standing",
    "Unit",
    "UnitizingAlpha",
    "bootstrap_f1",
    "bootstrap_intervals",
    "compare",
    "f1_interval",
    "holm",
    "jackknife",
    "macro",
    "merged",
    "micro",
    "nominal_alpha",
    "percentile_interval",
    "precision_recall_f1",
    "ratio_interval",
    "smallest_detectable",
    "standard_error",
    "too_few",
    "weighted",
]
