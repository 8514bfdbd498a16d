"""The texts of articles and of spans.

Those of many mentions are not made strings one by one: Arrow takes them from the bytes of the
articles, and numbers them.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from dateline.arrow import as_numpy, as_strings, checked, column_of, compute

from .arrays import Ints, Spans
from .matching import before

if TYPE_CHECKING:
    import pyarrow as pa


class Texts(Sequence[str]):
    """A column of strings, each made a string when asked for."""

    def __init__(self, column: "pa.StringArray") -> None:
        import pyarrow as pa

        view = pa.types.is_string_view(column.type)  # which Arrow cannot do as much with
        self.column = column.cast(pa.large_string()) if view else column

    @classmethod
    def of(cls, table: "pa.Table", name: str) -> "Texts":
        """Return a column; errors are those of `dateline.arrow.strings`."""
        return cls(checked(column_of(table, name), name))

    def __len__(self) -> int:
        return len(self.column)

    def __iter__(self) -> Iterator[str]:
        return iter(as_strings(self.column))

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> "Texts": ...
    def __getitem__(self, row: "int | slice") -> "str | Texts":
        if isinstance(row, slice):
            return Texts(self.column[row])
        text: str = self.column[row].as_py()
        return text

    def lengths(self) -> Ints:
        """Return the lengths in code points."""
        lengths: Ints = as_numpy(compute().utf8_length(self.column))
        return lengths


def cut(spans: Spans, texts: Sequence[str]) -> list[str]:
    """Return the texts of spans."""
    found, text, last = [], "", None
    rows = zip(spans.article.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
    for article, start, end in rows:
        if article != last:  # a text is not at hand where it is Arrow's
            text, last = texts[article], article
        found.append(text[start:end])
    return found


def numbered(sides: Sequence[Spans], texts: Sequence[str]) -> tuple[list[str], list[Ints]]:
    """Number the texts of spans: equal texts have equal numbers.

    Args:
        sides: Spans, those of each side in order and without one over another.
        texts: Of the articles.

    Returns:
        The different texts; and of each span of each side the place of its text among them.
    """
    import pyarrow as pa

    data, first = _utf8(texts)
    # The places in code points of the bytes that do not begin one.
    inner = np.flatnonzero(data.view(np.int8) < -64)
    inner -= np.arange(len(inner))
    cuts = []
    for spans in sides:
        # A mention, what is between it and the next, the next …
        edges = np.stack([spans.start, spans.end], axis=1) + first[spans.article][:, None]
        ends = np.append(edges.ravel(), edges[-1:, 1])
        ends += before(inner, ends, equal=True)
        buffers = [None, pa.py_buffer(ends.astype(np.int64)), pa.py_buffer(data)]
        whole = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 2 * len(spans), buffers)
        cuts.append(whole.take(pa.array(np.arange(0, len(whole), 2))))
    found = pa.concat_arrays(cuts).dictionary_encode()
    different = [text.decode("utf-8", _ANY) for text in found.dictionary.to_pylist()]
    rows = np.cumsum([len(spans) for spans in sides])[:-1]
    return different, np.split(as_numpy(found.indices), rows)


_ANY = "surrogatepass"
"""A string of Python's may have halves of pairs; so have its bytes."""


def _utf8(texts: Sequence[str]) -> tuple[Any, Ints]:
    """Return texts as bytes, and the code point that each begins with among those of all."""
    if not isinstance(texts, Texts):
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        data = np.frombuffer("".join(texts).encode("utf-8", _ANY), np.uint8)
    else:
        import pyarrow as pa

        lengths = texts.lengths().astype(np.int64)
        column = texts.column.cast(pa.large_binary())
        _, ends, values = column.buffers()
        ends = np.frombuffer(ends, np.int64)[column.offset :][: len(column) + 1]
        data = np.frombuffer(values or b"", np.uint8)[ends[0] : ends[-1]]
    return data, np.cumsum(lengths) - lengths
