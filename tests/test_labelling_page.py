"""The labelling page, as a person meets it: every key is another, and what is drawn is pulled."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from labelling_page import browsing, opened
from test_studio import exported, project_of, studio, tasks_of, write_corpus

from dateline import (
    ENTITY_LABELS,
    EVENT_TYPES,
    Argument,
    Article,
    Document,
    Entity,
    Quote,
    Span,
)
from dateline.adjudication import page_config
from dateline.corpus import read_articles
from dateline.labelstudio import Doubt, check_config, for_page, read_doubts, read_result

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from studio_server import Server

CONFIG = (ROOT / "annotations/labels.xml").read_text("utf-8")
KEYMAP = {"u", "enter", "escape", "backspace", "delete"}
"""Keys without Alt or Ctrl that Label Studio has for itself."""


def keys_of(config: str) -> list[str]:
    """The keys of labels and choices, as they are pressed."""
    view = ElementTree.fromstring(config)
    return [str(tag.get("hotkey")) for tag in view.iter() if tag.tag in ("Label", "Choice")]


@pytest.mark.parametrize("config", [CONFIG, page_config(CONFIG, ("ana", "bo"))])
def test_every_label_and_choice_has_a_key_of_its_own(config: str) -> None:
    keys = keys_of(config)
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert not KEYMAP & set(keys)
    assert all(re.fullmatch(r"(shift\+)?[a-z0-9]", key) for key in keys)


def test_every_relation_has_a_key_among_those_that_start_where_it_does() -> None:
    relations = list(ElementTree.fromstring(CONFIG).iter("Relation"))
    starts = [(tag.get("from"), tag.get("hotkey")) for tag in relations]
    assert len(set(starts)) == len(relations)
    assert {start for start, _ in starts} == {"quote", "event"}
    check_config(CONFIG)


def test_the_types_have_their_colour_and_their_name_in_the_text() -> None:
    style = ElementTree.fromstring(CONFIG).findtext("Style") or ""
    for label in (*ENTITY_LABELS, *EVENT_TYPES):
        assert f'[data-label$=":{label}"]::after {{ content: "{label}"; }}' in style
        assert style.count(f'[data-label$=":{label}"]') == 2
    view = ElementTree.fromstring(CONFIG)
    events = ",".join(EVENT_TYPES)
    applies = {tag.get("name"): tag.get("whenLabelValue") for tag in view.iter("Choices")}
    assert applies == {
        "kind": "QUOTE",
        "speaker": "QUOTE",
        "realis": events,
        "polarity": events,
        "doubt": None,
    }


def test_a_source_that_speaks_is_one_relation_with_two_names() -> None:
    article = Article("a", "“No,” said Ana Ruiz.")
    speaker = Span(11, 19)
    quote = Quote((Span(0, 5),), "DIRECT", Span(6, 10), speaker, (speaker,))
    document = Document(article, (Entity(11, 19, "PERSON"),), (quote,))
    result = for_page(document)
    said = [item["labels"] for item in result if item["type"] == "relation"]
    assert sorted(said) == [["cue"], ["source", "speaker"]]
    assert read_result(result, article) == (document, [])


@pytest.fixture(scope="module")
def browser(chromium: None, server: "Server") -> "Iterator[Page]":
    with browsing(server) as page:
        yield page


@pytest.mark.slow
def test_what_a_person_draws_is_what_a_pull_finds(
    server: "Server", browser: "Page", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (article,) = [a for a in read_articles(ROOT / "corpus")[0] if a.id == "putin-araghchi"]
    corpus = write_corpus(tmp_path, "labelling-page", [article])
    shutil.copy(ROOT / "annotations/guidelines.md", tmp_path / "annotations")
    assert studio(server, "push", corpus, "--annotators", "ana") == 0
    project = project_of(server, corpus, "ana")
    page = opened(browser, server, project, tasks_of(server, project)[article.id]["id"])

    shown = browser.locator(".lsf-richtext__container").evaluate("it => it.textContent")
    assert shown.strip() == article.text.strip().replace("\n", "")
    line = browser.locator(".lsf-richtext__line").first
    assert line.evaluate("it => getComputedStyle(it).whiteSpace") == "pre-wrap"

    browser.locator("button", has_text="Instructions").click()
    browser.get_by_role("heading", name="Annotation guidelines").wait_for()
    browser.keyboard.press("Escape")
    browser.locator(".dl-guidelines").wait_for(state="detached")
    person = browser.locator(".lsf-label", has_text="PERSON")
    browser.get_by_text("Entities", exact=True).click()
    person.wait_for(state="hidden")
    browser.get_by_text("Entities", exact=True).click()
    person.wait_for()

    start = article.text.index("“This absolutely")
    spoken = article.text[start : article.text.index(" Putin told")]
    page.draw("p", "PERSON", "Vladimir Putin")
    page.draw("p", "PERSON", "Putin", after="justification")
    page.draw("q", "QUOTE", spoken)
    page.draw("c", "CUE", "told")
    page.draw("g", "GPE", "Moscow", after="Foreign Minister")
    page.draw("Shift+M", "MEET", "meeting")
    page.draw("o", "ORG", "Kashmir Observer")

    page.select("no basis")
    page.choose("8", "DIRECT")
    page.choose("k", "NAMED")
    assert browser.locator('input[name="ACTUAL"]').is_hidden()
    page.relate("no basis", "told", "c")
    page.relate("no basis", "Putin", "s", "Enter", after="justification")
    page.relate("no basis", "Vladimir Putin", "k", "Enter")
    page.select("meeting")
    assert browser.locator('input[name="DIRECT"]').is_hidden()
    page.choose("i", "OTHER")
    page.relate("meeting", "Moscow", "l", after="Foreign Minister")
    page.select("Kashmir")
    page.choose("b", "DOUBT")
    browser.fill("input[name=note]", "a paper or its site?")
    browser.keyboard.press("Enter")
    browser.get_by_text("a paper or its site?").first.wait_for()
    with browser.expect_response(lambda r: "/annotations" in r.url and r.request.method == "POST"):
        browser.get_by_role("button", name="Submit").click()

    assert studio(server, "pull", corpus) == 0, capsys.readouterr()
    document = exported(corpus, "ana")[article.id]
    place = article.text.index("Foreign Minister")
    assert [(entity.bare(), entity.label) for entity in document.entities] == [
        (span_of(article, "Kashmir Observer"), "ORG"),
        (span_of(article, "Vladimir Putin"), "PERSON"),
        (span_of(article, "Moscow", place), "GPE"),
        (span_of(article, "Putin", article.text.index("justification")), "PERSON"),
    ]
    assert document.quotes == (
        Quote(
            (span_of(article, spoken),),
            "DIRECT",
            span_of(article, "told"),
            span_of(article, "Putin", article.text.index("justification")),
            (span_of(article, "Vladimir Putin"),),
        ),
    )
    (event,) = document.events
    assert (event.bare(), event.type, event.realis) == (
        span_of(article, "meeting"),
        "MEET",
        "OTHER",
    )
    moscow = span_of(article, "Moscow", place)
    assert event.arguments == (Argument(moscow.start, moscow.end, "PLACE"),)
    (file,) = (tmp_path / "annotations/exports/ana").iterdir()
    (annotation,) = json.loads(file.read_text("utf-8"))["annotations"]
    doubted = Doubt(span_of(article, "Kashmir Observer"), "a paper or its site?", "entity")
    assert read_doubts(annotation["result"]) == [doubted]


def span_of(article: Article, words: str, after: int = 0) -> Span:
    start = article.text.index(words, after)
    return Span(start, start + len(words))
