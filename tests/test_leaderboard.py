import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from dateline import (
    Corpus,
    DatelineError,
    Document,
    InvalidPrediction,
    Prediction,
    Score,
    files,
    load,
    open_corpus,
)
from dateline import score as score_of
from dateline.cli import main
from dateline.documents import Article, Entity
from dateline.labelstudio import dump_task, write_task
from dateline.leaderboard import Entry, SystemCard, board, rank, read_card
from dateline.predictions import prediction_of, write_predictions
from dateline.score import Comparison

CARD = SystemCard("gold", "Reads the answers.", "x:build", "test", "MIT", "ontonotes-18")


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A leaderboard with one system that is always right."""
    corpus = open_corpus(built, "test")
    folder = tmp_path / "leaderboard"
    write_predictions(folder / "gold/predictions.jsonl", map(prediction_of, load(built)))
    said = {name: getattr(CARD, name) for name in SystemCard.__struct_fields__}
    said |= {"digest": corpus.digest, "split": "test"}
    (folder / "gold/system.json").write_text(json.dumps(said))
    return folder


def test_a_system_is_scored_and_ranked(folder: Path, built: Path) -> None:
    (entry,), made = rank(folder, open_corpus(built, "test"))
    assert entry.scored is not None
    assert entry.scored.quotes is not None
    assert entry.scored.quotes.f1 == 1.0
    result = json.loads(made[folder / "gold/result.json"])
    assert result["scores"]["events"]["scores"]["trig-c"]["micro"]["f1"] == 1.0
    table = made[folder / "README.md"]
    assert "| gold | 100.0 |  | 1 | 100.0 | 100.0 |" in table
    assert "No interval: articles with anything to count: 2; 10 are needed." in table
    assert not (folder / "README.md").exists()


def test_predictions_on_another_content_are_stale(folder: Path, built: Path) -> None:
    corpus = open_corpus(built, "test")._replace(digest="sha256:" + "1" * 64)
    (entry,), made = rank(folder, corpus)
    assert entry.scored is None
    assert "not ranked: gold" in made[folder / "README.md"]
    assert list(made) == [folder / "README.md"]


def test_a_wrong_predictions_file_stops_the_ranking(folder: Path, built: Path) -> None:
    path = folder / "gold/predictions.jsonl"
    path.write_text(path.read_text().replace("PERSON", "PER"))
    with pytest.raises(InvalidPrediction, match=r"gold/predictions\.jsonl: line 1: lake-ferry"):
        rank(folder, open_corpus(built, "test"))


def test_entities_have_the_labels_that_the_card_declares(folder: Path, built: Path) -> None:
    path = folder / "gold/system.json"
    path.write_text(path.read_text().replace("ontonotes-18", "conll-4"))
    assert read_card(path).inventory == "conll-4"
    said = r"entities\[0\]\.label: 'GPE' is no label of conll-4; expected one of PER, "
    with pytest.raises(InvalidPrediction, match=said):
        rank(folder, open_corpus(built, "test"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"inventory": "conll"}, "inventory"),
        ({"colour": "red"}, "unknown field `colour`"),
        ({"name": None}, r"\$\.name"),
    ],
)
def test_a_wrong_card_is_refused(folder: Path, change: dict[str, str], said: str) -> None:
    path = folder / "gold/system.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(InvalidPrediction, match=said):
        read_card(path)


def test_a_folder_without_systems_is_refused(tmp_path: Path, built: Path) -> None:
    with pytest.raises(InvalidPrediction, match="no system"):
        rank(tmp_path, open_corpus(built, "test"))


def test_order_and_groups() -> None:
    entities = Entity(0, 3, "PERSON"), Entity(8, 12, "GPE")

    def made(articles: int) -> str:
        gold = [Document(Article(f"a{i}", "Ana saw Oslo"), entities) for i in range(articles)]

        def entry(name: str, *said: Entity) -> Entry:
            card = SystemCard(name, "It|works.", "x:build", "train", "MIT", "ontonotes-18")
            return Entry(Path(name), card, score_of(gold, [Prediction(d.id, said) for d in gold]))

        entries = [entry("none"), entry("half", entities[0]), entry("all", *entities)]
        return board(entries, Corpus("x", "0.1.0", "sha256:0", "test", gold))

    said = made(1)
    assert said.index("| all |") < said.index("| half |") < said.index("| none |")
    assert said.count("One tie group: articles with anything to count: 1; 6 are needed.") == 1
    assert "| difference |" not in said
    assert said.count("No system hands this layer in.") == 2
    assert "It\\|works." in said
    many = made(12)
    assert "One tie group" not in many
    assert "| all − none \\* | 100.0 |" in many
    assert re.search(r"^\| all \| 100\.0 \| [89]\d\.\d–100\.0 \| 1 \|", many, re.M)


def test_a_system_with_a_smaller_inventory_is_scored_and_not_ranked(
    folder: Path, built: Path
) -> None:
    other = folder / "small"
    shutil.copytree(folder / "gold", other)
    card = json.loads((other / "system.json").read_text())
    (other / "system.json").write_text(json.dumps(card | {"name": "small", "inventory": "uner-3"}))
    lines = [json.loads(x) for x in (other / "predictions.jsonl").read_text().splitlines()]
    for line in lines:
        people = [e for e in line["entities"] if e["label"] == "PERSON"]
        line["entities"] = [e | {"label": "PER"} for e in people]
    (other / "predictions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    _, made = rank(folder, open_corpus(built, "test"))
    ranking, _, further = (
        made[folder / "README.md"].partition("## Quotes")[0].partition("F1 of the")
    )
    assert "| gold | 100.0" in ranking
    assert "| small |" not in ranking
    row = next(line for line in further.splitlines() if line.startswith("| small |"))
    assert row.startswith("| small | – | – | – | – | – | – |")
    assert json.loads(made[other / "result.json"])["scores"]["entities"]["ranked_by"] == "uner-3"


def test_the_published_leaderboard_is_what_its_predictions_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(ROOT / "eval/leaderboard", tmp_path / "leaderboard")
    entries, _ = rank(folder, open_corpus(ROOT / "corpus", "test"))
    assert {entry.card.name for entry in entries} == {"memory", "rules", "linear", "crf"}
    assert all(entry.scored for entry in entries)
    options = ["--corpus", str(ROOT / "corpus"), "--leaderboard", str(folder)]
    assert main(["rank", "--check", *options]) == 0
    board = capsys.readouterr().out
    for name in ("layers", "paragraphs"):
        assert board.count(f"| *pass of {name}* |") == 7
    assert "no system" in board


def test_an_annotators_pass_is_scored_and_no_system(
    folder: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    annotations = built.parent / "annotations"
    shutil.copytree(annotations / "gold", annotations / "exports/ana")
    for document in load(built, "test"):
        less = Document(document.article, document.entities[1:])
        files.write(annotations / f"exports/bo/{less.id}.json", dump_task(write_task(less)))
    (annotations / "exports/cy").mkdir()
    assert main(["rank", "--corpus", str(built), "--leaderboard", str(folder)]) == 0
    entities = capsys.readouterr().out.partition("## Quotes")[0]
    assert "| *pass of ana* | 100.0 | 100.0 | 100.0 |" in entities
    assert "| *pass of bo* | " in entities
    assert "pass of cy" not in entities
    assert entities.index("| gold |") < entities.index("*pass of ana*")


def test_a_pass_that_seqeval_counts_otherwise_stops_the_ranking(
    folder: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def differs(comparison: Comparison, scored: Score) -> list[str]:
        return [] if len(comparison.both.said.entities) else ["entities: a difference"]

    monkeypatch.setattr(Comparison, "differences", differs)
    corpus = open_corpus(built, "test")
    bare = [Document(document.article) for document in corpus.documents]
    with pytest.raises(DatelineError, match="ana: not what seqeval counts"):
        rank(folder, corpus, {"ana": bare})
