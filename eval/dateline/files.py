"""Files that are there whole, or as they were before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of *path* when the block ends well.

    It is written beside *path* and moved in by one rename; after an error *path* is as it was.
    Folders that are missing are made.
    """
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name}.{os.getpid()}.new")
    try:
        with _created(beside) as file:
            yield file
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def write(path: str | Path, text: str) -> None:
    """Write *text* as UTF-8 to *path*, which is there whole or as it was before."""
    with replacing(path) as file:
        file.write(text.encode())


def _created(path: str) -> BinaryIO:
    try:
        return open(path, "wb")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "wb")
