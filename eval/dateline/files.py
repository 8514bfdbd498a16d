"""Files that are there whole, or as they were before."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

_BESIDE = re.compile(r"\..+\.(\d{1,9})\.new")
"""The name of a file that is being written, with the number of the process that writes it."""


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the place of *path* when the block ends well.

    It is written beside *path* and moved in by one rename; after an error *path* is as it was.
    Folders that are missing are made.

    Raises:
        OSError: it cannot be written; the error names *path*.
    """
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name}.{os.getpid()}.new")
    try:
        with _created(beside) as file:
            yield file
        os.replace(beside, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(beside)
        if isinstance(error, OSError) and error.filename in (None, beside):
            error.filename, error.filename2 = str(path), None  # a full disk names no file
        raise


def write(path: str | Path, text: str) -> None:
    """Write *text* as UTF-8 to *path*, which is there whole or as it was before."""
    with replacing(path) as file:
        file.write(text.encode())


def json_text(value: Any) -> str:
    """Return JSON data as the content of a file that people may read."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def tidy(folder: Path) -> None:
    """Delete what writers that were killed have left in *folder* and below it."""
    for path in folder.rglob(".*.new"):
        writer = _BESIDE.fullmatch(path.name)
        if writer and not _runs(int(writer[1])):
            path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def _created(path: str) -> BinaryIO:
    try:
        return open(path, "wb")
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "wb")
