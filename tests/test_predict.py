"""``dateline predict``: interrupted, resumed, failing on an article; by real processes."""

import itertools
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT

from dateline import load, read_predictions
from dateline.cli import main

Capture = pytest.CaptureFixture[str]
CORPUS = ROOT / "corpus"
IDS = [document.id for document in load(CORPUS, "train")]
"""Six articles, in the order in which a system is given them."""
COMMAND = [sys.executable, "-m", "dateline", "predict"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "eval"), "HF_HUB_OFFLINE": "1"}

HEAD = """
import os, sys, time
from pathlib import Path

def said(article):
    return {"id": article.id, "entities": [{"start": 0, "end": 4, "label": "ORG"}]}

def fault(article):
    fixed = Path("fixed").exists()
    if article.id in FAULTY and not fixed:
        raise KeyError("a\\nb")

def build(train):
    def extract(articles):
        with open("given", "a") as log:
            print(*(a.id for a in articles), file=log)
        yield from predictions(articles)
    return extract
"""

_numbers = itertools.count()


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Write a system into a folder outside the repository, go there, and return its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def write(code: str, faulty: tuple[str, ...] = ()) -> str:
        name = f"system_{next(_numbers)}"
        Path(f"{name}.py").write_text(f"FAULTY = {faulty!r}\n{HEAD}\n{code}\n")
        return f"{name}:build"

    return write


def predict(name: str, *options: str) -> int:
    return main(["predict", name, "--corpus", str(CORPUS), "--split", "train", *options])


def given() -> list[list[str]]:
    """The ids of each call of the extractor, since this was last asked."""
    log = Path("given")
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [line.split() for line in lines]


def predicted(path: str = "predictions.jsonl") -> list[str]:
    articles = [document.article for document in load(CORPUS, "train")]
    read_predictions(path, articles)  # which must be whole and sound
    return [json.loads(line)["id"] for line in Path(path).read_text().splitlines()]


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)


IN_ORDER = """
def predictions(articles):
    for article in articles:
        fault(article)
        yield said(article)
"""


def test_articles_that_raise_are_named_and_the_rest_is_kept(
    system: Callable[..., str], capsys: Capture
) -> None:
    at_fault = (IDS[0], IDS[3])
    name = system(IN_ORDER, at_fault)
    assert predict(name) == 1
    out, err = capsys.readouterr()
    assert out == ""
    *named, end = err.splitlines()
    where = rf"\({name.removesuffix(':build')}, line \d+\)"
    for line in named:
        assert re.fullmatch(rf"dateline: [a-z-]+: KeyError: 'a\\nb' {where}", line), line
    assert {line.split(": ")[1] for line in named} == set(at_fault)
    assert "failed on 2 of 6 articles" in end
    assert not Path("predictions.jsonl").exists()
    given()

    Path("fixed").touch()
    assert predict(name) == 0
    assert given() == [list(at_fault)]  # what was kept is not asked for again
    assert predicted() == IDS
    assert not Path("predictions.jsonl.partial").exists()
    assert "4 of 6 articles are predicted already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raising", "told"),
    [
        ("sys.exit('enough')", "SystemExit: enough"),
        ("raise type('Panic', (BaseException,), {})('rust')", "Panic: rust"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})", "Odd (system_"),
        ("next(iter(()))", "RuntimeError: generator raised StopIteration"),
        ("raise ValueError('\\x1b[2J' + 'x' * 1000)", "ValueError: \\x1b[2Jxxx"),
        ("import dateline; dateline.ground('x', 'y')", "InvalidAnnotation: "),
    ],
)
def test_whatever_a_system_raises_is_told_in_a_line(
    system: Callable[..., str], capsys: Capture, raising: str, told: str
) -> None:
    code = f"""
def predictions(articles):
    for article in articles:
        if article.id == {IDS[2]!r}:
            {raising}
        yield said(article)
"""
    assert predict(system(code)) == 1
    first, _ = capsys.readouterr().err.splitlines()
    assert first.startswith(f"dateline: {IDS[2]}: {told}")
    assert len(first) < 450
    assert re.search(r"\(system_\d+, line \d+\)$", first)


