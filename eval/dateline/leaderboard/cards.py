"""A system's card, ``system.json``: what is said of it, none of it a figure."""

import re
from pathlib import Path

import msgspec

from dateline import files
from dateline.corpus import Corpus
from dateline.documents import INVENTORIES, InvalidPrediction, Inventory, printable
from dateline.documents.strictjson import loads

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
"""What may name a folder on any machine, and stand in a table as it is."""

_LONGEST = 300
"""Characters of a field."""
_MOST = 2**16
"""Bytes of a card."""


class SystemCard(msgspec.Struct, forbid_unknown_fields=True):
    """What ``system.json`` says of a system."""

    name: str
    """As the leaderboard prints it, and the name of its folder."""
    description: str
    """One sentence: how it works."""
    code: str
    """A link to the code, or ``module:attr`` inside this repository."""
    trained_on: str
    """Everything it has learnt from, such as ``train`` of this corpus; ``nothing`` if nothing."""
    licence: str
    """Of the code."""
    inventory: Inventory
    """Its entity labels: the same letters mean different things, so it is declared."""
    digest: str = ""
    """The content digest of the corpus that its predictions were made on."""
    split: str = ""
    """The split that they were made on."""


def read_card(path: Path) -> SystemCard:
    """Read a ``system.json``.

    Raises:
        InvalidPrediction: it is missing, not JSON, lacks a field, or see `check_card`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
        if len(data) > _MOST:
            raise ValueError(f"longer than {_MOST} bytes")
        card = msgspec.convert(loads(data), SystemCard)
        check_card(card)
    except OSError as error:
        fields = ", ".join(SystemCard.__struct_fields__)
        raise InvalidPrediction(
            f"{path}: cannot be read ({error.strerror}); expected a JSON object with {fields} "
            "(dateline submit writes it)"
        ) from None
    except InvalidPrediction as error:
        raise InvalidPrediction(f"{path}: {error}") from None
    except (ValueError, msgspec.ValidationError) as error:
        raise InvalidPrediction(
            f"{path}: {error}; expected {', '.join(SystemCard.__struct_fields__)}, and inventory "
            f"one of {', '.join(INVENTORIES)}"
        ) from None
    return card


def check_card(card: SystemCard) -> None:
    """Refuse a card that could not be printed as what it is.

    Raises:
        InvalidPrediction: its name could not name a folder; a field is empty, too long, or has
            characters that print nothing. The message names the field.
    """
    if not NAME.fullmatch(card.name):
        raise InvalidPrediction(
            f"name: {card.name[:60]!r}; expected at most 40 of a-z, A-Z, 0-9, '.', '_' and '-', "
            "the first a letter or a digit"
        )
    for field in ("description", "code", "trained_on", "licence"):
        said = getattr(card, field)
        if not said.strip() or len(said) > _LONGEST or printable(said) != said:
            raise InvalidPrediction(
                f"{field}: {said[:60]!r}; expected one line of 1 to {_LONGEST} characters that "
                "can be printed"
            )


def card_beside(predictions: Path) -> SystemCard | None:
    """Return the card of a ``predictions.jsonl``, the ``system.json`` in its folder, if any.

    Raises:
        InvalidPrediction: as `read_card` does.
    """
    card = predictions.parent / "system.json"
    return read_card(card) if predictions.name == "predictions.jsonl" and card.exists() else None


def made_on(card: SystemCard, corpus: Corpus) -> bool:
    """Say whether a card's predictions were made on this content and split, as far as it says."""
    said = (card.digest or corpus.digest, card.split or corpus.split)
    return said == (corpus.digest, corpus.split)


def stamped(card: SystemCard, corpus: Corpus) -> SystemCard:
    """Return a card that says on what corpus and split the predictions were made."""
    return msgspec.structs.replace(card, digest=corpus.digest, split=corpus.split)


def stamp_card(predictions: Path, card: SystemCard, corpus: Corpus) -> None:
    """Write into the card of a predictions file on what corpus and split they were made."""
    files.write(predictions.parent / "system.json", card_text(stamped(card, corpus)))


def card_text(card: SystemCard) -> str:
    """Return the content of a card's file."""
    return files.json_text(msgspec.to_builtins(card))
