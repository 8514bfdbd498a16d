"""The leaderboard: what systems predicted, scored again each time.

A system is a folder with ``predictions.jsonl``, ``system.json`` and ``result.json``, and nothing
else. `rank` scores every predictions file again, has seqeval recompute each figure, and writes the
results and one table a layer; `submit` does so with one system more. Figures that are handed in are
never read. Beside the systems stand the annotators' passes from before adjudication, scored in the
same way: a ceiling, and no system.
"""

from .cards import SystemCard, card_beside, made_on, read_card, stamp_card
from .entries import Entry
from .ranking import rank, submit
from .tables import board

__all__ = [
    "Entry",
    "SystemCard",
    "board",
    "card_beside",
    "made_on",
    "rank",
    "read_card",
    "stamp_card",
    "submit",
]