def test_a_traceback_is_printed_on_request(system: Callable[..., str], capsys: Capture) -> None:
    name = system(IN_ORDER, (IDS[0],))
    assert predict(name) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert predict(name, "--traceback") == 1
    assert 'raise KeyError("a\\nb")' in capsys.readouterr().err
    for code in ("x = nowhere", "def build(train): 1 / 0"):
        assert predict(system(code), "--traceback")
        assert f"    {code}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("yielding", "told"),
    [
        ("{'start': 0, 'end': 99999, 'label': 'ORG'}", "entities[0]: span [0, 99999) is outside"),
        ("{'start': -1, 'end': 4, 'label': 'ORG'}", "entities[0]: span [-1, 4) is outside"),
        ("{'start': 0, 'end': 4, 'label': 'PLACE'}", "entities[0].label: "),
        ("{'text': 'no such text', 'label': 'ORG'}", "entities[0]"),
        ("*2 * [{'start': 0, 'end': 4, 'label': 'ORG'}]", "entities: ORG [0, 4) overlaps"),
    ],
)
def test_what_is_out_of_the_text_is_a_failure_of_its_article(
    system: Callable[..., str], capsys: Capture, yielding: str, told: str
) -> None:
    code = f"""
def predictions(articles):
    for article in articles:
        wrong = article.id == {IDS[1]!r} and not Path("fixed").exists()
        yield {{"id": article.id, "entities": [{yielding}]}} if wrong else said(article)
"""
    name = system(code)
    assert predict(name) == 1
    first, end = capsys.readouterr().err.splitlines()
    assert first.startswith(f"dateline: {IDS[1]}: {told}")
    assert f"failed on 1 of 6 articles ({IDS[1]}); 5 predictions are in" in end
    assert given() == [IDS]  # the others were yielded by the same call
    Path("fixed").touch()
    assert predict(name) == 0
    assert given() == [[IDS[1]]]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("while True: yield said(articles[0])", f"{IDS[0]}: predicted twice; expected once"),
        (
            "yield from map(said, articles); yield from map(said, articles)",
            "after the last article, the system: more predictions than articles; expected 6",
        ),
        (
            "yield from map(said, articles[1:]); yield {'id': 'elsewhere'}",
            f"{IDS[0]}: not predicted; expected one prediction an article (unknown article 'else",
        ),
        ("yield from map(said, articles[1:]); yield None", "(None is no object"),
        ("yield from map(said, articles[1:])", f"{IDS[0]}: not predicted"),
        ("yield from map(said, articles); raise OSError('full')", "after the last article"),
        (
            "yield from map(said, articles[:-1]); yield {'id': articles[-1].id, 'quotes': []}",
            f"{IDS[5]}: entities: absent here and handed in before",
        ),
    ],
)
def test_an_extractor_that_keeps_no_contract_is_refused(
    system: Callable[..., str], capsys: Capture, body: str, told: str
) -> None:
    assert predict(system(f"def predictions(articles):\n    {body}")) == 1
    assert told in capsys.readouterr().err
    assert not Path("predictions.jsonl").exists()


