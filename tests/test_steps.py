"""What each command says is next, in every state there is."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from dateline import Document, Entity
from dateline.cli import main, steps
from dateline.corpus import read_articles
from dateline.labelstudio import dump_task, write_task
from dateline.studio.pull import Pulled, State

Capture = pytest.CaptureFixture[str]


def said_next(capsys: Capture) -> str:
    """Return what the last line says is next."""
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("next: "), last
    return last.removeprefix("next: ")


def on_the_lake(label: str) -> Document:
    """The article on the ferry with one entity, where it was written."""
    (article,) = (a for a in read_articles(Path("corpus"))[0] if a.id == "lake-ferry")
    start = article.text.index("LUCERNE")
    return Document(article, (Entity(start, start + 7, label),))  # type: ignore[arg-type]


FOLDERS = {"corpus": "corpus", "annotations": None, "data": None, "articles": None}


@pytest.fixture
def two(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second corpus, the working directory, with exports of two who agree on two articles."""
    monkeypatch.chdir(tiny)
    for article in read_articles(tiny / "corpus")[0][:2]:
        for name in ("ana", "bo"):
            export(Document(article), name)
    return tiny


def export(document: Document, name: str) -> None:
    path = Path("annotations/exports", name, f"{document.id}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump_task(write_task(document)), "utf-8")


def pulled(*states: tuple[str, str, State]) -> list[Pulled]:
    return [Pulled(*state) for state in states]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [("ana", "lake-ferry", "wrong"), ("bo", "lake-ferry", "new")],
            "settle what is wrong or newer here, then dateline studio pull",
        ),
        (
            [("ana", "quiet-vote", "open"), ("bo", "quiet-vote", "skipped")],
            "annotate and submit what is left (1 open, 1 skipped), then dateline studio pull",
        ),
        ([("ana", "lake-ferry", "same"), ("bo", "lake-ferry", "same")], "dateline check"),
        (
            [("ana", "lake-ferry", "new"), ("bo", "lake-ferry", "same")],
            "dateline agree ana bo --articles lake-ferry",
        ),
        (
            [("ana", "lake-ferry", "new"), ("bo", "harbour-prize", "changed")],
            "dateline agree ana bo",
        ),
        (
            [("ana", "lake-ferry", "new"), ("bo", "quiet-vote", "unfinished")],
            "1 unfinished; meanwhile dateline agree ana bo --articles lake-ferry",
        ),
    ],
)
def test_what_is_next_after_a_pull(
    two: Path, rows: list[tuple[str, str, State]], said: str
) -> None:
    assert steps.after_pull(Namespace(**FOLDERS), pulled(*rows)) == said


def test_what_is_next_after_a_pull_without_gold(two: Path, capsys: Capture) -> None:
    (two / "annotations/gold/lake-ferry.json").unlink()
    rows = pulled(("ana", "lake-ferry", "same"), ("bo", "lake-ferry", "same"))
    options = Namespace(**FOLDERS)
    assert steps.after_pull(options, rows) == "dateline agree ana bo --articles lake-ferry"
    assert main(["check"]) == 1
    assert said_next(capsys) == "dateline agree ana bo --articles lake-ferry"
    export(on_the_lake("LOC"), "aaron")
    assert steps.after_pull(options, rows) == "dateline agree ana bo --articles lake-ferry"
    for name in ("aaron", "bo"):
        (two / f"annotations/exports/{name}/lake-ferry.json").unlink()
    assert steps.after_pull(options, rows[:1]) == (
        "a second annotator, with dateline studio push --articles lake-ferry --annotators NAME"
    )


def test_many_articles_are_not_named_one_by_one(two: Path) -> None:
    many = [f"article-{number}" for number in range(13)]
    options = Namespace(**FOLDERS)
    assert steps.to_annotate(options, many[1:]).count("article-") == 12
    assert steps.to_annotate(options, many) == (
        "dateline studio push --articles ID --annotators NAME NAME"
    )


