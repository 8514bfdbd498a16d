"""What may be scored, in all its forms, to sides: objects, Arrow tables, files."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from dateline.arrow import column_of, shared_strings, strings
from dateline.documents import (
    LAYERS,
    Article,
    Document,
    InvalidAnnotation,
    InvalidPrediction,
    Inventory,
)
from dateline.predictions import Prediction, as_prediction, handed_in, read_predictions

from .arrays import Columns, Ints, Side, Spans
from .columns import as_table, columns_of_table
from .files import Doubtful, columns_of_file
from .objects import columns_of
from .result import Units
from .texts import Texts, cut

Predicted = Prediction | Document | dict[str, Any]
"""What may be scored: a prediction, data of its shape, or a document's own annotations."""
if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

    Annotated: TypeAlias = "Gold | Iterable[Document] | pa.Table | datasets.Dataset"
    """Documents, or rows as the ``documents`` config has them."""
    Predictions: TypeAlias = "Iterable[Predicted] | pa.Table | datasets.Dataset | str | Path"
    """Predictions, rows of the same shape, or a file of either."""
else:
    Annotated = Predictions = Any


MANY = 2_000
"""Of fewer articles the characters are counted in less time than a thread takes to start."""


class Gold:
    """The gold of a split, made arrays once, for scoring many predictions against it.

    >>> from dateline.documents import Entity
    >>> gold = Gold([Document(Article("a", "Bo left."), (Entity(0, 2, "PERSON"),))])
    >>> len(gold), gold.ids
    (1, ('a',))
    """

    ids: tuple[str, ...]
    """Of the articles."""
    texts: Sequence[str]
    units: Units
    """What intervals and tests take the articles for."""

    def __init__(self, annotated: "Annotated") -> None:
        """Take the gold.

        Args:
            annotated: The documents of a split; or the rows of the ``documents`` config, as an
                Arrow table or a `datasets.Dataset`.

        Raises:
            InvalidAnnotation: an article is there twice, a table has another shape, or it is none
                of these.
        """
        if isinstance(annotated, str | Path):
            raise InvalidAnnotation(
                f"gold: {str(annotated)!r} is a path; expected documents (dateline.load reads them)"
            )
        self._documents: list[Document] = []
        self._sides: dict[frozenset[str], Side] = {}
        self._lengths: Ints | Callable[[], Ints]
        try:
            self._table = as_table(annotated)
            if self._table is None:
                self._documents = _listed(annotated, "documents, an Arrow table or a dataset")
        except ValueError as error:
            raise InvalidAnnotation(f"gold: {error}") from None
        if self._table is None:
            for kind in set(map(type, self._documents)):
                if not issubclass(kind, Document):
                    raise InvalidAnnotation(f"gold: a {kind.__name__}; expected documents")
            articles = [document.article for document in self._documents]
            try:
                ids = [article.id for article in articles]
                self.texts = [article.text for article in articles]
                self._lengths = np.fromiter(map(len, self.texts), np.int32, len(ids))
                stories = [article.story for article in articles]
                different = len(set(ids))
            except (AttributeError, TypeError):
                _refuse(articles)
                raise
        else:
            try:
                self.texts = texts = Texts.of(self._table, "text")
                self._lengths = _counting(texts) if len(texts) >= MANY else texts.lengths()
                ids = strings(self._table, "id")
                stories = shared_strings(self._table, "story")
                different = len(set(ids))
            except ValueError as error:
                raise InvalidAnnotation(f"gold: {error}") from None
        if different < len(ids):
            twice = next(id for id, times in Counter(ids).items() if times > 1)
            raise InvalidAnnotation(f"gold: article {twice!r} is there twice; expected each once")
        self.ids = tuple(ids)
        self.units = _units(ids, stories)

    @classmethod
    def of(cls, annotated: "Annotated") -> "Gold":
        """Return gold as it is, or made of what `Gold` takes."""
        return annotated if isinstance(annotated, Gold) else cls(annotated)

    def __len__(self) -> int:
        return len(self.ids)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_lengths": self.lengths}  # a thread cannot be handed on

    @property
    def lengths(self) -> Ints:
        """The lengths of the texts, in code points; shape (articles,)."""
        if callable(self._lengths):
            self._lengths = self._lengths()
        return self._lengths

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each article, by its id."""
        return dict(zip(self.ids, range(len(self)), strict=True))

    def side(self, layers: Iterable[str]) -> Side:
        """Return some layers as a side; mentions, by which speakers are named, always are there.

        Raises:
            InvalidAnnotation: a span is outside its text, overlaps one of its layer, or the like.
        """
        wanted = frozenset({"entities", *layers})
        if wanted not in self._sides:
            numbers = np.arange(len(self.ids), dtype=np.int32)
            try:
                if self._table is None:
                    columns = columns_of(self._documents, numbers, "ontonotes-18", wanted)
                else:
                    columns = columns_of_table(self._table, numbers, "ontonotes-18", wanted)
                self._sides[wanted] = self._side(columns, "ontonotes-18")
            except (ValueError, AttributeError, TypeError) as error:
                try:
                    self._checked(self._documents, "ontonotes-18")
                except InvalidPrediction as found:
                    raise InvalidAnnotation(f"gold: {found}") from None
                raise InvalidAnnotation(f"gold: {error}") from error
        return self._sides[wanted]

    def predicted(self, predictions: Any, inventory: Inventory) -> Side:
        """Return predictions in any of their forms as a side.

        Raises:
            InvalidPrediction: what `score` says.
        """
        try:
            if isinstance(predictions, str | Path):
                return self._from_file(Path(predictions), inventory)
            table = as_table(predictions)
            if table is None:
                return self._from_objects(predictions, inventory)
            numbers = self._numbers(self._ids_of(table))
            return self._said(columns_of_table(table, numbers, inventory), inventory)
        except ValueError as error:
            raise InvalidPrediction(str(error)) from None

    def _from_objects(self, predictions: Iterable[Predicted], inventory: Inventory) -> Side:
        said = _listed(predictions, "predictions, an Arrow table, a dataset or a file")
        kinds = set(map(type, said))
        if not kinds <= {Prediction, Document}:
            known = _Lazily(self)
            said = [
                one
                if isinstance(one, Prediction | Document)
                else as_prediction(one, known, inventory)
                for one in said
            ]
        with suppress(ValueError, AttributeError, TypeError):
            numbers = self._numbers([one.id for one in said])
            if any(issubclass(kind, Document) for kind in kinds):
                self._of_these_texts(said, numbers)
            return self._said(columns_of(said, numbers, inventory, LAYERS), inventory)
        said = self._checked(said, inventory)
        handed_in(said)
        numbers = self._numbers([one.id for one in said])
        return self._said(columns_of(said, numbers, inventory, LAYERS), inventory)

    def _checked(self, said: Iterable[Any], inventory: Inventory) -> list[Prediction]:
        """Have `as_prediction` refuse what is wrong, since it names the article and the field."""
        articles = _Lazily(self)
        return [as_prediction(one, articles, inventory) for one in said]

    def _of_these_texts(self, said: Iterable[Any], numbers: Ints) -> None:
        """Refuse documents whose texts are not those of gold."""
        for one, number in zip(said, numbers.tolist(), strict=True):
            if isinstance(one, Document) and one.text != self.texts[number]:
                raise InvalidPrediction(
                    f"{one.id}: the text is not that of gold; expected the same"
                )

    def _from_file(self, path: Path, inventory: Inventory) -> Side:
        longest = int(self.lengths.max(initial=0))
        try:
            if not path.is_file():
                raise Doubtful("what is read from a pipe is read once")
            return self._said(columns_of_file(path, self.places, longest, inventory), inventory)
        except ValueError:
            articles = [Article(id, text) for id, text in zip(self.ids, self.texts, strict=True)]
            return self._from_objects(read_predictions(path, articles, inventory), inventory)

    def _said(self, columns: Columns, inventory: Inventory) -> Side:
        """Return predictions as a side, in which speakers that are spans have the spans' texts."""
        tables, names = columns.tables, columns.names
        says, start, end = tables["speakers"].values()
        if len(start):
            if names:
                raise ValueError("quotes.speakers: names and spans; expected one or the other")
            names = _named(Spans(tables["quotes"]["article"][says], start, end, says), self.texts)
            bare = {"of": says, "start": start[:0], "end": end[:0]}
            columns = Columns({**tables, "speakers": bare}, names, columns.there)
        return self._side(columns, inventory)

    def _side(self, columns: Columns, inventory: Inventory) -> Side:
        return Side.of(columns, self.ids, self.texts, self.lengths, inventory)

    def _ids_of(self, table: "pa.Table") -> Sequence[str]:
        if self._table is not None and column_of(table, "id").equals(column_of(self._table, "id")):
            return self.ids  # without making them once more
        return strings(table, "id")

    def _numbers(self, ids: Sequence[str]) -> Ints:
        """Return the places of articles; refuse what is unknown, repeated or missing."""
        if tuple(ids) == self.ids:
            return np.arange(len(ids), dtype=np.int32)
        found: dict[str, int] = {}
        for id in ids:
            if id in found or id not in self.places:
                how = "repeated" if id in found else "unknown"
                raise InvalidPrediction(f"article {id!r} is {how}; expected each article once")
            found[id] = self.places[id]
        for id in self.ids:
            if id not in found:
                raise InvalidPrediction(f"article {id!r} is missing; expected each article once")
        return np.array(list(found.values()), dtype=np.int32)


