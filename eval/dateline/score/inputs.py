"""What may be scored, in all its forms, to sides: objects, Arrow tables, files."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

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
from dateline.predictions import (
    Prediction,
    as_prediction,
    handed_in,
    prediction_of,
    read_predictions,
)

from .arrays import Columns, Ints, Mixed, Side
from .columns import as_table, columns_of_table
from .files import columns_of_file
from .objects import columns_of
from .result import Units
from .texts import Texts

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


class Gold:
    """The gold of a split, made arrays once, for scoring many predictions against it.

    >>> from dateline.documents import Entity
    >>> gold = Gold([Document(Article("a", "Bo left."), (Entity(0, 2, "PERSON"),))])
    >>> len(gold), gold.ids
    (1, ('a',))
    """

    ids: tuple[str, ...]
    """Of the articles."""
    places: dict[str, int]
    """The place of each article, by its id."""
    texts: Sequence[str]
    lengths: Ints
    """Of the texts, in code points; shape (articles,)."""
    units: Units
    """What intervals and tests take the articles for."""

    def __init__(self, annotated: "Annotated") -> None:
        """Take the gold.

        Args:
            annotated: The documents of a split; or the rows of the ``documents`` config, as an
                Arrow table or a `datasets.Dataset`.

        Raises:
            InvalidAnnotation: an article is there twice, a table has another shape, or it is a
                path.
        """
        if isinstance(annotated, str | Path):
            raise InvalidAnnotation(
                f"gold: {str(annotated)!r} is a path; expected documents (dateline.load reads them)"
            )
        self._table = as_table(annotated)
        self._documents: list[Document] = []
        self._sides: dict[frozenset[str], Side] = {}
        if self._table is None:
            documents: Any = annotated
            self._documents = list(documents)
            articles = [document.article for document in self._documents]
            ids = [article.id for article in articles]
            self.texts = [article.text for article in articles]
            self.lengths = np.fromiter(map(len, self.texts), np.int32, len(ids))
            stories = [article.story for article in articles]
            self.places = _places(ids)
        else:
            from concurrent.futures import ThreadPoolExecutor  # slow to import

            try:
                self.texts = texts = Texts.of(self._table, "text")
                # Arrow counts characters while Python makes strings: it does not hold the lock.
                with ThreadPoolExecutor(1) as thread:
                    lengths = thread.submit(texts.lengths)
                    ids = strings(self._table, "id")
                    stories = shared_strings(self._table, "story")
                    self.places = _places(ids)
                self.lengths = lengths.result()
            except ValueError as error:
                raise InvalidAnnotation(f"gold: {error}") from None
        if len(self.places) < len(ids):
            raise InvalidAnnotation("an article is twice in gold; expected each once")
        self.ids = tuple(ids)
        self.units = _units(ids, stories)

    @classmethod
    def of(cls, annotated: "Annotated") -> "Gold":
        """Return gold as it is, or made of what `Gold` takes."""
        return annotated if isinstance(annotated, Gold) else cls(annotated)

    def __len__(self) -> int:
        return len(self.ids)

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
            except ValueError as error:
                raise InvalidAnnotation(f"gold: {error}") from None
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
            columns = columns_of_table(table, numbers, inventory, texts=self.texts)
            return self._side(columns, inventory)
        except ValueError as error:
            raise InvalidPrediction(str(error)) from None

    def _from_objects(self, predictions: Iterable[Predicted], inventory: Inventory) -> Side:
        said: list[Any] = list(predictions)
        if not set(map(type, said)) <= {Prediction}:
            known = _Lazily(self)
            said = [_prediction(one, known, inventory) for one in said]
        numbers = self._numbers([one.id for one in said])
        try:
            columns = columns_of(said, numbers, inventory, LAYERS)
            if len(columns.tables["speakers"]["start"]):
                raise ValueError("quotes: a speaker is a span; expected a name")
            return self._side(columns, inventory)
        except Mixed:
            handed_in(said)
            raise

    def _from_file(self, path: Path, inventory: Inventory) -> Side:
        longest = int(self.lengths.max(initial=0))
        try:
            columns = columns_of_file(path, self.places, self.texts, longest, inventory)
            return self._side(columns, inventory)
        except ValueError:
            articles = [Article(id, text) for id, text in zip(self.ids, self.texts, strict=True)]
            return self._from_objects(read_predictions(path, articles, inventory), inventory)

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


def _places(ids: Sequence[str]) -> dict[str, int]:
    return dict(zip(ids, range(len(ids)), strict=True))


def _units(ids: Sequence[str], stories: Sequence[str]) -> Units:
    """Return the articles as units; where articles share a story, the stories."""
    if not any(stories):
        return Units()
    named = tuple(story or id for story, id in zip(stories, ids, strict=True))
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


def _prediction(
    one: Predicted, articles: Mapping[str, Article], inventory: Inventory
) -> Prediction:
    if isinstance(one, Prediction):
        return one
    if isinstance(one, Document):
        return prediction_of(one)
    return as_prediction(one, articles, inventory)
