import io
from pathlib import Path

import pytest
from rich.console import Console

from dateline import load
from dateline.cli import main
from dateline.viewer import paint


def test_layers_can_be_told_apart_without_colour(built: Path) -> None:
    gold = next(document for document in load(built) if document.id == "lake-ferry")
    said = "\n".join(line.plain for line in paint(gold))
    assert "late Sunday⟨TIME⟩ 🚢" in said
    assert "sank⟨DISASTER⟩" in said
    assert "INDIRECT unnamed “police” said: The ferry Möwe sank on Lake Sarn late Sunday" in said
    assert "JUSTICE OTHER NEGATIVE charge (patient Jo\u0301zef Lutz)" in said
    assert said.index("DISASTER sank") < said.index("“We warned⟨THREATEN⟩")


def test_layers_are_painted_where_there_is_colour(built: Path) -> None:
    gold = next(document for document in load(built) if document.id == "lake-ferry")
    console = Console(force_terminal=True, width=200, record=True, file=io.StringIO())
    for line in paint(gold):
        console.print(line)
    plain, styled = console.export_text(clear=False), console.export_text(styles=True)
    assert styled.count("\x1b[") > plain.count("⟨")


def test_show_finds_an_article_in_any_split(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "harbour-prize", "--corpus", str(built)]) == 0
    said = capsys.readouterr().out
    assert "Ana Ruiz⟨PERSON⟩" in said
    assert "\x1b" not in said
    assert main(["show", "nothing", "--corpus", str(built)]) == 1
    assert "no article 'nothing'" in capsys.readouterr().err