def _counting(texts: Texts) -> Callable[[], Ints]:
    """Begin to count the characters of texts, in a thread: Arrow does not hold Python's lock.

    Returns:
        What waits for the lengths and returns them.
    """
    from concurrent.futures import ThreadPoolExecutor  # slow to import

    here = os.getpid()
    thread = ThreadPoolExecutor(1)
    lengths = thread.submit(texts.lengths)
    thread.shutdown(wait=False)
    # A process that is forked meanwhile has no such thread to wait for.
    return lambda: lengths.result() if os.getpid() == here else texts.lengths()


def _listed(values: Any, expected: str) -> list[Any]:
    try:
        each = iter(values)
    except TypeError:
        raise ValueError(f"a {type(values).__name__}; expected {expected}") from None
    return list(each)


def _refuse(articles: Iterable[Any]) -> None:
    """Refuse what is no article, or has something else than its fields may have."""
    for place, one in enumerate(articles):
        try:
            msgspec.convert(msgspec.to_builtins(one), Article)
        except (msgspec.ValidationError, TypeError) as error:
            raise InvalidAnnotation(f"gold: document {place}: article: {error}") from None


def _named(speakers: Spans, texts: Sequence[str]) -> list[str]:
    """Return the texts of speakers."""
    names = cut(speakers, texts)
    there = np.fromiter(map(len, names), np.int64, len(names))
    wrong = (speakers.start < 0) | (there == 0) | (there != speakers.end - speakers.start)
    for row in np.flatnonzero(wrong)[:1].tolist():
        span = f"[{speakers.start[row]}, {speakers.end[row]})"
        raise ValueError(f"quotes.speakers: span {span} is outside the text of its article")
    return names


def _units(ids: Sequence[str], stories: Sequence[str]) -> Units:
    """Return the articles as units; where articles share a story, the stories."""
    if not any(stories):
        return Units()
    named = tuple((story, "" if story else id) for story, id in zip(stories, ids, strict=True))
    return Units("story", named) if len(set(named)) < len(named) else Units()


class _Lazily(Mapping[str, Article]):
    """Articles by id, made when they are asked for."""

    def __init__(self, articles: Gold) -> None:
        self._articles = articles

    def __getitem__(self, id: str) -> Article:
        return Article(id, self._articles.texts[self._articles.places[id]])

    def __iter__(self) -> Any:
        return iter(self._articles.places)

    def __len__(self) -> int:
        return len(self._articles.places)
