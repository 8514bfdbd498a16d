"""Systems: anything that, once built from the train split, annotates articles.

    def build(train: Sequence[Document]) -> Extractor
    Extractor = Callable[[Sequence[Article]], Iterable[Prediction | dict]]

There is no base class. An extractor is given articles, which have no annotations, and yields one
prediction an article: a `Prediction` or a dict of the shape in `predictions`. On the command line a
system is named ``module:attr``, such as ``baselines.rules:build``, with the working directory on
the path.
"""

from .naming import load_system
from .running import Extractor, Failure, System, build, outcomes, predict
from .unfinished import Unfinished

__all__ = [
    "Extractor",
    "Failure",
    "System",
    "Unfinished",
    "build",
    "load_system",
    "outcomes",
    "predict",
]
