"""Two versions and decisions make one; whatever road the decisions came by."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from conftest import ROOT, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import versions

from dateline import Article, Document, InvalidAnnotation, Span
from dateline.adjudication import (
    AMENDMENT,
    Choice,
    Outcome,
    adjudicate,
    agreed,
    page_config,
    page_task,
    read_page,
    read_worksheet,
    settle,
    unexplained,
    write_worksheet,
)
from dateline.agreement import (
    Disagreement,
    Version,
    by_kind,
    disagreements,
    listing,
)
from dateline.labelstudio import Doubt, write_task
from dateline.textform import from_lines, to_lines

NAMES = ("ana", "bo")
Versions = tuple[Document, Document]


@settings(max_examples=examples(500))
@given(versions())
def test_whoever_is_chosen_throughout_is_what_comes_out(both: Versions) -> None:
    found = disagreements(*both, NAMES)
    for name, document in zip(NAMES, both, strict=True):
        decided = {one.key: one.versions[name] for one in found}
        assert settle(*both, decided) == document


@settings(max_examples=examples(300))
@given(versions())
def test_versions_disagree_where_they_differ_and_nowhere_else(both: Versions) -> None:
    found = disagreements(*both, NAMES)
    assert bool(found) == (both[0] != both[1])
    assert len({one.key for one in found}) == len(found)
    turned = disagreements(both[1], both[0], NAMES[::-1])
    assert sorted(one.key for one in turned) == sorted(one.key for one in found)
    assert disagreements(both[0], both[0], NAMES) == []
    for one in found:
        assert one.versions["ana"] != one.versions["bo"]


@settings(max_examples=examples(300))
@given(versions())
def test_lines_come_back(both: Versions) -> None:
    for document in both:
        assert from_lines(to_lines(document), document.article) == document


@settings(max_examples=examples(200))
@given(versions())
def test_a_worksheet_comes_back_and_gives_what_was_chosen(both: Versions) -> None:
    article = both[0].article
    found = disagreements(*both, NAMES)
    sheet = write_worksheet({"ana": "a", "bo": "b"}, [(article, found)], {})
    empty = read_worksheet(sheet, [article])
    assert empty.versions == {"ana": "a", "bo": "b"}
    assert [(c.layer, c.part, c.span) for c in empty.choices[article.id]] == [d.key for d in found]
    assert settled(both, empty.choices[article.id]).problems == [*settled(both, []).problems], (
        "an empty worksheet decides nothing"
    )
    filled = read_worksheet(sheet.replace("\nchoice:", "\nchoice: bo"), [article])
    outcome = settled(both, filled.choices[article.id])
    assert outcome.document == both[1]
    again = write_worksheet({"ana": "a", "bo": "b"}, [(article, found)], {article.id: outcome[2]})
    assert settled(both, read_worksheet(again, [article]).choices[article.id]) == outcome


def settled(both: Versions, choices: Sequence[Choice], doubts: Sequence[Doubt] = ()) -> Outcome:
    return adjudicate(both[0].article, made(both, doubts), choices, "carla")


def on_page(task: dict[str, Any], choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """The result of a task on which a person has made these choices."""
    result: list[dict[str, Any]] = list(task["annotations"][0]["result"])
    regions = [item for item in result if item.get("from_name") == "decide"]
    for number, choice in enumerate(choices):
        where = {"start": choice.span.start, "end": choice.span.end}
        id = f"{choice.layer}-{choice.part}-{choice.span.start}-{choice.span.end}"
        if id not in {item["id"] for item in regions}:
            id = f"own{number}"
            result.append(item_of(id, "decide", "labels", {**where, "labels": ["DECIDE"]}))
            result.append(item_of(id, "layer", "choices", {**where, "choices": [choice.layer]}))
        said = {"value": "\n".join(choice.value), "rule": choice.rule, "reason": choice.reason}
        result.append(item_of(id, "choice", "choices", {**where, "choices": [choice.choice]}))
        for name, value in said.items():
            if value:
                result.append(item_of(id, name, "textarea", {**where, "text": [value]}))
    return result


def item_of(id: str, name: str, type: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "from_name": name, "to_name": "text", "type": type, "value": value}


def made(both: Versions, doubts: Sequence[Doubt] = ()) -> list[Version]:
    return [
        Version(name, {document.id: document}, {document.id: list(doubts)})
        for name, document in zip(NAMES, both, strict=True)
    ]


@settings(max_examples=examples(200))
@given(versions(), st.randoms())
def test_both_roads_give_the_same(both: Versions, random: Random) -> None:
    article = both[0].article
    found = disagreements(*both, NAMES)
    choices = [
        Choice(*one.key, random.choice(NAMES), (), "E1", random.choice(["", "a reason"]))
        for one in found
    ]
    sheet = settled(both, choices)
    task = page_task(article, made(both))
    page = read_page(on_page(task, choices), article, made(both))
    assert page.problems == []
    assert settled(both, page.choices) == sheet
    common = agreed(*both)
    assert page.drawn == common
    if sheet.document is not None:
        assert unexplained(page.drawn, sheet.document, common) == []
    untouched = read_page(task["annotations"][0]["result"], article, made(both))
    assert settled(both, untouched.choices).problems == settled(both, []).problems


ARTICLE = Article("a", "Oslo blamed Bo. “No,” said Bo Lind. He and Oslo met.")
ANA = """GPE [Oslo]#1
PERSON [Bo Lind]
DIRECT [“No,”]
  cue [said]
  source [Bo Lind]
  speaker [Bo Lind]
