"""Every command, on the second corpus, as a user types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from dateline.cli import main
from dateline.corpus import read_rows
from dateline.predictions import prediction_of, write_predictions

Capture = pytest.CaptureFixture[str]


def test_the_whole_way_on_a_second_corpus(
    tiny: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the text form to the leaderboard, from a folder that is not this repository."""
    monkeypatch.chdir(tiny)
    monkeypatch.syspath_prepend(tiny)
    gold = tiny / "annotations/gold/quiet-vote.json"
    before = gold.read_text("utf-8")
    assert main(["annotations", "to-text", "quiet-vote"]) == 0
    form = capsys.readouterr().out
    gold.unlink()
    assert main(["check"]) == 1
    assert "error gold-missing" in capsys.readouterr().out
    (tmp_path / "form.txt").write_text(form, encoding="utf-8")
    assert main(["annotations", "from-text", str(tmp_path / "form.txt")]) == 0
    assert gold.read_text("utf-8") == before

    assert main(["build"]) == 0
    assert main(["check"]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    assert main(["build", "--check"]) == 0
    rows = read_rows(tiny / "corpus")
    assert len(rows["documents"]["test"]) == 2

    (tiny / "capitals.py").write_text(
        "from dateline import tokenize\n"
        "def build(train):\n"
        "    known = {e.of(d.text): e.label for d in train for e in d.entities}\n"
        "    def extract(articles):\n"
        "        for article in articles:\n"
        "            words = [(a, b) for a, b in tokenize(article.text)]\n"
        "            yield {'id': article.id, 'entities': [\n"
        "                {'start': a, 'end': b, 'label': 'PERSON'} for a, b in words\n"
        "                if article.text[a:b] == 'Keller']}\n"
        "    return extract\n"
    )
    folder = tiny / "eval/leaderboard/capitals"
    folder.mkdir(parents=True)
    card = {
        "name": "capitals",
        "description": "Knows one name.",
        "code": "capitals:build",
        "trained_on": "nothing",
        "licence": "MIT",
        "inventory": "ontonotes-18",
    }
    (folder / "system.json").write_text(json.dumps(card))
    output = folder / "predictions.jsonl"
    assert main(["predict", "capitals:build", "--output", str(output)]) == 0
    assert json.loads((folder / "system.json").read_text())["split"] == "test"
    capsys.readouterr()
    assert main(["score", str(output), "--verify"]) == 0
    said = capsys.readouterr().out
    assert "strict                        66.67" in said
    assert "quotes: not handed in" in said
    assert "dateline|layer:entities|" in said
    assert main(["score", str(output), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["entities"]["scores"]["strict"]["per_type"]["PERSON"]["support"] == 6
    assert scores["entities"]["scores"]["strict"]["counts"]["lake-ferry"]["PERSON"] == [2, 1, 3]
    assert main(["rank", "--check"]) == 1
    assert "result.json: not what the predictions score" in capsys.readouterr().err
    assert main(["rank"]) == 0
    assert "# Leaderboard" in capsys.readouterr().out
    assert main(["rank", "--check"]) == 0
    assert main(["schema"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["score", "nowhere.jsonl"], 1, "nowhere.jsonl: cannot be read (No such file"),
        (["score", "x.jsonl", "--corpus", "nowhere"], 1, "nowhere: no such folder"),
        (["check", "--corpus", "nowhere"], 1, "expected a corpus folder with a manifest"),
        (["predict", "nowhere:build"], 2, "no module 'nowhere'"),
        (["rank", "--leaderboard", "nowhere"], 1, "expected folders with a system.json"),
        (["annotations", "to-text", "nothing"], 1, "no article 'nothing'; expected one of"),
        (["annotations", "from-text", "nowhere.txt"], 1, "expected a text form"),
    ],
)
def test_a_mistake_ends_in_one_message(
    built: Path, capsys: Capture, arguments: list[str], code: int, said: str
) -> None:
    corpus = [] if "--corpus" in arguments else ["--corpus", str(built)]
    assert main([*arguments, *corpus]) == code
    out, err = capsys.readouterr()
    assert said in err
    assert err.startswith("dateline: ")
    assert err.count("\n") == 1
    assert out == ""


@pytest.mark.parametrize("arguments", [[], ["scor"], ["score"], ["score", "x", "--split", "dev"]])
def test_wrong_use_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_form_with_a_finding_changes_no_gold(
    built: Path, tmp_path: Path, capsys: Capture
) -> None:
    corpus = ["--corpus", str(built)]
    gold = built.parent / "annotations/gold/quiet-vote.json"
    before = gold.read_bytes()
    main(["annotations", "to-text", "quiet-vote", *corpus])
    form = capsys.readouterr().out.replace(
        "LAW [Forest Act]", "LAW [Forest Act]\n    LAW [the Forest]"
    )
    (tmp_path / "form.txt").write_text(form, encoding="utf-8")
    assert main(["annotations", "from-text", str(tmp_path / "form.txt"), *corpus]) == 1
    assert "span-overlap" in capsys.readouterr().out
    assert gold.read_bytes() == before


def test_findings_as_json(built: Path, capsys: Capture) -> None:
    (built / "articles/stray.txt").write_text("x\n")
    assert main(["check", "--json", "--corpus", str(built)]) == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["level"], finding["name"]) == ("error", "article-unlisted")


def test_a_refused_score_writes_nothing(built: Path, tmp_path: Path, capsys: Capture) -> None:
    from dateline import load

    path = tmp_path / "p.jsonl"
    write_predictions(path, map(prediction_of, load(built)))
    path.write_text(path.read_text() + path.read_text().splitlines()[0] + "\n")
    assert main(["score", str(path), "--corpus", str(built)]) == 1
    assert "line 3: id: 'lake-ferry' is in line 1 already" in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.jsonl", "tiny"]


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m dateline schema | head -c 1"
    run = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert run.stderr == ""


LIGHT = """
import sys, dateline
heavy = {"datasets", "sklearn", "seqeval", "scipy", "pyarrow", "rich", "pandas"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
import dateline.cli
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def test_importing_dateline_loads_nothing_heavy() -> None:
    subprocess.run([sys.executable, "-c", LIGHT], check=True)


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).parent / "dateline"
    run = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("dateline 0.")


def test_published_files_hold_no_path_of_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    home = os.fsencode(str(ROOT))
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            assert home + b"/" not in (ROOT / name).read_bytes(), name


def test_gold_stays_provisional_and_no_doubt_is_lost(
    built: Path, tmp_path: Path, capsys: Capture
) -> None:
    corpus = ["--corpus", str(built)]
    gold = built.parent / "annotations/gold/quiet-vote.json"
    main(["annotations", "to-text", "quiet-vote", *corpus])
    (tmp_path / "form.txt").write_text(capsys.readouterr().out, encoding="utf-8")
    command = ["annotations", "from-text", str(tmp_path / "form.txt"), *corpus]
    assert main([*command, "--provisional"]) == 0
    provisional = gold.read_bytes()
    assert json.loads(provisional)["data"]["provisional"] is True
    assert main(command) == 0
    assert gold.read_bytes() == provisional
    task = json.loads(provisional)
    region = task["annotations"][0]["result"][0]
    doubt = {**region, "from_name": "doubt", "type": "choices", "value": {"choices": ["DOUBT"]}}
    task["annotations"][0]["result"].append(doubt)
    gold.write_text(json.dumps(task), "utf-8")
    capsys.readouterr()
    assert main(command) == 1
    assert "holds doubts" in capsys.readouterr().err
    assert json.loads(gold.read_text("utf-8")) == task
