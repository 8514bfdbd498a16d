"""Gold and a prediction side by side, with what several scores need of both."""

from collections.abc import Callable
from typing import Any, TypeVar

from .arrays import Side

_T = TypeVar("_T")


class Alignment:
    """Gold and a prediction of the same articles. Every score is a function of it."""

    def __init__(self, gold: Side, said: Side) -> None:
        self.gold = gold
        self.said = said
        self._known: dict[Callable[[Alignment], Any], Any] = {}

    def once(self, make: "Callable[[Alignment], _T]") -> _T:
        """Return what a function makes of this alignment; it is called the first time only."""
        if make not in self._known:
            self._known[make] = make(self)
        found: _T = self._known[make]
        return found

    def part(self, first: int, last: int) -> "Alignment":
        """Return the articles from *first* up to *last*."""
        return Alignment(self.gold.part(first, last), self.said.part(first, last))