ACCUSE [blamed]
  agent [Oslo]#1
  patient [Bo]#1
MEET [met]
  agent [He]"""
BO = """ORG [Oslo]#1
PERSON [Bo Lind]
PERSON [Bo]#1
INDIRECT [“No,” said]
  speaker UNNAMED
ACCUSE OTHER [blamed]
  agent [Oslo]#1
  patient [Bo]#1
MEET [met]
  agent [He]
  agent [Oslo]#2"""
BOTH = from_lines(ANA.split("\n"), ARTICLE), from_lines(BO.split("\n"), ARTICLE)


def test_every_kind_of_disagreement_is_told_apart() -> None:
    found = disagreements(*BOTH, NAMES)
    assert [(d.layer, d.part, d.kind, d.versions["ana"], d.versions["bo"]) for d in found] == [
        ("entities", "head", "label", ("GPE [Oslo]#1",), ("ORG [Oslo]#1",)),
        ("entities", "cluster", "missing", (), ("PERSON [Bo]#1",)),
        (
            "quotes",
            "head",
            "boundary and label",
            ("DIRECT [“No,”]",),
            ("INDIRECT [“No,” said]",),
        ),
        ("quotes", "cue", "part", ("cue [said]",), ()),
        ("quotes", "source", "part", ("source [Bo Lind]",), ()),
        ("quotes", "speaker", "part", ("speaker [Bo Lind]",), ("speaker UNNAMED",)),
        ("events", "realis", "part", ("ACTUAL",), ("OTHER",)),
        ("events", "agent", "part", ("agent [He]",), ("agent [He]", "agent [Oslo]#2")),
    ]
    assert list(by_kind(found)) == [
        "entities: label",
        "entities: missing",
        "quotes: boundary and label",
        "quotes: cue",
        "quotes: source",
        "quotes: speaker",
        "events: agent",
        "events: realis",
    ]
    said = "\n".join(listing(found, {"a": ARTICLE}))
    assert "  a: [Oslo] blamed Bo. “No,” said Bo Lind. He and O…\n    ana: GPE [Oslo]#1\n" in said
    assert said.endswith("8 disagreements")
    assert Span(0, 300).in_context("x" * 300) == f"[{'x' * 40} … {'x' * 40}]"


def choose(found: Sequence[Disagreement], **other: tuple[str, ...]) -> list[Choice]:
    """Bo throughout, but for the parts named, which are written out."""
    return [
        Choice(d.layer, d.part, d.span, "other", other[d.part], "E1")
        if d.part in other
        else Choice(d.layer, d.part, d.span, "bo", (), "E1")
        for d in found
    ]


def test_what_neither_has_can_be_written() -> None:
    found = disagreements(*BOTH, NAMES)
    chosen = choose(found, agent=("agent [He]", "theme [Bo]#1"))
    (problem,) = settled(BOTH, chosen).problems
    assert problem.startswith("a: events at 48: lines ('agent [He]', 'theme [Bo]#1') as agent")
    chosen = choose(found, speaker=("speaker [Bo Lind]",), agent=("agent [He and Oslo]",))
    document = settled(BOTH, chosen).document
    assert document is not None
    assert [a.of(ARTICLE.text) for a in document.events[1].arguments] == ["He and Oslo"]
    assert [s.of(ARTICLE.text) for s in document.quotes[0].speakers] == ["Bo Lind"]


