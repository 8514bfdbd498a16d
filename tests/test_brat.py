"""brat standoff: what is written comes back through a reader that knows the format alone."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from msgspec import convert
from msgspec.structs import replace
from strategies import documents

from dateline import Article, Document, Entity, Event, Quote, Span, load
from dateline.brat import configuration, to_standoff
from dateline.cli import main
from dateline.documents import SPLITS

LABELS, _, RELATIONS, EVENTS, ATTRIBUTES = (
    {line.split("\t")[0]: line.partition("\t")[2] for line in section.splitlines()[1:] if line}
    for section in configuration().replace("[relations]", "[]\n[relations]").split("[")[1:]
)


class Reader:
    """Reads standoff as https://brat.nlplab.org/standoff.html has it, and refuses what brat does.

    Of Dateline it knows only which annotation is which part of a document.
    """

    def __init__(self, standoff: str, text: str) -> None:
        self.text = text
        self.marks: dict[str, tuple[str, list[Span]]] = {}
        self.events: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
        self.relations: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.attributes: dict[str, dict[str, str]] = defaultdict(dict)
        self.notes: dict[str, str] = {}
        ids = [line.split("\t")[0] for line in standoff.splitlines()]
        assert len(set(ids)) == len(ids)
        for line in standoff.splitlines():
            id, said, *more = line.split("\t", 2)
            match id[0]:
                case "T":
                    self.mark(id, said, *more)
                case "E":
                    self.event(id, said)
                case "R":
                    self.relation(said)
                case "A":
                    self.attribute(said)
                case _:
                    assert id[0] == "#"
                    self.notes[said.split()[1]] = more[0]

    def mark(self, id: str, said: str, quoted: str) -> None:
        name, _, offsets = said.partition(" ")
        assert name in LABELS or name in EVENTS
        pieces = spans(offsets)
        assert pieces == sorted(pieces)
        assert " ".join(piece.of(self.text) for piece in pieces) == quoted
        joined = pieces[:1]
        for piece in pieces[1:]:
            between = self.text[joined[-1].end : piece.start]
            if "\n" in between and between.isspace():
                joined[-1] = Span(joined[-1].start, piece.end)
            else:
                joined.append(piece)
        self.marks[id] = name, joined

    def event(self, id: str, said: str) -> None:
        (type, trigger), *arguments = (word.split(":") for word in said.split())
        assert self.marks[trigger][0] == type
        assert len({name for name, _ in arguments}) == len(arguments)
        named = [(re.sub(r"\d+$", "", name), mark) for name, mark in arguments]
        for role, mark in named:
            assert f"{role}*:<ENTITY>" in EVENTS[type]
            assert self.marks[mark][0] in LABELS
        self.events[id] = type, trigger, named

    def relation(self, said: str) -> None:
        name, first, second = said.split()
        assert RELATIONS[name] == "Arg1:Quote, Arg2:<ENTITY>"
        whole, part = first.removeprefix("Arg1:"), second.removeprefix("Arg2:")
        assert self.marks[whole][0] == "Quote"
        self.relations[whole][name].append(part)

    def attribute(self, said: str) -> None:
        name, target, value = said.split()
        assert value in re.split(r"[:|]", ATTRIBUTES[name])
        self.attributes[target][name] = value

    def document(self, article: Article) -> Document:
        parts = {"Quote", "Cue", "Source", "Speaker", "Argument"}
        entities = [
            made(Entity, start=span.start, end=span.end, label=name)
            for name, (span, *_) in self.marks.values()
            if name in LABELS and name not in parts
        ]
        quotes = [
            self.quote(id, spans) for id, (name, spans) in self.marks.items() if name == "Quote"
        ]
        events = []
        for id, (type, trigger, arguments) in self.events.items():
            (span,) = self.marks[trigger][1]
            said = [
                {"start": part.start, "end": part.end, "role": role}
                for role, mark in arguments
                for part in self.marks[mark][1]
            ]
            how = {name.lower(): value for name, value in self.attributes[id].items()}
            where = {"start": span.start, "end": span.end}
            events.append(made(Event, **where, type=type, arguments=said, **how))
        return Document(article, tuple(entities), tuple(quotes), tuple(events))

    def quote(self, id: str, fragments: list[Span]) -> Quote:
        if id in self.notes:
            fragments = spans(self.notes[id].removeprefix("fragments "))

        def parts(name: str) -> list[Span]:
            return [span for mark in self.relations[id][name] for span in self.marks[mark][1]]

        kind, cues, sources = self.attributes[id]["Kind"], parts("Cue"), parts("Source")
        assert len(cues) <= 1
        assert len(sources) <= 1
        cue, source = (next(iter(part), None) for part in (cues, sources))
        speakers = tuple(parts("Speaker"))
        return Quote(tuple(fragments), kind, cue, source, speakers)  # type: ignore[arg-type]


def made(what: Any, /, **fields: Any) -> Any:
    return convert(fields, what)


def spans(offsets: str) -> list[Span]:
    return [Span(*map(int, pair.split())) for pair in offsets.split(";")]


def test_the_corpus_comes_back(tmp_path: Path) -> None:
    command = ["export", "--format", "brat", "--corpus", str(ROOT / "corpus")]
    assert main([*command, "--output", str(tmp_path)]) == 0
    assert (tmp_path / "annotation.conf").read_text("utf-8") == configuration()
    for split in SPLITS:
        gold = load(ROOT / "corpus", split)
        assert len([*(tmp_path / split).iterdir()]) == 2 * len(gold)
        for document in gold:
            text = (tmp_path / split / f"{document.id}.txt").read_bytes().decode()
            standoff = (tmp_path / split / f"{document.id}.ann").read_bytes().decode()
            article = replace(document.article, text=text)
            assert Reader(standoff, text).document(article) == document


@given(documents())
def test_documents_come_back(document: Document) -> None:
    standoff = to_standoff(document)
    assert Reader(standoff, document.text).document(document.article) == document


@pytest.mark.parametrize(
    ("fragments", "mark", "notes"),
    [
        ([(0, 3)], "0 3\tOne", []),
        ([(0, 8)], "0 3;5 8\tOne two", []),
        ([(0, 3), (5, 8)], "0 3;5 8\tOne two", ["#1\tAnnotatorNotes T1\tfragments 0 3;5 8"]),
        ([(0, 3), (9, 13)], "0 3;9 13\tOne 🚢six", []),
    ],
)
def test_a_fragment_over_a_line_break_is_told_from_two(
    fragments: list[tuple[int, int]], mark: str, notes: list[str]
) -> None:
    article = Article("a", "One\n\ntwo 🚢six")
    document = Document(article, quotes=(Quote(tuple(Span(*f) for f in fragments), "DIRECT"),))
    said = to_standoff(document)
    assert [line for line in said.splitlines() if line[0] in "T#"] == [f"T1\tQuote {mark}", *notes]
    assert Reader(said, article.text).document(article) == document


def test_what_is_an_entity_is_not_marked_twice() -> None:
    article = Article("a", "Ana met Ana and Bo")
    ana, other = Entity(0, 3, "PERSON"), Span(8, 11)
    meeting = {"start": 4, "end": 7, "type": "MEET"}
    agents = [{"start": s.start, "end": s.end, "role": "AGENT"} for s in (ana, other)]
    said = to_standoff(Document(article, (ana,), (), (made(Event, **meeting, arguments=agents),)))
    assert said.splitlines() == [
        "T1\tPERSON 0 3\tAna",
        "T2\tMEET 4 7\tmet",
        "T3\tArgument 8 11\tAna",
        "E1\tMEET:T2 AGENT:T1 AGENT2:T3",
        "A1\tRealis E1 ACTUAL",
        "A2\tPolarity E1 POSITIVE",
    ]
