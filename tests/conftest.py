import shutil
from pathlib import Path

import pytest

from dateline.cli import main

TESTS = Path(__file__).parent
ROOT = TESTS.parent


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A copy of the second corpus, not built: a folder with ``corpus`` and ``annotations``."""
    return shutil.copytree(TESTS / "tiny", tmp_path / "tiny")


@pytest.fixture
def built(tiny: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The second corpus, built: its ``corpus`` folder."""
    assert main(["build", "--corpus", str(tiny / "corpus")]) == 0
    capsys.readouterr()
    return tiny / "corpus"
