import importlib.util
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from dateline.cli import main

if TYPE_CHECKING:
    from studio_server import Server

TESTS = Path(__file__).parent
ROOT = TESTS.parent

QUICK = os.environ.get("DATELINE_TESTS") == "quick"
"""`make test` draws few examples of each property, `make test-all` as many as it says."""


def examples(many: int) -> int:
    """How many examples of a property are drawn, of *many*."""
    return max(many // 10, 5) if QUICK else many


# What a shell runs in the background ignores interrupts; so would what tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A machine that is busy is no defect.
settings.register_profile("dateline", deadline=None, max_examples=examples(100))
settings.load_profile("dateline")


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


def missing(what: str, target: str) -> None:
    """Skip a test, or fail it where DATELINE_REQUIRE names what is missing."""
    if target in os.environ.get("DATELINE_REQUIRE", ""):
        pytest.fail(f"{what} is required here and not installed")
    pytest.skip(f"{what} is not installed: make {target}")


@pytest.fixture(scope="session")
def chromium() -> None:
    """Chromium and the extra that drives it."""
    if importlib.util.find_spec("playwright") is None:
        missing("the extra 'browser'", "browser")
    from labelling_page import chromium

    if chromium() is None:
        missing("Chromium", "browser")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Server]":
    """A running Label Studio. Without the extra its tests are skipped, or fail where required."""
    if importlib.util.find_spec("label_studio") is None:
        missing("the extra 'studio'", "studio")
    from studio_server import serving

    with serving(tmp_path_factory.mktemp("studio")) as running:
        yield running
