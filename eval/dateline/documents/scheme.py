"""The annotation scheme, version 1, as data.

Entity labels are the eighteen of OntoNotes Release 5.0 (LDC2013T19). Quotes follow the source, cue
and content model of PARC 3.0 (Pareti 2016) and PolNeAR (Newell et al. 2018). Event types are mapped
to ACE 2005 (LDC2006T06) and PLOVER (Halterman et al. 2023); realis is that of Rich ERE.
What each label covers is written in ``annotations/guidelines.md``.
"""

from typing import Literal, NamedTuple, get_args

SCHEME_VERSION = 1
"""Changes when a label is added, removed or renamed."""

EntityLabel = Literal[
    "PERSON",
    "NORP",
    "FAC",
    "ORG",
    "GPE",
    "LOC",
    "PRODUCT",
    "EVENT",
    "WORK_OF_ART",
    "LAW",
    "LANGUAGE",
    "DATE",
    "TIME",
    "PERCENT",
    "MONEY",
    "QUANTITY",
    "ORDINAL",
    "CARDINAL",
]
MentionLabel = Literal[EntityLabel, "PER", "MISC"]
"""A label of any of the `INVENTORIES`."""
QuoteKind = Literal["DIRECT", "INDIRECT", "MIXED"]
EventType = Literal[
    "ATTACK",
    "PROTEST",
    "MEET",
    "ACCUSE",
    "SUPPORT",
    "THREATEN",
    "AGREE",
    "AID",
    "SANCTION",
    "MOVE",
    "CASUALTY",
    "JUSTICE",
    "OFFICE",
    "TRADE",
    "DISASTER",
    "ENACT",
]
Realis = Literal["ACTUAL", "GENERIC", "OTHER"]
Polarity = Literal["POSITIVE", "NEGATIVE"]
Role = Literal["AGENT", "PATIENT", "THEME", "INSTRUMENT", "PLACE", "TIME"]
Layer = Literal["entities", "quotes", "events"]

ENTITY_LABELS: tuple[EntityLabel, ...] = get_args(EntityLabel)
QUOTE_KINDS: tuple[QuoteKind, ...] = get_args(QuoteKind)
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
REALIS: tuple[Realis, ...] = get_args(Realis)
POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
ROLES: tuple[Role, ...] = get_args(Role)
LAYERS: tuple[Layer, ...] = get_args(Layer)

LAYER_LABELS: dict[Layer, tuple[str, ...]] = {
    "entities": ENTITY_LABELS,
    "quotes": QUOTE_KINDS,
    "events": EVENT_TYPES,
}
"""The labels that a layer's tags carry: entity labels, quote kinds, event types."""

Inventory = Literal["ontonotes-18", "conll-4", "uner-3"]
"""An inventory of entity labels. The same letters mean different things in each (``LOC`` holds
countries in two of them and not in the third), so a system declares its own."""

_PLACES = {"GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_UNER = {"PERSON": "PER", "ORG": "ORG", **_PLACES}
_MISC = ("NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE")

INVENTORY_MAPS: dict[Inventory, dict[str, str]] = {
    "ontonotes-18": {label: label for label in ENTITY_LABELS},
    "conll-4": _UNER | dict.fromkeys(_MISC, "MISC"),
    "uner-3": _UNER,
}
"""The labels of the corpus in every inventory; a label without a counterpart is left out.

CoNLL-2003 (Tjong Kim Sang and De Meulder) has nationalities, events, works and products as MISC and
no values; Universal NER version 1 (Mayhew et al. 2024) has people, organisations and places.
"""

INVENTORIES: dict[Inventory, tuple[str, ...]] = {
    inventory: tuple(dict.fromkeys(labels.values())) for inventory, labels in INVENTORY_MAPS.items()
}
"""The labels of every inventory that a system may declare."""


class EventTypeInfo(NamedTuple):
    """What an event type covers, and what it is called elsewhere."""

    covers: str
    ace: tuple[str, ...]
    """ACE 2005 types and subtypes; ``Justice.*`` stands for all subtypes."""
    plover: tuple[str, ...]
    """PLOVER root event types."""


EVENT_TYPE_INFO: dict[EventType, EventTypeInfo] = {
    "ATTACK": EventTypeInfo(
        "violence against people or things", ("Conflict.Attack",), ("ASSAULT",)
    ),
    "PROTEST": EventTypeInfo(
        "demonstrations, strikes, walk-outs", ("Conflict.Demonstrate",), ("PROTEST",)
    ),
    "MEET": EventTypeInfo(
        "meetings, visits for talks, calls", ("Contact.Meet", "Contact.Phone-Write"), ("CONSULT",)
    ),
    "ACCUSE": EventTypeInfo(
        "condemning, blaming, rejecting, criticising", (), ("ACCUSE", "REJECT")
    ),
    "SUPPORT": EventTypeInfo("endorsing, praising, pledging backing", (), ("SUPPORT",)),
    "THREATEN": EventTypeInfo("threats and warnings of harm", (), ("THREATEN",)),
    "AGREE": EventTypeInfo("concluding a deal, treaty or settlement", (), ("AGREE",)),
    "AID": EventTypeInfo("giving material help", (), ("AID",)),
    "SANCTION": EventTypeInfo(
        "sanctions, bans, restrictions, fines imposed by an authority",
        ("Justice.Fine",),
        ("SANCTION", "COERCE"),
    ),
    "MOVE": EventTypeInfo(
        "people or things going or being sent somewhere",
        ("Movement.Transport",),
        ("MOBILIZE", "RETREAT"),
    ),
    "CASUALTY": EventTypeInfo("death, injury", ("Life.Die", "Life.Injure"), ()),
    "JUSTICE": EventTypeInfo(
        "arrest, charge, trial, verdict, sentence, appeal", ("Justice.*",), ("COERCE",)
    ),
    "OFFICE": EventTypeInfo("election, appointment, resignation, dismissal", ("Personnel.*",), ()),
    "TRADE": EventTypeInfo(
        "buying, selling, funding, merging, founding or closing a business",
        ("Transaction.*", "Business.*"),
        (),
    ),
    "DISASTER": EventTypeInfo("natural disasters and accidents", (), ()),
    "ENACT": EventTypeInfo("a law, budget, order or policy adopted or repealed", (), ()),
}
