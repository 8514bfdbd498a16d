"""Grounding: from quoted text to offsets.

People and language models quote text well and count characters badly. Wherever they write spans
they may give the text and, where it occurs more than once, which occurrence is meant:

>>> ground("Putin met Putin's aide.", "Putin", n=2)
Span(start=10, end=15)

Occurrences are plain ones, as ``str.find`` finds them, from every position: in ``Iran and Iranian``
the text ``Iran`` occurs twice.
"""

from typing import Any

from .errors import InvalidAnnotation
from .model import Span


def occurrences(text: str, quoted: str) -> list[int]:
    """Return the start of every plain occurrence of *quoted* in *text*, overlapping ones too."""
    starts = []
    start = text.find(quoted)
    while start != -1:
        starts.append(start)
        start = text.find(quoted, start + 1)
    return starts


def ground(text: str, quoted: str, n: int | None = None, within: Span | None = None) -> Span:
    """Return the span of the *n*-th plain occurrence of *quoted*.

    Args:
        text: The article's text.
        quoted: What is looked for, letter by letter.
        n: Which occurrence, from 1; may be left out where there is only one.
        within: Count only there (a paragraph); the whole text if left out.

    Raises:
        InvalidAnnotation: *quoted* is empty, does not occur, does not occur *n* times, or occurs
            several times and no *n* is given. The message shows the occurrences there are.
    """
    within = within or Span(0, len(text))
    starts = [within.start + start for start in occurrences(within.of(text), quoted)]
    if not quoted:
        raise InvalidAnnotation("the quoted text is empty; expected a piece of the article")
    if not starts:
        raise InvalidAnnotation(f"the text {quoted!r} does not occur; expected it letter by letter")
    if n is None and len(starts) > 1:
        shown = "; ".join(
            f"#{i} {_context(text, Span(start, start + len(quoted)))}"
            for i, start in enumerate(starts, 1)
        )
        raise InvalidAnnotation(
            f"the text {quoted!r} occurs {len(starts)} times; expected the number of one: {shown}"
        )
    number = 1 if n is None else n
    if not 1 <= number <= len(starts):
        raise InvalidAnnotation(
            f"the text {quoted!r} has no occurrence {number}; expected 1 to {len(starts)}"
        )
    start = starts[number - 1]
    return Span(start, start + len(quoted))


def occurrence(text: str, span: Span, within: Span | None = None) -> int | None:
    """Return the number that `ground` needs to find *span*, or None where its text is unique."""
    within = within or Span(0, len(text))
    starts = occurrences(within.of(text), span.of(text))
    return None if len(starts) == 1 else starts.index(span.start - within.start) + 1


def grounded(value: Any, text: str, place: str = "") -> Any:
    """Return JSON data with every ``{"text": …, "n": …}`` in it replaced by offsets.

    Objects that have ``start`` or ``end`` are left as they are; other keys of an object stay.

    Raises:
        InvalidAnnotation: as `ground` does; the message begins with the place, such as
            ``entities[3]``, where *place* is the name of the value itself.
    """
    if isinstance(value, list | tuple):
        return [grounded(item, text, f"{place}[{i}]") for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if "text" in value and "start" not in value and "end" not in value:
        quoted, n = value["text"], value.get("n")
        if not isinstance(quoted, str) or not (n is None or type(n) is int):
            raise InvalidAnnotation(
                f"{place}: text {quoted!r} and n {n!r}; expected a string and a whole number"
            )
        try:
            span = ground(text, quoted, n)
        except InvalidAnnotation as error:
            raise InvalidAnnotation(f"{place}: {error}") from None
        rest = {key: item for key, item in value.items() if key not in ("text", "n")}
        value = {"start": span.start, "end": span.end, **rest}
    return {key: grounded(item, text, f"{place}.{key}") for key, item in value.items()}


def _context(text: str, span: Span, width: int = 16) -> str:
    before = text[max(0, span.start - width) : span.start]
    after = text[span.end : span.end + width]
    return f"…{before}[{span.of(text)}]{after}…".replace("\n", " ")
