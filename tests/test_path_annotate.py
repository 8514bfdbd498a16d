"""The annotator's path of CONTRIBUTING.md, walked as it is written, on a real Label Studio."""

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from conftest import ROOT
from studio_server import Server
from test_studio import annotate, project_of, tasks_of

from dateline import Article, Document, Entity, Quote, Span, load
from dateline.cli import main
from dateline.corpus import read_articles
from dateline.documents import EntityLabel

Capture = pytest.CaptureFixture[str]

PATH = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Annotate\n")[2]
PATH = PATH.partition("\n## ")[0]
COMMANDS = [
    line.strip() for block in PATH.split("```")[1::2] for line in block.strip().splitlines()
]

TEXT = """\ufeffA fire on the quay in Gdansk burned two boats on Monday.\r
\r
“We lost both,” said Ana Ruiz. \r
"""


def said_next(capsys: Capture) -> str:
    """Return what the last line says is next."""
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("next: "), last
    return last.removeprefix("next: ")


def versions(article: Article) -> dict[str, Document]:
    """What each annotator makes of the fire: bo has seen no mention of the speaker."""

    def at(text: str) -> Span:
        start = article.text.index(text)
        return Span(start, start + len(text))

    def entity(text: str, label: EntityLabel) -> Entity:
        return Entity(at(text).start, at(text).end, label)

    speaker = entity("Ana Ruiz", "PERSON")
    entities = entity("Gdansk", "GPE"), entity("two", "CARDINAL"), entity("Monday", "DATE")
    quote = Quote((at("“We lost both,”"),), "DIRECT", at("said"), at("Ana Ruiz"))
    named = msgspec.structs.replace(quote, speakers=(speaker.bare(),))
    return {
        "ana": Document(article, (*entities, speaker), (named,)),
        "bo": Document(article, entities, (quote,)),
    }


def test_the_path_is_a_screen_and_a_half_at_most() -> None:
    assert len(PATH.strip().splitlines()) <= 42
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", PATH, re.M)]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.slow
def test_the_path_of_an_annotator_is_walked_as_written(
    server: Server, tiny: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Every command of CONTRIBUTING.md, on the second corpus, each the next of the one before."""
    monkeypatch.chdir(tiny)
    monkeypatch.setenv("LABEL_STUDIO_URL", server.access.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.access.token)
    corpus = tiny / "corpus"
    (corpus / "README.md").write_text("---\npretty_name: Walked path\n---\n", encoding="utf-8")
    for name in ("labels.xml", "guidelines.md"):
        (tiny / "annotations" / name).write_bytes((ROOT / "annotations" / name).read_bytes())
    for name in ("Makefile", "CHANGELOG.md", "CITATION.cff", "eval/leaderboard/README.md"):
        (tiny / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny / name).write_bytes((ROOT / name).read_bytes())
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "Before")

    def write_text() -> None:
        (tiny / "quay-fire.txt").write_bytes(TEXT.encode())

    def annotate_both() -> None:
        (article,) = (a for a in read_articles(corpus)[0] if a.id == "quay-fire")
        for name, document in versions(article).items():
            tasks = tasks_of(server, project_of(server, corpus, name))
            assert set(tasks) == {"quay-fire"}
            annotate(server, tasks["quay-fire"]["id"], document)

    def fill_in() -> None:
        sheet = (tiny / "sheet.txt").read_text("utf-8")
        assert sheet.count("\nchoice:\n") == 2
        sheet = sheet.replace("\nby:", "\nby: carla").replace("\nchoice:", "\nchoice: ana")
        (tiny / "sheet.txt").write_text(sheet.replace("\nrule:", "\nrule: E1"), "utf-8")

    def tell() -> None:
        changelog = tiny / "CHANGELOG.md"
        changelog.write_text(changelog.read_text("utf-8") + "\n- A fire.\n", encoding="utf-8")

    people: dict[str, Callable[[], None]] = {
        "dateline new": write_text,
        "dateline studio pull": annotate_both,
        "dateline annotations decide": fill_in,
        "make test": tell,
    }
    stated = ""
    for command in COMMANDS:
        if stated and command.startswith(("dateline", "make")):
            assert command.partition(" --topic")[0] in stated.replace("NAME NAME", "ana bo")
            stated = ""
        for words, by_hand in people.items():
            if command.startswith(words):
                by_hand()
        program, *arguments = shlex.split(command)
        if program == "git":
            git(*arguments)
        elif program == "make":
            run = (ROOT / ".ci/run").read_text()  # walks these on a clone
            for target in arguments:
                assert re.search(rf"^[A-Z_=,a-z ]*make {target}\b", run, re.M), target
        elif command == "dateline studio serve":
            assert "runs at" in server.printed, "by that command the server of the tests runs"
        elif program == "dateline":
            code = main(arguments)
            stated = said_next(capsys)
            # The dataset is not built of the article yet, and that is all.
            assert code == (1 if arguments == ["check"] else 0), command
        else:
            assert program == "export"
    assert not stated
    assert main(["check"]) == 0
    assert said_next(capsys) == "make leaderboard"
    gold = {document.id: document for document in load(corpus, "train")}["quay-fire"]
    assert gold == versions(gold.article)["ana"]
    assert gold.article.topic == "accident"
    assert git("status", "--porcelain").split() == ["??", "quay-fire.txt", "??", "sheet.txt"]
    committed = git("show", "--name-only", "--format=%s").split("\n")
    assert committed[0] == "An article on a fire on a quay"
    assert {
        "CHANGELOG.md",
        "annotations/decisions/quay-fire.jsonl",
        "annotations/exports/ana/quay-fire.json",
        "annotations/exports/bo/quay-fire.json",
        "annotations/gold/quay-fire.json",
        "corpus/articles.csv",
        "corpus/articles/quay-fire.txt",
        "corpus/data/documents/train-00000-of-00001.parquet",
    } <= set(committed)


def git(*arguments: str) -> str:
    who = {
        f"GIT_{role}_{of}": "a@b.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for of in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    run = subprocess.run(
        ["git", *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout
