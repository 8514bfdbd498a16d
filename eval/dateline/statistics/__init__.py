"""Statistics over arrays: counts in, figures out. Nothing here knows a document."""

from .alpha import Alpha, Continuum, Unit, UnitizingAlpha, nominal_alpha
from .counts import PRF, Counts, Floats, macro, micro, precision_recall_f1, weighted
from .intervals import FEWEST, Interval, jackknife, ratio_interval

__all__ = [
    "FEWEST",
    "PRF",
    "Alpha",
    "Continuum",
    "Counts",
    "Floats",
    "Interval",
    "Unit",
    "UnitizingAlpha",
    "jackknife",
    "macro",
    "micro",
    "nominal_alpha",
    "precision_recall_f1",
    "ratio_interval",
    "weighted",
]
