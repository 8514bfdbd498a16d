import stat
from pathlib import Path

import pytest

from dateline.files import replacing, write


def test_a_file_is_replaced_whole_and_readable(tmp_path: Path) -> None:
    path = tmp_path / "a/b.txt"
    write(path, "“one”")
    write(path, "“two”")
    assert path.read_text("utf-8") == "“two”"
    assert stat.S_IMODE(path.stat().st_mode) & 0o444
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as file:
            file.write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