def test_amendments_replace_what_both_have() -> None:
    found = disagreements(*BOTH, NAMES)
    place = Span(27, 34)
    amended = [
        *choose(found),
        Choice("entities", AMENDMENT, place, "other", ("ORG [Bo Lind]",), "E9", "a firm"),
    ]
    outcome = settled(BOTH, amended)
    assert outcome.document is not None
    assert outcome.document.entities[2].label == "ORG"
    last = outcome.decisions[-1]
    assert last.versions == {"ana": ("PERSON [Bo Lind]",), "bo": ("PERSON [Bo Lind]",)}
    assert last.by == "carla"
    struck = [*choose(found), Choice("entities", AMENDMENT, place, "neither", (), "E9")]
    gone = settled(BOTH, struck).document
    assert gone is not None
    assert len(gone.entities) == 2


@pytest.mark.parametrize(
    ("part", "choice", "said"),
    [
        ("head", Choice("entities", "head", Span(0, 4), "carla"), "choice 'carla'; expected ana"),
        ("head", Choice("entities", "head", Span(0, 4), ""), "undecided: entities head (label)"),
        ("head", Choice("entities", "head", Span(0, 4), "other"), "but nothing below it"),
        (
            "head",
            Choice("entities", "head", Span(0, 4), "other", ("GPE [Paris]",)),
            "'Paris' does not occur",
        ),
        (
            "head",
            Choice("entities", "head", Span(0, 4), "other", ("MEET [met]",)),
            "annotations of another layer",
        ),
        (
            "head",
            Choice("entities", "head", Span(0, 4), "other", ("GPE [Oslo]#1", "GPE [Oslo]#2")),
            "expected one annotation without its parts",
        ),
        ("cue", Choice("quotes", "cue", Span(0, 3), "ana"), "no such disagreement"),
        ("realis", Choice("events", "realis", Span(5, 11), "neither"), "expected a value"),
        (
            "realis",
            Choice("events", "realis", Span(5, 11), "other", ("MAYBE",)),
            "expected one of",
        ),
        (
            "speaker",
            Choice("quotes", "speaker", Span(16, 26), "other", ("speaker [He]",)),
            "speaker 'He' is no mention",
        ),
    ],
)
def test_a_choice_that_cannot_be_is_named(part: str, choice: Choice, said: str) -> None:
    found = disagreements(*BOTH, NAMES)
    chosen = [c for c in choose(found) if (c.layer, c.part) != (choice.layer, part)] + [choice]
    outcome = settled(BOTH, chosen)
    assert outcome.document is None
    assert any(said in problem for problem in outcome.problems), outcome.problems


def test_the_parts_of_what_is_dropped_need_no_decision() -> None:
    found = disagreements(*BOTH, NAMES)
    chosen = [
        c._replace(choice="neither") if (c.layer, c.part) == ("quotes", "head") else c
        for c in choose(found)
        if c.layer != "quotes" or c.part == "head"
    ]
    document = settled(BOTH, chosen).document
    assert document is not None
    assert document.quotes == ()


def test_what_an_annotator_doubted_is_asked_although_both_agree() -> None:
    doubt = Doubt(Span(27, 34), "a firm?", "entity")
    same = (BOTH[0], BOTH[0])
    (found,) = disagreements(*same, NAMES, [doubt])
    assert (found.kind, found.notes) == ("doubt", ("doubt: a firm?",))
    assert "undecided" in settled(same, [], [doubt]).problems[0]


def test_a_missing_decision_is_no_document() -> None:
    with pytest.raises(InvalidAnnotation, match="head is undecided"):
        settle(*BOTH, {})


def drawn(lines: str, new: str = "new") -> list[dict[str, Any]]:
    """Items of the page for annotations that a person has drawn."""
    result: list[dict[str, Any]] = write_task(from_lines(lines.split("\n"), ARTICLE))[
        "annotations"
    ][0]["result"]
    renamed = {item["id"]: f"{new}-{item['id']}" for item in result if "id" in item}
    return [
        {**item, **{k: renamed[item[k]] for k in ("id", "from_id", "to_id") if k in item}}
        for item in result
    ]


