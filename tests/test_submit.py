"""The way onto the leaderboard, from a folder that is not this repository."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from dateline import load, write_predictions
from dateline.cli import main
from dateline.predictions import prediction_of

Capture = pytest.CaptureFixture[str]

SYSTEM = '''"""Names as train has them, and words in capitals."""

import re


def build(train):
    known = {e.of(d.text): e.label for d in train for e in d.entities}

    def extract(articles):
        for article in articles:
            entities = []
            for found in re.finditer(r"[A-Z]\\w+(?: [A-Z]\\w+)*", article.text):
                label = known.get(found[0])
                if label or " " in found[0]:
                    span = {"start": found.start(), "end": found.end()}
                    entities.append({**span, "label": label or "PERSON"})
            yield {"id": article.id, "entities": entities}

    return extract
'''

IN_AWK = r"""
FNR > 1 && $2 == "test" {
  text = ""; mentions = ""
  while ((getline line < (folder "/articles/" $1 ".txt")) > 0) text = text line "\n"
  n = gsub(/Keller/, "&", text)
  for (i = 1; i <= n; i++)
    mentions = mentions "{\"text\": \"Keller\", \"n\": " i ", \"label\": \"PERSON\"}, "
  sub(/, $/, "", mentions)
  print "{\"id\": \"" $1 "\", \"entities\": [" mentions "]}"
}
"""

TOLD = ["--description", "How | it works.", "--trained-on", "nothing", "--licence", "MIT"]
TOLD += ["--code", "https://example.org/mine"]


@pytest.fixture
def outside(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A participant's folder beside the corpus, with a predictions file of all answers."""
    folder = tmp_path / "mine"
    write_predictions(folder / "predictions.jsonl", map(prediction_of, load(built)))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return folder


@pytest.fixture
def board(built: Path) -> Path:
    return built.parent / "eval/leaderboard"


CORPUS = ["--corpus", "../tiny/corpus"]
SUBMIT = ["submit", "predictions.jsonl", *CORPUS, *TOLD]


