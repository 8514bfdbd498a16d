"""All scores by layer and name: what each is counted on, and what it needs.

A score's definition is the docstring of its function in `entities`, `quotes` or `events`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from dateline.documents import INVENTORIES, Inventory

from . import entities, events, quotes
from .alignment import Alignment
from .arrays import KINDS, ROLES_IN_ORDER, TYPES, Spans, in_order
from .matching import equal_spans
from .result import Tally

INVENTORY_ORDER: tuple[Inventory, ...] = ("ontonotes-18", "conll-4", "uner-3")
"""From the largest: a system is scored under its own inventory and the smaller ones."""

LABELS = {name: in_order(labels) for name, labels in INVENTORIES.items()}


class Measure(NamedTuple):
    """A score."""

    layer: str
    """A layer, or ``claims``."""
    name: str
    labels: tuple[str, ...]
    """What is counted apart; one where a score has no types."""
    tally: Callable[[Alignment], Tally]
    needs: tuple[str, ...] = ()
    """What must have been handed in besides the layer."""
    inventory: Inventory = "uner-3"
    """The smallest inventory of entities that a system must have."""
    spans: Callable[[Alignment], tuple[Spans, Spans]] | None = None
    """What is compared, where equal spans are all that counts: such a score is seqeval's."""


def _equal(
    layer: str,
    name: str,
    labels: tuple[str, ...],
    spans: Callable[[Alignment], tuple[Spans, Spans]],
    *needs: str,
) -> Measure:
    def tally(both: Alignment) -> Tally:
        gold, said = spans(both)
        return Tally.of(gold, said, equal_spans(gold, said)[1])

    return Measure(layer, name, labels, tally, needs, spans=spans)


def _under(inventory: Inventory, name: str) -> Iterator[Measure]:
    """Yield the strict score under an inventory, as it is and with boundaries normalised."""
    for normalised in (False, True):
        compared = entities.normalised_under if normalised else entities.mapped
        yield Measure(
            "entities",
            name + normalised * "-normalised",
            LABELS[inventory],
            partial(entities.strict, inventory=inventory, normalised=normalised),
            inventory=inventory,
            spans=partial(compared, inventory=inventory),
        )


_LARGEST = INVENTORY_ORDER[0]
_ARGUMENTS = ("events.arguments",)

MEASURES: tuple[Measure, ...] = (
    *_under(_LARGEST, "strict"),
    Measure(
        "entities",
        "exact",
        ("mention",),
        entities.exact,
        inventory=_LARGEST,
        spans=entities.boundaries,
    ),
    Measure("entities", "type", LABELS[_LARGEST], entities.same_type, inventory=_LARGEST),
    Measure("entities", "partial", ("mention",), entities.partial, inventory=_LARGEST),
    *_under("conll-4", "conll-4"),
    *_under("uner-3", "uner-3"),
    _equal("quotes", "fragments", KINDS, quotes.fragments),
    Measure("quotes", "whole", KINDS, quotes.whole),
    Measure("quotes", "relaxed", ("quote",), quotes.relaxed),
    Measure("quotes", "source", ("quote",), quotes.source, ("quotes.source",)),
    Measure("quotes", "cue", ("quote",), quotes.cue, ("quotes.cue",)),
    Measure("quotes", "speakers", ("quote",), quotes.speakers, ("quotes.speakers",)),
    _equal("events", "trig-c", TYPES, events.typed),
    _equal("events", "trig-i", ("trigger",), events.untyped),
    _equal("events", "trig-c-realis", TYPES, events.with_realis, "events.realis"),
    _equal("events", "trig-c-polarity", TYPES, events.with_polarity, "events.polarity"),
    Measure("events", "arg-i", TYPES, events.arguments_found, _ARGUMENTS),
    Measure("events", "arg-c", ROLES_IN_ORDER, events.arguments_classified, _ARGUMENTS),
    Measure("events", "arg-c+", ROLES_IN_ORDER, events.arguments_attached, _ARGUMENTS),
    Measure(
        "claims",
        "claims",
        TYPES,
        events.claims,
        ("quotes", "quotes.speakers", "events", "events.polarity"),
    ),
)

RANKED_BY = {"entities": "strict", "quotes": "fragments", "events": "trig-c", "claims": "claims"}
"""The score that each layer is ranked by."""
