"""Pictures: made of gold, readable by everybody, and by what has no eyes."""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from hypothesis import given
from strategies import documents

from dateline import Document, InvalidCorpus, load, paragraphs
from dateline.cli import main
from dateline.documents import ENTITY_LABELS
from dateline.viewer import draw
from dateline.viewer.layout import MARGIN, WIDTH
from dateline.viewer.picture import DARK, FAMILIES, LIGHT, Colours

SVG = "{http://www.w3.org/2000/svg}"


def words(picture: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(picture).findall(f"{SVG}text")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_picture_of_the_readme_is_what_gold_makes(name: str, tmp_path: Path) -> None:
    made = tmp_path / "made.svg"
    command = ["show", "putin-araghchi", "--paragraphs", "3", "--svg", str(made)]
    dark = ["--dark"] * (name == "dark")
    assert main([*command, *dark, "--corpus", str(ROOT / "corpus")]) == 0
    committed = ROOT / f"corpus/paragraph-{name}.svg"
    assert made.read_text("utf-8") == committed.read_text("utf-8"), "make leaderboard draws it"


def test_the_picture_shows_all_layers_and_says_what_it_shows() -> None:
    gold = next(d for d in load(ROOT / "corpus") if d.id == "putin-araghchi")
    root = ElementTree.fromstring(draw(gold, [3]))
    shown = {text.text for text in root.findall(f"{SVG}text")}
    assert {"PERSON", "GPE", "ATTACK", "MEET · OTHER", "patient", "source", "cue"} <= shown
    assert {"quote, speaker: Vladimir Putin", "quote, continued"} <= shown
    assert root.get("role") == "img"
    title, description = (root.findtext(f"{SVG}{name}") or "" for name in ("title", "desc"))
    assert "putin-araghchi" in title
    assert "Putin (PERSON)" in description
    assert "Quote: DIRECT Vladimir Putin “Putin” told: “This absolutely" in description
    assert "Event: ATTACK aggression (patient Iran)." in description
    assert "MENAFN" not in description


@given(documents())
def test_everything_is_drawn_once_and_nothing_over_the_edge(document: Document) -> None:
    picture = draw(document)
    assert picture == draw(document)
    texts = [word for word in words(picture) if word.get("font-size") == "19"]
    lines = [document.text[start:end] for start, end in paragraphs(document.text)]
    assert (
        "".join(word.text or "" for word in texts).split()
        == "".join("".join(line.split()) for line in lines).split()
    )
    for word in words(picture):
        left, width = float(word.get("x", "nan")), float(word.get("textLength", "nan"))
        assert left >= MARGIN - 30
        assert left + width <= WIDTH
    for label in document.entities:
        assert label.label in {word.text for word in words(picture)}


def test_nothing_is_loaded_from_elsewhere() -> None:
    gold = next(d for d in load(ROOT / "corpus") if d.id == "putin-araghchi")
    assert set(re.findall(r"[a-z]+://[^\"' ]+", draw(gold))) == {"http://www.w3.org/2000/svg"}


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_every_ink_is_legible(colours: Colours) -> None:
    """WCAG 2.2, level AA: 4.5 to 1."""
    pairs = [colours.quote, colours.event, *colours.families]
    for ground, ink in pairs:
        assert contrast(ground, ink) >= 4.5, ink
        assert contrast(ground, colours.text) >= 7, ground
        assert contrast(colours.paper, ink) >= 4.5, ink
    assert contrast(colours.paper, colours.note) >= 4.5


def test_every_label_has_a_colour() -> None:
    assert sorted(itertools.chain.from_iterable(FAMILIES)) == sorted(ENTITY_LABELS)


def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = load(built)[0]
    with pytest.raises(InvalidCorpus, match=r"paragraphs 0, 99; expected 1 to \d"):
        draw(gold, [0, 99])
    picture = tmp_path / "a.svg"
    command = ["show", gold.id, "--corpus", str(built)]
    assert main([*command, "--svg", str(picture), "--paragraphs", "99"]) == 1
    assert "expected 1 to" in capsys.readouterr().err
    assert not picture.exists()
    with pytest.raises(SystemExit) as caught:
        main([*command, "--dark"])
    assert caught.value.code == 2
