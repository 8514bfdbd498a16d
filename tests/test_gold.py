"""What gold of the given article must say, whoever annotates; and where all gold comes from."""

import csv
import hashlib
import re

from conftest import ROOT

from dateline import load
from dateline.checks import check
from dateline.corpus import read_source
from dateline.documents import SPLITS

GIVEN = next(document for document in load(ROOT / "corpus") if document.id == "putin-araghchi")
TEXT = GIVEN.text
EXPORTS = ROOT / "annotations/exports"
TWELVE = {path.stem for path in (EXPORTS / "layers").glob("*.json")}
"""The articles that the corpus began with, in two passes; more may come."""

QUOTATIONS = [
    ("“unjustified", "Vladimir Putin"),
    ("“This absolutely", "Vladimir Putin"),
    ("“For our part", "Vladimir Putin"),
    ("“critical", "Abbas Araghchi"),
    ("“legitimate", "Abbas Araghchi"),
    ("“Russia is today", "Abbas Araghchi"),
    ("“very close", "Abbas Araghchi"),
    ("“what Iran needs", "Dmitry Peskov"),
    ("“A new spiral", "Dmitry Peskov"),
    ("“It remains", "Dmitry Peskov"),
    ("“there was no direct", "Dmitry Peskov"),
    ("“clear expectations", "Nasser Baghaei"),
    ("“It is only natural", "Nasser Baghaei"),
]


def test_the_given_article_is_as_it_was_given() -> None:
    data = (ROOT / "corpus/articles/putin-araghchi.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == (
        "e38d37254319ed36cd17a8633cae566c5eaeed1c990a8c9560dc6b34bbe9ee17"
    )
    article = GIVEN.article
    assert (article.split, article.origin, article.title, article.date) == (
        "test",
        "given",
        None,
        None,
    )


def test_every_quotation_lies_in_a_quote_with_its_speaker() -> None:
    marked = list(re.finditer("“[^”]*”", TEXT))
    assert len(marked) == len(QUOTATIONS) == 13
    for match, (opening, speaker) in zip(marked, QUOTATIONS, strict=True):
        assert match[0].startswith(opening)
        (quote,) = (
            quote
            for quote in GIVEN.quotes
            if any(f.start <= match.start() and match.end() <= f.end for f in quote.fragments)
        )
        assert quote.kind in ("DIRECT", "MIXED")
        assert [mention.of(TEXT) for mention in quote.speakers] == [speaker]


def test_sources_stand_as_in_the_text_and_are_resolved_apart() -> None:
    sources = {
        q.source.of(TEXT): [s.of(TEXT) for s in q.speakers] for q in GIVEN.quotes if q.source
    }
    assert sources["Putin"] == ["Vladimir Putin"]
    assert sources["who"] == ["Abbas Araghchi"]
    assert set(sources) & {"He", "he"}


def test_indirect_quotes_are_there() -> None:
    said = {
        " … ".join(f.of(TEXT) for f in q.fragments) for q in GIVEN.quotes if q.kind == "INDIRECT"
    }
    for piece in (
        "that more participants could soon be drawn into the conflict",
        "there had been no detailed information shared",
        "concerns over potential environmental consequences",
        "an act of unprovoked aggression",
    ):
        assert any(piece in content for content in said), piece
    assert any(content.startswith("the strikes are a direct response") for content in said)


def test_named_operation_and_treaty() -> None:
    labels = {entity.of(TEXT): entity.label for entity in GIVEN.entities}
    assert labels["Operation True Promise III"] == "EVENT"
    assert labels["Strategic Cooperation Treaty"] == "LAW"
    assert labels["JCPOA"] == "LAW"
    assert labels["Natanz"] == "FAC"
    assert labels["Iranian Foreign Ministry"] == "ORG"
    assert labels["late Sunday"] == "TIME"


def test_events_have_their_arguments() -> None:
    (signed,) = (event for event in GIVEN.events if event.of(TEXT) == "signed")
    assert (signed.type, signed.realis, signed.polarity) == ("AGREE", "ACTUAL", "POSITIVE")
    assert {(a.role, a.of(TEXT)) for a in signed.arguments} == {
        ("AGENT", "Tehran"),
        ("AGENT", "Moscow"),
        ("THEME", "Strategic Cooperation Treaty"),
        ("TIME", "January"),
    }
    triggers = {(event.type, event.of(TEXT)) for event in GIVEN.events}
    expected = {
        ("ACCUSE", "condemned"),
        ("ATTACK", "airstrikes"),
        ("ATTACK", "bombings"),
        ("ATTACK", "assassinations"),
        ("MEET", "meeting"),
        ("SUPPORT", "pledged"),
        ("THREATEN", "warning"),
    }
    assert expected <= triggers
    assert sum(bool(event.arguments) for event in GIVEN.events) > len(GIVEN.events) * 0.7


def test_the_corpus_began_with_twelve_articles_all_but_one_originals() -> None:
    splits = {
        split: [document for document in load(ROOT / "corpus", split) if document.id in TWELVE]
        for split in SPLITS
    }
    assert {split: len(found) for split, found in splits.items()} == {
        "train": 6,
        "validation": 2,
        "test": 4,
    }
    articles = [document.article for found in splits.values() for document in found]
    originals = [article for article in articles if article.origin == "original"]
    assert [article.id for article in articles if article not in originals] == ["putin-araghchi"]
    for article in originals:
        assert article.licence == "CC-BY-4.0"
        assert article.title
        assert 200 <= len(article.text.split()) <= 600
    assert len({article.topic for article in articles}) >= 10


def test_the_manifest_says_what_makes_each_of_these_originals_hard() -> None:
    with (ROOT / "corpus/articles.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] in TWELVE]
    said = {row["id"]: row["phenomena"].split("; ") for row in rows}
    assert all(len(found) >= 5 for id, found in said.items() if id != "putin-araghchi")
    assert {phenomenon for found in said.values() for phenomenon in found} >= {
        "broken-quote",
        "multi-paragraph-quote",
        "colon-quote",
        "pronoun-source",
        "title-source",
        "joint-speakers",
        "unnamed-source",
        "nested-quote",
        "scare-quote",
        "missing-space",
        "denied-event",
        "planned-event",
        "generic-event",
        "company-person-name",
    }


def test_gold_comes_from_two_versions_and_decisions() -> None:
    source = read_source(ROOT / "corpus", ROOT / "annotations")
    assert source.provisional == []
    for article in source.articles:
        exports = {path.parent.name for path in EXPORTS.glob(f"*/{article.id}.json")}
        assert len(exports) >= 2
        assert article.id not in TWELVE or exports >= {"layers", "paragraphs"}
        assert (ROOT / f"annotations/decisions/{article.id}.jsonl").is_file()
    assert check(ROOT / "corpus", ROOT / "annotations") == []