def test_a_system_elsewhere_is_ranked_by_two_commands(
    outside: Path, board: Path, capsys: Capture
) -> None:
    assert SYSTEM.count("\n") <= 20
    (outside / "names.py").write_text(SYSTEM)
    assert main(["predict", "names:build", *CORPUS]) == 0
    assert main([*SUBMIT, "--name", "names"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"^\| names \| \d\d\.\d \|", out, re.M)
    assert out.endswith(
        "../tiny/eval/leaderboard/names: submitted; commit ../tiny/eval/leaderboard\n"
    )
    assert sorted(path.name for path in (board / "names").iterdir()) == [
        "predictions.jsonl",
        "result.json",
        "system.json",
    ]
    assert (board / "names/predictions.jsonl").read_bytes() == Path(
        "predictions.jsonl"
    ).read_bytes()
    assert main(["rank", "--check", *CORPUS]) == 0


def test_a_file_made_in_another_language_is_ranked_by_two_commands(
    outside: Path, board: Path, built: Path
) -> None:
    with open("predictions.jsonl", "w") as file:
        arguments = ["awk", "-F,", "-v", f"folder={built}", IN_AWK, str(built / "articles.csv")]
        subprocess.run(arguments, stdout=file, check=True)
    assert '{"text": "Keller", "n": 3, "label": "PERSON"}' in Path("predictions.jsonl").read_text()
    assert main([*SUBMIT, "--name", "in-awk"]) == 0
    assert main(["rank", *CORPUS]) == 0
    found = json.loads((board / "in-awk/result.json").read_text())
    counts = found["scores"]["entities"]["scores"]["strict"]["counts"]["lake-ferry"]["PERSON"]
    assert counts == [2, 1, 3]
    first = (board / "in-awk/predictions.jsonl").read_text().splitlines()[0]
    assert first.startswith('{"id":"lake-ferry","entities":[{"start":')
    assert main(["rank", "--check", *CORPUS]) == 0


def test_stale_predictions_are_not_made_fresh(outside: Path, board: Path, capsys: Capture) -> None:
    assert main([*SUBMIT, "--name", "gold"]) == 0
    card = board / "gold/system.json"
    card.write_text(re.sub("sha256:.{8}", "sha256:00000000", card.read_text()))
    again = [str(board / "gold/predictions.jsonl") if a == SUBMIT[1] else a for a in SUBMIT]
    assert main([*again, "--name", "gold", "--replace"]) == 1
    assert "stale, made on sha256:00000000" in capsys.readouterr().err


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_anothers_system_is_not_overwritten(outside: Path, board: Path, capsys: Capture) -> None:
    assert main([*SUBMIT, "--name", "gold"]) == 0
    before = everything(board)
    (outside / "names.py").write_text(SYSTEM)
    assert main(["predict", "names:build", *CORPUS]) == 0
    capsys.readouterr()
    for name, said in (("gold", "expected another name, or --replace"), ("Gold", "have one name")):
        assert main([*SUBMIT, "--name", name]) == 1
        assert said in capsys.readouterr().err
        assert everything(board) == before
    assert main([*SUBMIT, "--name", "gold", "--replace"]) == 0
    assert everything(board).keys() == before.keys()
    assert main(["rank", "--check", *CORPUS]) == 0


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        (("PERSON", "PER"), ["--name", "x"], "predictions.jsonl: line 1: lake-ferry: entities["),
        (
            ("PERSON", "PER"),
            ["--name", "x", "--inventory", "conll-4"],
            "'LOC' is no label of|'GPE'",
        ),
        (("lake-ferry", "sea-ferry"), ["--name", "x"], "unknown article 'sea-ferry'"),
        (("", ""), ["--name", "../x"], "name: '../x'; expected at most 40 of"),
        (("", ""), ["--name", "x", "--licence", ""], "licence: ''; expected one line"),
        (("", ""), ["--name", "x", "--split", "train"], "unknown article 'lake-ferry'"),
    ],
)
def test_a_refused_submission_changes_nothing(
    outside: Path,
    board: Path,
    capsys: Capture,
    change: tuple[str, str],
    options: list[str],
    said: str,
) -> None:
    assert main([*SUBMIT, "--name", "gold"]) == 0
    before = everything(board)
    path = Path("predictions.jsonl")
    path.write_text(path.read_text().replace(*change))
    capsys.readouterr()
    assert main([*SUBMIT, *options]) == 1
    out, err = capsys.readouterr()
    assert re.search(said if "|" in said else re.escape(said), err)
    assert (out, err.count("\n")) == ("", 1)
    assert everything(board) == before


def test_what_a_killed_writer_has_left_is_cleared_away(outside: Path, board: Path) -> None:
    assert main([*SUBMIT, "--name", "gold"]) == 0
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    left = board / f"gold/.result.json.{ended.pid}.new"
    left.touch()
    assert main(["rank", "--check", *CORPUS]) == 1
    assert main(["rank", *CORPUS]) == 0
    assert not left.exists()


@pytest.mark.slow
def test_the_way_that_contributing_describes_leads_there(tmp_path: Path) -> None:
    """Every command of the section, as written, but for the one that installs."""
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Submit a system")[2]
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", section.partition("\n## ")[0], re.M | re.S)
    script = "".join(blocks)
    assert "make -C dateline leaderboard" in script  # which .ci/run runs before any test
    script = script.replace("make -C dateline leaderboard", "true")
    reference = (ROOT / "eval/README.md").read_text("utf-8").partition("## A system")[2]
    (tmp_path / "my_ner.py").write_text(reference.partition("```python\n")[2].partition("```")[0])
    fork = tmp_path / "fork.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, fork], check=True)
    who = {
        f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    here = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    environment = {**os.environ, **who, **here, "FORK": str(fork), "PYTHONPATH": str(ROOT / "eval")}

    def run(*command: str) -> str:
        ran = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert "| my-ner | " in run("bash", "-euc", script)
    assert run("git", "-C", str(fork), "show", "--name-only", "--format=", "my-ner").split() == [
        "eval/leaderboard/README.md",
        "eval/leaderboard/my-ner/predictions.jsonl",
        "eval/leaderboard/my-ner/result.json",
        "eval/leaderboard/my-ner/system.json",
    ]
    assert run("git", "-C", "dateline", "status", "--porcelain") == ""
    run("dateline", "rank", "--check", "--corpus", "dateline/corpus")
    shutil.rmtree(tmp_path / "dateline")
