"""Systems: anything that, once built from the train split, annotates articles.

    def build(train: Sequence[Document]) -> Extractor
    Extractor = Callable[[Sequence[Article]], Iterable[Prediction | dict]]

There is no base class. An extractor is given articles, which have no annotations, and yields one
prediction an article: a `Prediction` or a dict of the shape in `predictions`. On the command line a
system is named ``module:attr``, such as ``baselines.rules:build``, with the working directory on
the path.
"""

import importlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .documents import Article, Document, InvalidPrediction, Inventory, SystemNotFound
from .predictions import Prediction, as_prediction, handed_in

Extractor = Callable[[Sequence[Article]], Iterable[Prediction | dict[str, Any]]]
"""Articles in, one prediction for each out, in any order."""

System = Callable[[Sequence[Document]], Extractor]
"""The documents of the train split in, an extractor out."""


def load_system(name: str) -> System:
    """Return what ``module:attr`` names.

    Raises:
        SystemNotFound: the name has another form, there is no such module or attribute, or it
            cannot be called.
    """
    module_name, colon, attr = name.partition(":")
    if not (module_name and colon and attr) or module_name.startswith("."):
        raise SystemNotFound(
            f"{name!r} names no system; expected module:attr, such as my.ner:build"
        )
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        # A module that is there but fails to import another is the system's own fault: say which.
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            raise SystemNotFound(
                f"{name!r}: no module {error.name!r}; expected it installed or in this folder"
            ) from None
        raise SystemNotFound(
            f"{name!r}: its module needs {error.name!r}, which is missing"
        ) from None
    for part in attr.split("."):
        if not hasattr(found, part):
            raise SystemNotFound(f"{name!r}: {module_name} has no {attr!r}; expected a function")
        found = getattr(found, part)
    if not callable(found):
        raise SystemNotFound(f"{name!r} is {type(found).__name__}; expected a function of train")
    return found  # type: ignore[no-any-return]


def _yielded(
    system: System, train: Sequence[Document], articles: Sequence[Article]
) -> Iterable[Any]:
    """Yield what a system predicts; refuse what is no extractor and what is no iterable."""
    extractor: Any = system(train)
    if not callable(extractor):
        raise InvalidPrediction(
            f"the system returned {type(extractor).__name__}; expected a function of articles"
        )
    values: Any = extractor(articles)
    if isinstance(values, str | dict) or not isinstance(values, Iterable):
        raise InvalidPrediction(
            f"the extractor returned {type(values).__name__}; expected a prediction an article"
        )
    yield from values


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
        InvalidPrediction: it yields something that is no prediction, twice for one article, or
            nothing for another; or a layer or field for some and not for others. What the system
            itself raises is not caught.
    """
    known = {article.id: article for article in articles}
    found: dict[str, Prediction] = {}
    for value in _yielded(system, train, articles):
        prediction = as_prediction(value, known, inventory)
        if prediction.id in found:
            raise InvalidPrediction(f"{prediction.id}: predicted twice; expected once")
        found[prediction.id] = prediction
    missing = [id for id in known if id not in found]
    if missing:
        raise InvalidPrediction(f"{missing[0]}: not predicted; expected one prediction an article")
    handed_in(found.values())
    return [found[article.id] for article in articles]