def test_on_the_page_other_may_be_drawn() -> None:
    found = disagreements(*BOTH, NAMES)
    chosen = [
        Choice(d.layer, d.part, d.span, "other" if d.layer == "quotes" else "bo", (), "E1")
        for d in found
    ] + [Choice("events", AMENDMENT, Span(35, 37), "other", (), "V3")]
    task = page_task(ARTICLE, made(BOTH))
    extra = drawn("PERSON [Bo Lind]\nDIRECT [“No,” said]\n  cue [said]\n  speaker [Bo Lind]")
    extra += drawn("MOVE [He]\n  agent [Oslo]#1", "newer")
    result = [*on_page(task, chosen), *extra]
    page = read_page(result, ARTICLE, made(BOTH))
    assert page.problems == []
    by_hand = [
        c._replace(value=v)
        for c, v in zip(
            chosen,
            [
                (),
                (),
                ("DIRECT [“No,” said]",),
                ("cue [said]",),
                (),
                ("speaker [Bo Lind]",),
                (),
                (),
                ("MOVE [He]", "  agent [Oslo]#1"),
            ],
            strict=True,
        )
    ]
    assert page.choices[:4] == by_hand[:4]
    outcome = settled(BOTH, page.choices)
    assert outcome.problems == [
        "quotes source at 16: other, but nothing below it; expected an annotation"
    ]
    fine = [c if c.part != "source" else c._replace(choice="neither") for c in page.choices]
    document = settled(BOTH, fine).document
    assert document is not None
    assert [e.type for e in document.events] == ["ACCUSE", "MOVE", "MEET"]
    assert unexplained(page.drawn, document, agreed(*BOTH)) == []


def test_what_is_drawn_or_taken_away_without_a_decision_is_named() -> None:
    found = disagreements(*BOTH, NAMES)
    task = page_task(ARTICLE, made(BOTH))
    result = on_page(task, choose(found))
    without = [item for item in result if item.get("value", {}).get("text") != "Bo Lind"]
    page = read_page([*without, *drawn("GPE [Oslo]#2")], ARTICLE, made(BOTH))
    document = settled(BOTH, page.choices).document
    assert document is not None
    assert unexplained(page.drawn, document, agreed(*BOTH)) == [
        "drawn, but decided otherwise: entities GPE [Oslo]#2",
        "taken away, but not decided: entities PERSON [Bo Lind]",
    ]


def test_doubts_on_the_page_are_problems() -> None:
    task = page_task(ARTICLE, made(BOTH))
    where = {"start": 27, "end": 34}
    doubt = item_of("e1", "doubt", "choices", {**where, "choices": ["DOUBT"]})
    page = read_page([*task["annotations"][0]["result"], doubt], ARTICLE, made(BOTH))
    assert page.problems == ["doubted: 'Bo Lind' at 27"]


def test_the_configuration_of_the_page_has_that_of_the_annotators() -> None:
    config = (ROOT / "annotations/labels.xml").read_text("utf-8")
    page = page_config(config, NAMES)
    for value in ("PERSON", "DECIDE", "ana", "bo", "neither", "other"):
        assert f'value="{value}"' in page


def test_of_two_bodies_with_one_name_the_one_that_was_linked_speaks() -> None:
    article = Article("a", "Denmark’s Ministry and Russia’s Ministry met. “No,” the latter said.")
    lines = ["ORG [Ministry]#1", "ORG [Ministry]#2", "DIRECT [“No,”]", "  speaker [Ministry]#2"]
    document = from_lines(lines, article)
    assert document.quotes[0].speakers == (document.entities[1].bare(),)
    assert to_lines(document) == lines
    assert settle(document, document, {}) == document


def test_an_agreed_speaker_whose_mention_is_not_agreed_waits_for_it() -> None:
    article = Article("a", "Bo met Bo. “No,” Bo said.")
    quote = ["DIRECT [“No,”]", "  speaker [Bo]#1"]
    one = from_lines(["PERSON [Bo]#1", "PERSON [Bo]#2", *quote], article)
    other = from_lines(["ORG [Bo]#1", "PERSON [Bo]#2", *quote], article)
    assert agreed(one, other).quotes[0].speakers == ()
    (found,) = disagreements(one, other, NAMES)
    assert settle(one, other, {found.key: found.versions["bo"]}) == other


def test_a_decision_that_is_made_again_stays_with_whoever_made_it() -> None:
    found = disagreements(*BOTH, NAMES)
    first = settled(BOTH, choose(found)).decisions
    changed = [c._replace(choice="ana") if c.part == "realis" else c for c in choose(found)]
    again = adjudicate(ARTICLE, made(BOTH), changed, "dora", first).decisions
    assert {d.by for d in again if d.part == "realis"} == {"dora"}
    assert {d.by for d in again if d.part != "realis"} == {"carla"}
