"""Systems run: what they yield is checked, and what they raise is pinned to an article."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from dateline.documents import LAYERS, Article, Document, InvalidPrediction, Inventory
from dateline.predictions import Prediction, as_prediction, handed_in

from .raised import told

Extractor = Callable[[Sequence[Article]], Iterable[Prediction | dict[str, Any]]]
"""Articles in, one prediction for each out, in any order."""

System = Callable[[Sequence[Document]], Extractor]
"""The documents of the train split in, an extractor out."""


class Failure(NamedTuple):
    """An article for which a system has no prediction that can be used."""

    id: str
    reason: str
    error: BaseException | None = None
    """What the system raised, if it did."""


def build(system: System, train: Sequence[Document]) -> Extractor:
    """Build *system* from *train*.

    Raises:
        InvalidPrediction: it raises, which is then the cause, or returns no extractor.
    """
    try:
        extractor: Any = system(train)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise InvalidPrediction(f"the system cannot be built: {told(error)}") from error
    if not callable(extractor):
        raise InvalidPrediction(
            f"the system returned {type(extractor).__name__}; expected a function of articles"
        )
    return extractor  # type: ignore[no-any-return]


def outcomes(
    extractor: Extractor,
    articles: Sequence[Article],
    inventory: Inventory = "ontonotes-18",
    before: Iterable[Prediction] = (),
) -> Iterator[Prediction | Failure]:
    """Run an extractor on *articles*, and yield for each its prediction or its failure.

    What an extractor raises ends its generator. So the articles that it has not yet predicted are
    halved and handed to it again, until those at fault have raised alone.

    Args:
        extractor: What `build` returns.
        articles: The articles to predict.
        inventory: Of the entity labels that the system yields.
        before: Predictions that there are already, of other articles: a layer or field is handed
            in everywhere or nowhere.

    Yields:
        Predictions, fully checked, and failures, as they come. A failure after a prediction of the
        same article takes it back.

    Raises:
        InvalidPrediction: the fault is no article's: the extractor returns no iterable, or all
            articles are predicted and it yields more, or raises.
    """
    alike = _Alike()
    for prediction in before:
        alike.add(prediction)
    batches = [list(articles)]
    while batches:
        batch = batches.pop()
        left, fault, raised = yield from _attempt(extractor, batch, inventory, alike)
        if raised and len(batch) > 1 and left:
            half = len(left) // 2
            batches += filter(None, (left[half:], left[:half]))
        elif fault and len(batch) == 1:
            yield Failure(batch[0].id, fault, raised)
        elif fault and not left:
            raise InvalidPrediction(f"after the last article, the system: {fault}") from raised
        else:
            also = f" ({fault})" if fault else ""
            for article in left:
                yield Failure(
                    article.id, f"not predicted; expected one prediction an article{also}"
                )


def _attempt(
    extractor: Extractor, batch: Sequence[Article], inventory: Inventory, alike: "_Alike"
) -> Generator[Prediction | Failure, None, tuple[list[Article], str, BaseException | None]]:
    """Run an extractor once.

    Yields:
        Predictions, and failures of articles for which it yields what is none.

    Returns:
        The articles that it says nothing of, a fault that is none of one article, and what it
        raises.
    """
    given = {article.id: article for article in batch}
    left, fault = dict(given), ""
    for number, value in enumerate(_caught(extractor, batch)):
        if isinstance(value, _Raised):
            return list(left.values()), told(value.error), value.error
        if number == len(batch):
            fault = fault or f"more predictions than articles; expected {len(batch)}"
            break
        id = _id_of(value)
        try:
            prediction = as_prediction(value, given, inventory)
            if id not in left:
                raise InvalidPrediction(f"{id}: predicted twice; expected once")
            alike.add(prediction)
        except InvalidPrediction as error:
            if id in given:
                yield Failure(id, str(error).removeprefix(f"{id}: "))
            elif id:
                fault = f"unknown article {id!r}; expected one of those it was given"
            else:
                fault = str(error)
        else:
            yield prediction
        left.pop(id, None)
    return list(left.values()), fault, None


def predict(
    system: System,
    train: Sequence[Document],
    articles: Sequence[Article],
    inventory: Inventory = "ontonotes-18",
) -> list[Prediction]:
    """Build *system* from *train*, run it on *articles*, and check what it yields.

    Args:
        system: What `load_system` returns.
        train: The documents to learn from.
        articles: The articles to predict.
        inventory: Of the entity labels that the system yields.

    Returns:
        One prediction for each article, in the order of *articles*.

    Raises:
        InvalidPrediction: it raises, and that is the cause; it yields something that is no
            prediction, twice for one article, or nothing for another; or a layer or field for some
            and not for others. The message names the article.
    """
    found: dict[str, Prediction] = {}
    for outcome in outcomes(build(system, train), articles, inventory):
        if isinstance(outcome, Failure):
            raise InvalidPrediction(f"{outcome.id}: {outcome.reason}") from outcome.error
        found[outcome.id] = outcome
    return [found[article.id] for article in articles]


class _Raised(NamedTuple):
    error: BaseException


class _NoIterable(InvalidPrediction):
    """What an extractor returned, which is the fault of no article."""


def _caught(extractor: Extractor, articles: Sequence[Article]) -> Iterator[Any]:
    """Yield what an extractor yields, and last, if it raises, what it raises."""
    values = _yielded(extractor, articles)
    while True:
        try:
            value = next(values)
        except StopIteration:
            return
        except (KeyboardInterrupt, _NoIterable):
            raise
        except BaseException as error:  # sys.exit() and panics of Rust extensions are no Exception
            yield _Raised(error)
            return
        yield value


def _yielded(extractor: Extractor, articles: Sequence[Article]) -> Iterator[Any]:
    values: Any = extractor(articles)
    if isinstance(values, str | dict) or not isinstance(values, Iterable):
        raise _NoIterable(
            f"the extractor returned {type(values).__name__}; expected a prediction an article"
        )
    yield from values


def _id_of(value: Any) -> str:
    """Return the id that a value claims; empty if it has none."""
    id = value.id if isinstance(value, Prediction) else None
    if isinstance(value, dict):
        id = value.get("id")
    return id if isinstance(id, str) else ""


class _Alike:
    """What predictions have handed in: a layer or field everywhere, or nowhere."""

    def __init__(self) -> None:
        self._first: dict[str, Prediction] = {}
        """The first prediction, and the first with annotations in each layer: they tell it all."""

    def add(self, prediction: Prediction) -> None:
        """Compare *prediction* with those before.

        Raises:
            InvalidPrediction: it has what they have not, or the other way round.
        """
        handed_in([*self._first.values(), prediction])
        for layer in LAYERS:
            if getattr(prediction, layer):
                self._first.setdefault(layer, prediction)
        self._first.setdefault("", prediction)