def test_a_second_prediction_takes_back_the_first(system: Callable[..., str]) -> None:
    code = """
def predictions(articles):
    yield said(articles[0])
    yield from map(said, articles[:5])
"""
    name = system(code)
    assert predict(name) == 1
    kept = Path("predictions.jsonl.partial").read_text().splitlines()[1:]
    assert [json.loads(line)["id"] for line in kept] == IDS[1:5]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def build(train): return 7", "the system returned int; expected a function of"),
        ("def build(train): return lambda articles: 7", "the extractor returned int"),
        ("def build(train): return lambda articles: 'xy'", "the extractor returned str"),
        ("def build(train): train[0].colour", "the system cannot be built: AttributeError: "),
    ],
)
def test_a_system_that_is_none_is_refused(
    system: Callable[..., str], capsys: Capture, code: str, told: str
) -> None:
    assert predict(system(code)) == 1
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert "no article is predicted" in err
    assert [path.suffix for path in Path().iterdir() if path.is_file()] == [".py"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def build(", "SyntaxError: '(' was never closed (system_"),
        ("x = nowhere", "NameError: name 'nowhere' is not defined (system_"),
        ("sys.exit()", "its module cannot be imported: SystemExit (system_"),
    ],
)
def test_a_module_that_cannot_be_imported_is_told(
    system: Callable[..., str], capsys: Capture, code: str, told: str
) -> None:
    assert predict(system(code)) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1


def test_what_fails_may_be_handed_in_as_empty(system: Callable[..., str], capsys: Capture) -> None:
    name = system(IN_ORDER, (IDS[1], IDS[4]))
    assert predict(name, "--failed-as-empty") == 0
    out, err = capsys.readouterr()
    assert out.endswith(f"empty, for it failed on them: {IDS[1]}, {IDS[4]}\n")
    assert err.count("KeyError") == 2
    assert predicted() == IDS
    lines = [json.loads(line) for line in Path("predictions.jsonl").read_text().splitlines()]
    assert [line["entities"] for line in lines].count([]) == 2
    assert not Path("predictions.jsonl.partial").exists()
    assert predict(system(IN_ORDER, tuple(IDS)), "--failed-as-empty", "--anew") == 1
    assert "failed on 6 of 6 articles" in capsys.readouterr().err


WAITING = """
def predictions(articles):
    for number, article in enumerate(articles):
        if number == 3 and not Path("fixed").exists():
            Path("waiting").touch()
            LAST
        yield said(article)
"""
WAIT = WAITING.replace("LAST", "time.sleep(60)")


@pytest.fixture
def running(system: Callable[..., str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A process that has predicted three articles and waits."""
    name = system(WAIT)
    arguments = [*COMMAND, name, "--corpus", str(CORPUS), "--split", "train"]
    with subprocess.Popen(arguments, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True) as run:
        try:
            until(Path("waiting").exists)
            yield name, run
        finally:
            run.kill()


def partial() -> list[str]:
    return Path("predictions.jsonl.partial").read_text().splitlines()


def test_a_killed_run_goes_on_where_it_was(running: tuple[str, subprocess.Popen[str]]) -> None:
    name, run = running
    Path("predictions.jsonl").write_text("from before\n")
    os.kill(run.pid, signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert len(partial()) == 4
    assert given() == [IDS]
    assert Path("predictions.jsonl").read_text() == "from before\n"
    with open("predictions.jsonl.partial", "a") as file:
        file.write('{"id": "' + IDS[3])  # as a full disk or a lost machine leaves it
    Path("fixed").touch()
    assert predict(name) == 0
    assert given() == [IDS[3:]]
    assert predicted() == IDS
    whole = Path("predictions.jsonl").read_bytes()
    assert predict(name) == 0
    assert given() == [IDS]  # a run that has ended leaves nothing to resume
    assert Path("predictions.jsonl").read_bytes() == whole


def test_an_interrupted_run_says_how_to_go_on(running: tuple[str, subprocess.Popen[str]]) -> None:
    name, run = running
    run.send_signal(signal.SIGINT)
    _, err = run.communicate()
    assert run.returncode == 130
    assert err == (
        "dateline: interrupted; 3 predictions are in predictions.jsonl.partial; "
        "the same command makes the others\n"
    )
    given()
    Path("fixed").touch()
    assert predict(name) == 0
    assert given() == [IDS[3:]]


def test_a_system_that_ends_the_process_loses_nothing(system: Callable[..., str]) -> None:
    name = system(WAITING.replace("LAST", "os._exit(7)"))
    arguments = [*COMMAND, name, "--corpus", str(CORPUS), "--split", "train"]
    run = subprocess.run(arguments, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert run.returncode == 7
    assert len(partial()) == 4


def test_what_another_run_has_left_is_not_mixed_in(
    system: Callable[..., str], capsys: Capture
) -> None:
    name = system(IN_ORDER, (IDS[5],))
    for number, (change, outdated) in enumerate(
        [
            ({"system": "other:build"}, "system other:build"),
            ({"corpus": "sha256:1"}, "corpus sha256:1"),
            ({"split": "test", "inventory": "conll-4"}, "split test, inventory conll-4"),
        ]
    ):
        assert predict(name) == 1
        assert ("5 of 6 articles are predicted" in capsys.readouterr().err) == bool(number)
        head, *lines = partial()
        changed = json.dumps(json.loads(head) | change)
        Path("predictions.jsonl.partial").write_text("\n".join([changed, *lines]))
        given()
        assert predict(name) == 1
        assert f".partial: not used, it was made with {outdated}\n" in capsys.readouterr().err
        assert given()[0] == IDS
    assert predict(name, "--anew") == 1
    assert given()[0] == IDS


@pytest.mark.parametrize("content", ["", "x", "[]\n{}", "\n\n", '{"system": "\\ud800"}\n', "\x00"])
def test_a_working_file_that_is_none_is_not_used(system: Callable[..., str], content: str) -> None:
    Path("predictions.jsonl.partial").write_text(content)
    assert predict(system(IN_ORDER)) == 0
    assert predicted() == IDS


def test_lines_that_cannot_be_read_are_predicted_again(system: Callable[..., str]) -> None:
    name = system(IN_ORDER, (IDS[5],))
    assert predict(name) == 1
    lines = partial()
    lines[2] = lines[2].replace('"end":4', '"end":99999')
    lines[3] = lines[3][:-9]
    Path("predictions.jsonl.partial").write_text("\n".join(lines))
    given()
    Path("fixed").touch()
    assert predict(name) == 0
    assert given() == [[IDS[1], IDS[2], IDS[5]]]


def test_an_output_that_cannot_be_written_is_refused_before_the_system_runs(
    system: Callable[..., str], capsys: Capture
) -> None:
    Path("file").touch()
    assert predict(system(IN_ORDER), "--output", "file/predictions.jsonl") == 1
    assert "/file/predictions.jsonl.partial: Not a directory" in capsys.readouterr().err
    assert not given()


def test_a_system_that_goes_elsewhere_takes_no_file_with_it(system: Callable[..., str]) -> None:
    Path("elsewhere").mkdir()
    here = os.getcwd()
    code = "def predictions(articles):\n    os.chdir('elsewhere')\n    return map(said, articles)"
    try:
        assert predict(system(code)) == 0
    finally:
        os.chdir(here)
    assert predicted() == IDS
    assert not list(Path("elsewhere").iterdir())


def test_what_is_whole_is_written_though_the_system_failed_at_its_end(
    system: Callable[..., str], capsys: Capture
) -> None:
    code = "def predictions(articles):\n    yield from map(said, articles)\n    raise OSError"
    name = system(code)
    assert predict(name) == 1
    assert (
        "6 predictions are in predictions.jsonl.partial; the same command writes them as they"
        in (capsys.readouterr().err)
    )
    given()
    assert predict(name) == 0
    assert not given()
    assert predicted() == IDS


def test_progress_is_shown_on_a_terminal_and_not_in_a_pipe(system: Callable[..., str]) -> None:
    arguments = [*COMMAND, system(IN_ORDER), "--corpus", str(CORPUS), "--split", "train"]
    run = subprocess.run(arguments, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert run.stderr == ""
    ours, theirs = pty.openpty()
    terminal = ENVIRONMENT | {"TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen(arguments, env=terminal, stdout=subprocess.PIPE, stderr=theirs) as run2:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # once the other end is closed
            while chunk := os.read(ours, 4096):
                shown += chunk
        assert run2.stdout
        out = run2.stdout.read()
    os.close(ours)
    assert run2.returncode == 0
    assert b"6/6" in shown
    assert out.startswith(b"predictions.jsonl: ")
