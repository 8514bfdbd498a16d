"""What the trained systems share: from documents to tagged sequences, and from tags to predictions.

Each layer has a model of its own: entities and triggers over sentences, fragments of quotes over
paragraphs, in IOB2 tags (Ratnaparkhi 1998; Tjong Kim Sang and Veenstra 1999). Realis and polarity
are one label of a trigger, a sequence of one item. What is linked, and how, is `linking.link`.

>>> spans(["B-ORG", "I-ORG", "O", "I-ORG", "B-ORG"])
[(0, 2, 'ORG'), (3, 4, 'ORG'), (4, 5, 'ORG')]
>>> tags([(1, 3, "ORG")], 4)
['O', 'B-ORG', 'I-ORG', 'O']
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from dateline import Article, DatelineError, Document, Span

from . import memory, rules
from .arguments import Trigger
from .cues import Complements
from .features import Attributes, attributes, factuality, quotation
from .linking import Findings, link
from .speech import Fragment
from .text import Mention, Range, Text, apart

Items = Sequence[Attributes]
"""A sequence, by the attributes of each of its items."""


class Tagger(Protocol):
    """A trained model of one layer."""

    def tag(self, sequences: Sequence[Items]) -> list[list[str]]:
        """Return a tag for every item of every sequence."""

    def data(self) -> bytes:
        """Return the model as the contents of a file."""


Learn = Callable[[Sequence[Items], Sequence[Sequence[str]]], Tagger]
"""Sequences that are not empty and their tags in, a model out."""


def spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the spans that *tags* say, in order; IOB1 and IOB2 alike.

    A span begins with ``B-X``, and with an ``I-X`` that carries on no other.
    """
    found: list[tuple[int, int, str]] = []
    before = ""
    for position, tag in enumerate(tags):
        prefix, _, label = tag.partition("-")
        if prefix == "I" and label == before:
            found[-1] = (found[-1][0], position + 1, label)
        elif label:
            found.append((position, position + 1, label))
        before = label
    return found


