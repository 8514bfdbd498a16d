"""What the documents say is so."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from conftest import ROOT

import dateline
from dateline.adjudication import read_annotators
from dateline.cli import main, parser
from dateline.corpus import card, read_source
from dateline.predictions import as_prediction

README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = (ROOT / "eval/README.md").read_text("utf-8")


def commands(
    of: argparse.ArgumentParser, name: str = "dateline"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command that runs, with its parser."""
    groups = [a for a in of._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield name, of
    for group in groups:
        for word, sub in group.choices.items():
            yield from commands(sub, f"{name} {word}")


def test_the_tree_of_the_readme_is_there_and_whole() -> None:
    tree = README.partition("## What is where")[2].split("```")[1]
    named: set[str] = set()
    parent = ""
    for line in tree.strip().splitlines():
        name = line.split()[0]
        parent = parent if line.startswith(" ") else name
        named.add(parent + name if line.startswith(" ") else name)
    for name in named:
        assert (ROOT / name).is_dir() if name.endswith("/") else (ROOT / name).is_file(), name
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tops = {line.partition("/") for line in listed.stdout.splitlines()}
    visible = {top + slash for top, slash, _ in tops if not top.startswith(".")}
    assert {name for name in named if name.count("/") == name.endswith("/")} == visible


def test_every_command_is_documented_and_has_help() -> None:
    documented = set(re.findall(r"^\| `(dateline(?: [a-z-]+)+)", REFERENCE, re.M))
    assert documented == {name for name, _ in commands(parser())}
    for _, command in commands(parser()):
        assert command.description
        for action in command._actions:
            assert action.help, (command.prog, action.dest)


def test_commands_in_documents_are_ones_that_exist() -> None:
    names = {name for name, _ in commands(parser())}
    for path in ROOT.rglob("*.md"):
        if ".venv" in path.parts:
            continue
        for line in re.findall(r"dateline (?:annotations )?[a-z][a-z-]+", path.read_text("utf-8")):
            if line in ("dateline annotations", "dateline score", *names):
                continue
            assert not line.startswith("dateline annotations "), (path, line)


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    said = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for target in re.findall(r"make ([a-z]+)(?=`|  )", said):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_output_in_the_readme_is_that_of_the_command() -> None:
    """Every line shown is one of the board, in its order; what is left out is marked."""
    shown = README.partition("$ make leaderboard")[2].partition("$ make test")[0]
    pieces = [piece.strip() for piece in shown.partition("\n")[2].split("…\n")]
    rest = (ROOT / "eval/leaderboard/README.md").read_text("utf-8")
    assert pieces[0] == pieces[-1] == ""  # the beginning and the end are left out, too
    assert len(pieces) > 4
    for piece in pieces[1:-1]:
        _, found, rest = rest.partition(f"\n{piece}\n")
        assert found, f"not what make leaderboard prints, or not there: {piece}"


def test_the_readme_quotes_what_was_measured() -> None:
    report = (ROOT / "eval/BENCHMARKS.md").read_text("utf-8").partition("\n## Scoring\n")[2]
    measured = report.partition("\n**10,000 articles**, 2,0")[2].partition("\n**")[0]
    ways = ("entities, objects", "entities, Arrow columns", "all scores, JSON lines")
    times = [
        round(float(row))
        for way in ways
        for row in re.findall(rf"^\| {way} \| [^|]* \| ([0-9.]+) \(", measured, re.M)
    ]
    (said,) = re.findall(r"On 10,000 articles, two million tokens, (.*?)\)", README, re.S)
    assert [int(number) for number in re.findall(r"(\d+) times as long", said)] == times
    assert len(times) == len(ways)


def test_the_readme_loads_and_scores(tmp_path: Path) -> None:
    code = README.partition("```python\n")[2].partition("```")[0]
    assert len(code.split("\n\n")) == 2
    assert len([line for line in code.splitlines() if line]) == 3
    code += "assert 'quotes' in articles['test'].column_names\n"
    code += "assert 'tags' in tokens['train'].column_names\n"
    environment = {**os.environ, "HF_DATASETS_CACHE": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    (command,) = re.findall(r"```\ndateline (score .*)\n```", README)
    arguments = [str(ROOT / word) if "/" in word else word for word in command.split()]
    assert main([*arguments, "--corpus", str(ROOT / "corpus")]) == 0


def test_the_first_screen_of_the_readme() -> None:
    """What it is, how it looks, the two commands, loading and scoring, before the first door."""
    first, _, doors = README.partition("\n## Load\n")
    assert len(first.splitlines()) <= 50
    said = ["<picture>", "$ make leaderboard", "$ make test", "load_dataset(", "dateline score"]
    places = [first.index(what) for what in said]
    assert places == sorted(places)
    assert re.findall("^## (.*)", doors, re.M)[:2] == ["Evaluate", "Annotate"]
    for picture in re.findall(r'(?:src|srcset)="([^"]+)"', first):
        assert (ROOT / picture).is_file()


def test_links_between_documents_lead_somewhere() -> None:
    for path in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md")):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text("utf-8")):
            assert target.startswith("http") or (path.parent / target).exists(), (path, target)


def test_public_names_are_listed_sorted_and_documented() -> None:
    assert sorted(dateline.__all__, key=lambda n: (not n.isupper(), not n[0].isupper(), n)) == list(
        dateline.__all__
    )
    for name in dateline.__all__:
        assert hasattr(dateline, name)
        if not name.isupper() and name != "Extractor":
            assert getattr(dateline, name).__doc__, name


@pytest.mark.parametrize(
    "package",
    [
        *("dateline", "dateline.documents", "dateline.corpus"),
        *("dateline.system", "dateline.leaderboard", "dateline.studio"),
    ],
)
def test_what_a_package_lists_is_what_it_has(package: str) -> None:
    module = import_module(package)
    folder = {path.stem for path in Path(module.__path__[0]).iterdir()}
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in folder and not isinstance(value, ModuleType)
    }
    own = {n for n in public if getattr(vars(module)[n], "__module__", package).startswith(package)}
    assert own <= set(module.__all__)
    assert set(module.__all__) <= public | folder


def test_the_layers_of_the_reference_are_the_modules() -> None:
    table = REFERENCE.partition("## Layers")[2].partition("##")[0]
    modules = {
        path.stem
        for path in (ROOT / "eval/dateline").iterdir()
        if not path.name.startswith(("_", "py"))
    }
    named = re.findall(r"`([a-z]+)`", table.partition("| --- |")[2])
    assert set(named) - {"dateline"} == modules


def test_the_predictions_of_the_reference_are_read() -> None:
    from dateline.documents.strictjson import loads

    example = loads(REFERENCE.partition("```json\n")[2].partition("```")[0])
    article = dateline.Article("an-article", "x" * 800)
    said = as_prediction(example, {"an-article": article})
    assert said.quotes
    assert said.events


def test_the_card_tells_who_made_it() -> None:
    front, prose = card.read(ROOT / "corpus")
    assert front["license"] == "other"
    assert (ROOT / "corpus" / front["license_link"]).is_file()
    assert "language models wrote them" in prose
    people = "person" in read_annotators(ROOT / "annotations").values()
    assert ("No person has annotated" in prose) != people
    source = read_source(ROOT / "corpus", ROOT / "annotations")
    for article_id in source.provisional:
        assert f"`{article_id}`" in prose.partition(card.BEGIN)[2]


def test_the_citation_has_the_version_of_the_data() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    front, _ = card.read(ROOT / "corpus")
    assert citation["version"] == front["version"]
    assert f"### {front['version']}" in (ROOT / "CHANGELOG.md").read_text()