def test_folders_that_were_named_are_named_again(two: Path) -> None:
    options = Namespace(corpus="a corpus", annotations="other", data="here", articles=None)
    assert steps.after_push(options) == (
        "annotate and submit there, then dateline studio pull --corpus 'a corpus' "
        "--annotations other --data here"
    )
    assert steps.command(options, "check") == (
        "dateline check --corpus 'a corpus' --annotations other"
    )


def test_what_is_next_from_agreement_to_gold(two: Path, capsys: Capture) -> None:
    (two / "annotations/guidelines.md").write_text("- **E1.** A rule.\n")
    for path in (two / "annotations/gold").iterdir():
        path.unlink()
    assert main(["agree", "ana", "bo"]) == 0
    sheet = "dateline agree ana bo --worksheet sheet.txt"
    assert said_next(capsys) == f"no disagreement; gold is made by {sheet}"

    export(on_the_lake("LOC"), "bo")
    both = "dateline agree ana bo --worksheet"
    for more in ([], ["--list"]):
        assert main(["agree", "ana", "bo", *more]) == 0
        assert said_next(capsys) == (
            "dateline agree ana bo --worksheet sheet.txt, or dateline studio adjudicate ana bo"
        )
    assert main(["agree", "ana", "bo", "--articles", "lake-ferry"]) == 0
    assert said_next(capsys).startswith(f"{both} sheet.txt --articles lake-ferry, or dateline stu")
    assert main(["agree", "annotations/exports/ana", "bo"]) == 0
    assert said_next(capsys) == "dateline agree annotations/exports/ana bo --worksheet sheet.txt"
    assert main(["agree", "ana", "bo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]

    assert main(["agree", "ana", "bo", "--worksheet", "sheet.txt"]) == 0
    assert said_next(capsys) == "fill it in, then dateline annotations decide sheet.txt"
    assert main(["agree", "ana", "bo"]) == 0
    assert said_next(capsys).startswith(f"{both} sheet2.txt, or ")
    filled = Path("sheet.txt").read_text("utf-8").replace("\nby:", "\nby: carla")
    Path("sheet.txt").write_text(filled, "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 1
    assert said_next(capsys) == (
        "settle what is said above, then dateline annotations decide sheet.txt"
    )
    filled = filled.replace("\nchoice:", "\nchoice: bo").replace("\nrule:", "\nrule: E1")
    Path("sheet.txt").write_text(filled, "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 0
    assert said_next(capsys) == "dateline check"
    assert main(["agree", "ana", "bo"]) == 0
    assert said_next(capsys) == "dateline check"
    # What was decided on an older version is not decided.
    export(on_the_lake("GPE"), "bo")
    assert main(["agree", "ana", "bo"]) == 0
    assert said_next(capsys).startswith(both)


def test_what_is_next_from_check_to_commit(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tiny)
    assert main(["check"]) == 1
    assert said_next(capsys) == "dateline build"
    assert main(["build", "--check"]) == 1
    assert said_next(capsys) == "dateline build"
    assert main(["build"]) == 0
    assert said_next(capsys) == "commit the corpus and its annotations"
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["check"]) == 0
    assert said_next(capsys) == "commit the corpus and its annotations"
    assert main(["check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []

    gold = tiny / "annotations/gold/quiet-vote.json"
    before = gold.read_text("utf-8")
    gold.unlink()
    for command in ("check", "build"):
        assert main([command]) == 1
        assert said_next(capsys) == (
            "dateline studio push --articles quiet-vote --annotators NAME NAME"
        )
    gold.write_text("{", "utf-8")
    for command in ("check", "build"):
        assert main([command]) == 1
        assert said_next(capsys) == "see to the 1 error above, then dateline check"
    gold.write_text(before, "utf-8")
    (tiny / "annotations/exceptions.csv").write_text(
        "finding,article,text,reason\nlabel-varies,lake-ferry,Keller,none\n"
    )
    assert main(["check"]) == 0
    assert said_next(capsys) == "see to the 1 warning above, then dateline check"