def tags(spans: Iterable[tuple[int, int, str]], length: int) -> list[str]:
    """Return *spans* that do not overlap as IOB2 tags."""
    found = ["O"] * length
    for start, end, label in spans:
        found[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
    return found


class System:
    """A trained system: an extractor that can be saved."""

    def __init__(self, taggers: Mapping[str, Tagger], cues: Complements) -> None:
        """Take a model for each layer that train has anything of, and the cues."""
        self._taggers = taggers
        self._cues = cues

    def __call__(self, articles: Sequence[Article]) -> Iterator[dict[str, Any]]:
        """Yield the prediction for each article."""
        for article in articles:
            text = Text(article.text)
            yield link(article, text, self._findings(text), self._cues)

    def _findings(self, text: Text) -> Findings:
        found = {
            layer: [
                (first + start, first + end, label)
                for (first, _), tagged in zip(pieces, self._tag(layer, items), strict=True)
                for start, end, label in spans(tagged)
            ]
            for layer, (pieces, items) in _sequences(text, self._cues).items()
        }
        triggers = [Trigger(*one) for one in found["triggers"]]
        facts = self._tag("factuality", [[factuality(text, one)] for one in triggers])
        return Findings(
            [Mention(*one) for one in found["entities"]],
            [Fragment(*one) for one in found["quotes"]],
            [_with_fact(*one) for one in zip(triggers, facts, strict=True)],
        )

    def _tag(self, layer: str, sequences: Sequence[Items]) -> list[list[str]]:
        if layer not in self._taggers:
            return [["O"] * len(items) for items in sequences]
        return self._taggers[layer].tag(sequences)

    def save(self, folder: Path) -> None:
        """Write the system to a folder: a file a model, and what holds them together."""
        folder.mkdir(parents=True, exist_ok=True)
        digests = {}
        for layer, tagger in self._taggers.items():
            data = tagger.data()
            digests[layer] = hashlib.sha256(data).hexdigest()
            (folder / f"{layer}.model").write_bytes(data)
        cues = [[form, sorted(taken)] for form, taken in self._cues.items()]
        written = json.dumps({"models": digests, "cues": cues}, ensure_ascii=False)
        (folder / "system.json").write_text(written + "\n", encoding="utf-8")


def load(folder: Path, read: Callable[[bytes], Tagger]) -> System:
    """Return the system in a folder that `System.save` has written.

    Raises:
        DatelineError: a file is missing, is no such file, or is not the one that was saved.
    """
    path = folder / "system.json"
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        taggers = {}
        for layer, digest in saved["models"].items():
            path = folder / f"{layer}.model"
            data = path.read_bytes()
            # CRFsuite reads whatever it is given, past the end of the file if need be.
            if hashlib.sha256(data).hexdigest() != digest:
                raise ValueError("not the file that was saved")
            taggers[layer] = read(data)
        cues = {tuple(form): frozenset(taken) for form, taken in saved["cues"]}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise DatelineError(f"{path}: {error}; expected a system as saved") from None
    return System(taggers, cues)


def train(documents: Sequence[Document], learn: Learn) -> System:
    """Return the system that *learn* makes of *documents*; its cues are theirs and the rules'."""
    texts = [Text(document.text) for document in documents]
    cues = dict(rules.complements())
    for form, taken in memory.complements(texts, documents).items():
        cues[form] = cues.get(form, frozenset()) | taken
    sequences: dict[str, list[Items]] = {}
    answers: dict[str, list[Sequence[str]]] = {}

    def add(layer: str, items: Items, answer: Sequence[str]) -> None:
        sequences.setdefault(layer, []).append(items)
        answers.setdefault(layer, []).append(answer)

    for text, document in zip(texts, documents, strict=True):
        gold = _gold(text, document)
        labelled = {
            "entities": [(*one,) for one in gold.mentions],
            "quotes": [(*one,) for one in gold.fragments],
            "triggers": [one[:3] for one in gold.triggers],
        }
        for layer, (pieces, tokens) in _sequences(text, cues).items():
            whole = tags(labelled[layer], len(text))
            for piece, items in zip(pieces, tokens, strict=True):
                # Of a span that a piece cuts, the rest is one of its own.
                part = whole[slice(*piece)]
                add(layer, items, tags(spans(part), len(part)))
        for trigger in gold.triggers:
            add("factuality", [factuality(text, trigger)], [_fact(trigger)])
    taggers = {
        layer: learn(sequences[layer], found)
        for layer, found in answers.items()
        if any(tag != "O" for answer in found for tag in answer)
    }
    return System(taggers, cues)


def _sequences(text: Text, cues: Complements) -> dict[str, tuple[list[Range], list[Items]]]:
    """Return, for each layer that is tagged, the pieces of a text and the attributes in each."""

    def words(pieces: Sequence[Range]) -> list[list[Attributes]]:
        return attributes([text.words[slice(*piece)] for piece in pieces])

    sentences = words(text.sentences)
    told = iter(quotation(text, cues))
    quoted = [[own + next(told) for own in items] for items in words(text.paragraphs)]
    return {
        "entities": (text.sentences, [*sentences]),
        "triggers": (text.sentences, [*sentences]),
        "quotes": (text.paragraphs, [*quoted]),
    }


def _gold(text: Text, document: Document) -> Findings:
    """Return the annotations of a document over tokens, without those that cut one."""

    def covered(span: Span) -> Range:
        return text.covered(span.start, span.end) or (0, 0)

    length = len(text)
    return Findings(
        apart((Mention(*covered(one), one.label) for one in document.entities), length),
        apart(
            (
                Fragment(*covered(fragment), quote.kind)
                for quote in document.quotes
                for fragment in quote.fragments
            ),
            length,
        ),
        apart(
            (Trigger(*covered(one), one.type, one.realis, one.polarity) for one in document.events),
            length,
        ),
    )


def _fact(trigger: Trigger) -> str:
    """Return realis and polarity as one label, so that no pair is predicted that train has not."""
    return f"{trigger.realis} {trigger.polarity}"


def _with_fact(trigger: Trigger, tagged: Sequence[str]) -> Trigger:
    realis, polarity = tagged[0].split()
    return trigger._replace(realis=realis, polarity=polarity)
