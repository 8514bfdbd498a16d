"""What may be scored, in all its forms, to sides: objects, Arrow tables, files."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

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
from .columns import Texts, as_table, columns_of_table, shared_strings, strings
from .files import columns_of_file
from .objects import columns_of
from .result import Units

if TYPE_CHECKING:
    pass

Predicted = Prediction | Document | dict[str, Any]
"""What may be scored: a prediction, data of its shape, or a document's own annotations."""
if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

    Gold: TypeAlias = Sequence[Document] | pa.Table | datasets.Dataset
    """Documents, or rows as the ``documents`` config has them."""
    Predictions: TypeAlias = Iterable[Predicted] | pa.Table | datasets.Dataset | str | Path
    """Predictions, rows of the same shape, or a file of either."""
else:
    Gold = Predictions = Any


def is_table(value: Any) -> bool:
    """Say whether something is an Arrow table or a `datasets.Dataset`."""
    return hasattr(value, "column_names")


class Articles(NamedTuple):
    """The articles of gold."""

    ids: tuple[str, ...]
    texts: Sequence[str]
    lengths: Ints
    """Of the texts, in code points."""
    units: Units
    """What intervals and tests take the articles for."""

    @classmethod
    def of(cls, gold: Any) -> "Articles":
        """Return the articles of gold in any of its forms.

        Raises:
            InvalidAnnotation: one is there twice, or a table has another shape.
        """
        table = as_table(gold)
        texts: Texts | list[str]
        if table is None:
            documents = [document.article for document in gold]
            ids = [article.id for article in documents]
            texts = [article.text for article in documents]
            lengths = np.fromiter(map(len, texts), np.int32, len(texts))
            stories = [article.story for article in documents]
        else:
            try:
                ids, texts = strings(table, "id"), Texts.of(table, "text")
                stories = shared_strings(table, "story")
            except (KeyError, ValueError) as error:
                raise InvalidAnnotation(f"gold: {error}") from None
            lengths = texts.lengths()
        if len(set(ids)) < len(ids):
            raise InvalidAnnotation("an article is twice in gold; expected each once")
        return cls(tuple(ids), texts, lengths, _units(ids, stories))

    def annotated(self, gold: Any, layers: Sequence[str]) -> Side:
        """Return gold as a side.

        Args:
            gold: Of these articles.
            layers: Those that are wanted; mentions, by which speakers are named, always are.

        Raises:
            InvalidAnnotation: a span is outside its text, overlaps one of its layer, or the like.
        """
        table = as_table(gold)
        numbers = np.arange(len(self.ids), dtype=np.int32)
        layers = ("entities", *layers)
        try:
            if table is None:
                columns = columns_of(gold, numbers, "ontonotes-18", layers)
            else:
                columns = columns_of_table(table, numbers, "ontonotes-18", layers)
            return self._side(columns, "ontonotes-18")
        except ValueError as error:
            raise InvalidAnnotation(f"gold: {error}") from None

    def predicted(self, predictions: Any, inventory: Inventory) -> Side:
        """Return predictions in any of their forms as a side.

        Raises:
            InvalidPrediction: what `score` says.
        """
        if isinstance(predictions, str | Path):
            return self._from_file(Path(predictions), inventory)
        table = as_table(predictions)
        try:
            if table is None:
                return self._from_objects(predictions, inventory)
            numbers = np.array(self._numbers(strings(table, "id")), np.int32)
            columns = columns_of_table(table, numbers, inventory, texts=self.texts)
            return self._side(columns, inventory)
        except ValueError as error:
            raise InvalidPrediction(str(error)) from None

    def _from_objects(self, predictions: Iterable[Predicted], inventory: Inventory) -> Side:
        known = _Lazily(self)
        said = [_prediction(one, known, inventory) for one in predictions]
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
        numbers = {id: i for i, id in enumerate(self.ids)}
        longest = int(self.lengths.max(initial=0))
        try:
            columns = columns_of_file(path, numbers, self.texts, longest, inventory)
            return self._side(columns, inventory)
        except ValueError:
            articles = [Article(id, text) for id, text in zip(self.ids, self.texts, strict=True)]
            return self._from_objects(read_predictions(path, articles, inventory), inventory)

    def _side(self, columns: Columns, inventory: Inventory) -> Side:
        return Side.of(columns, self.ids, self.texts, self.lengths, inventory)

    def _numbers(self, ids: Sequence[str]) -> list[int]:
        """Return the places of articles; refuse what is unknown, repeated or missing."""
        if tuple(ids) == self.ids:
            return list(range(len(ids)))
        places = {id: i for i, id in enumerate(self.ids)}
        found: dict[str, int] = {}
        for id in ids:
            if id in found or id not in places:
                how = "repeated" if id in found else "unknown"
                raise InvalidPrediction(f"article {id!r} is {how}; expected each article once")
            found[id] = places[id]
        for id in places:
            if id not in found:
                raise InvalidPrediction(f"article {id!r} is missing; expected each article once")
        return list(found.values())


def _units(ids: Sequence[str], stories: Sequence[str]) -> Units:
    """Return the articles as units; where articles share a story, the stories."""
    named = tuple(story or id for story, id in zip(stories, ids, strict=True)) if stories else ids
    return Units("story", tuple(named)) if len(set(named)) < len(named) else Units()


class _Lazily(Mapping[str, Article]):
    """Articles by id, made when they are asked for."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self._places = {id: i for i, id in enumerate(articles.ids)}

    def __getitem__(self, id: str) -> Article:
        return Article(id, self._articles.texts[self._places[id]])

    def __iter__(self) -> Any:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _prediction(
    one: Predicted, articles: Mapping[str, Article], inventory: Inventory
) -> Prediction:
    if isinstance(one, Prediction):
        return one
    if isinstance(one, Document):
        return prediction_of(one)
    return as_prediction(one, articles, inventory)
