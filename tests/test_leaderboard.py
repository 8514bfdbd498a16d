import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from markdown_it import MarkdownIt

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
    assert json.loads(made[folder / "gold/result.json"]) == {"system": "gold", "scores": None}


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
        rank(tmp_path / "nowhere", open_corpus(built, "test"))


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


def changed(path: Path, **fields: str) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")


def better(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("0.", "0.9").replace("| 66", "| 96"), "utf-8")


def huge(path: Path) -> None:
    path.unlink()
    os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 2**30)


def blank(path: Path) -> None:
    path.write_bytes(b"\n" * 3 * 2**20)


def linked(path: Path) -> None:
    board = next(parent for parent in path.parents if parent.name == "leaderboard")
    elsewhere = board.with_name("elsewhere")
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("file", "tamper", "said"),
    [
        ("some/result.json", better, "some/result.json: not what the predictions score"),
        ("some/result.json", Path.unlink, "some/result.json: not what the predictions score"),
        ("some/result.json", huge, "some/result.json: not what the predictions score"),
        ("some/result.json", linked, "some/result.json: expected plain files"),
        ("README.md", better, "README.md: not what the predictions score"),
        ("README.md", linked, "README.md: expected a folder a system, README.md, nothing else"),
        ("some/predictions.jsonl", huge, "predictions.jsonl: longer than 2097152 bytes"),
        ("some/predictions.jsonl", blank, "predictions.jsonl: longer than 2097152 bytes"),
        ("some/predictions.jsonl", linked, "some/predictions.jsonl: expected plain files"),
        ("some/predictions.jsonl", fifo, "some/predictions.jsonl: expected plain files"),
        ("some/predictions.jsonl", Path.unlink, "some/predictions.jsonl: cannot be read"),
        ("some/system.json", Path.unlink, "some/system.json: cannot be read (No such file"),
        ("some/system.json", huge, "some/system.json: longer than 65536 bytes"),
        ("some/system.json", lambda p: changed(p, name="gold"), "name: 'gold'; expected 'some'"),
        (
            "some/system.json",
            lambda p: changed(p, digest="sha256:" + "0" * 64),
            "some/result.json: not what the predictions score",
        ),
        ("some/page.html", Path.touch, "some/page.html: expected plain files"),
        ("some/more", Path.mkdir, "some/more: expected plain files"),
        ("page.html", Path.touch, "page.html: expected a folder a system"),
        ("some", linked, "some: expected a folder a system"),
    ],
)
def test_what_is_handed_in_is_not_trusted(
    folder: Path,
    built: Path,
    capsys: pytest.CaptureFixture[str],
    file: str,
    tamper: Callable[[Path], None],
    said: str,
) -> None:
    shutil.copytree(folder / "gold", folder / "some")
    changed(folder / "some/system.json", name="some")
    options = ["--corpus", str(built), "--leaderboard", str(folder)]
    assert main(["rank", *options]) == 0
    assert main(["rank", "--check", *options]) == 0
    capsys.readouterr()
    tamper(folder / file)
    assert main(["rank", "--check", *options]) == 1
    out, err = capsys.readouterr()
    assert said in err
    assert (out, err.count("\n")) == ("", 1)


def test_a_false_digest_leaves_no_figure(folder: Path, built: Path) -> None:
    options = ["--corpus", str(built), "--leaderboard", str(folder)]
    changed(folder / "gold/system.json", digest="sha256:" + "0" * 64)
    (folder / "gold/result.json").write_text('{"system": "gold", "scores": {"f1": 1.0}}')
    assert main(["rank", *options]) == 0
    assert json.loads((folder / "gold/result.json").read_text())["scores"] is None
    assert "| gold | 1" not in (folder / "README.md").read_text()


@pytest.mark.parametrize(
    "name",
    [
        *("<img src=x>", "[x](javascript:1)", "a|b", "*pass of ana*", "a\nb", "../x", ".git"),
        *("", "ana ", "a\u202e", "x" * 41, "Ünal"),
    ],
)
def test_a_name_is_the_name_of_a_folder(folder: Path, built: Path, name: str) -> None:
    changed(folder / "gold/system.json", name=name)
    with pytest.raises(InvalidPrediction, match=r"gold/system\.json: name: .*; expected at most"):
        rank(folder, open_corpus(built, "test"))


def test_two_names_differ_by_more_than_case(folder: Path, built: Path) -> None:
    shutil.copytree(folder / "gold", folder / "Gold")
    changed(folder / "Gold/system.json", name="Gold")
    with pytest.raises(InvalidPrediction, match="two systems have one name"):
        rank(folder, open_corpus(built, "test"))


@pytest.mark.parametrize("said", ["", " ", "two\nlines", "x" * 301, "\x1b[2J", "turned \u202e"])
@pytest.mark.parametrize("field", ["description", "code", "trained_on", "licence"])
def test_a_field_of_a_card_is_a_line(folder: Path, built: Path, field: str, said: str) -> None:
    changed(folder / "gold/system.json", **{field: said})
    with pytest.raises(InvalidPrediction, match=rf"{field}: .*; expected one line"):
        rank(folder, open_corpus(built, "test"))


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script><b>",
        "![x](http://x/y.png) [a](javascript:1) [b]: c",
        "a | b | c \\| d \\",
        "*a* **b** _c_ ~~d~~ `e` $f$",
        "&lt;img&gt; &amp;",
        "# a",
    ],
)
def test_a_card_brings_no_markup_into_the_table(folder: Path, built: Path, said: str) -> None:
    changed(folder / "gold/system.json", description=said, licence=said)
    changed(folder / "gold/system.json", code="https://example.org/a_b/c?d=e&f=*")
    _, made = rank(folder, open_corpus(built, "test"))
    table = made[folder / "README.md"].partition("## Systems")[2]
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(table)
    cells = re.findall(r"<td>(.*?)</td>", html)
    link = "https://example.org/a_b/c?d=e&amp;f=*"
    text = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert cells == ["gold", text, "test", f'<a href="{link}">{link}</a>', text]
