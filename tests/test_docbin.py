"""spaCy: what is written comes back through its own DocBin."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT, examples
from hypothesis import given, settings
from msgspec import convert
from strategies import documents

from dateline import Article, DatelineError, Document, Entity, InvalidCorpus, load, sentences
from dateline.cli import main
from dateline.docbin import GROUPS, to_docbin
from dateline.documents import SPLITS

if "spacy" not in os.environ.get("DATELINE_REQUIRE", ""):
    pytest.importorskip("spacy", reason="the extra 'spacy' is not installed")

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as TokenSpan


def read(data: bytes) -> "list[Doc]":
    import spacy
    from spacy.tokens import DocBin

    return list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))


def document_of(doc: "Doc") -> Document:
    """What spaCy's objects say, by spaCy's names alone."""

    def of(key: str, id: str) -> "list[TokenSpan]":
        return [span for span in doc.spans[key] if span.id_ == id]

    def part(key: str, id: str) -> dict[str, int] | None:
        return next((offsets(span) for span in of(key, id)), None)

    quotes = [
        {
            "kind": kind,
            "fragments": [offsets(span) for span in of("quotes", id)],
            "cue": part("cues", id),
            "source": part("sources", id),
            "speakers": [offsets(span) for span in of("speakers", id)],
        }
        for id, kind in {span.id_: span.label_ for span in doc.spans["quotes"]}.items()
    ]
    events = [
        {
            **offsets(trigger),
            "type": trigger.label_,
            "realis": of("realis", trigger.id_)[0].label_,
            "polarity": of("polarity", trigger.id_)[0].label_,
            "arguments": [
                {**offsets(span), "role": span.label_} for span in of("arguments", trigger.id_)
            ],
        }
        for trigger in doc.spans["events"]
    ]
    return convert(
        {
            "article": {"text": doc.text, **doc.user_data},
            "entities": [{**offsets(span), "label": span.label_} for span in doc.ents],
            "quotes": quotes,
            "events": events,
        },
        Document,
    )


def offsets(span: "TokenSpan") -> dict[str, Any]:
    return {"start": span.start_char, "end": span.end_char}


def check(given: list[Document], data: bytes) -> None:
    docs = read(data)
    assert [document_of(doc) for doc in docs] == given
    for doc, document in zip(docs, given, strict=True):
        assert doc.text == document.text
        assert set(doc.spans) == set(GROUPS)
        starts = [sent.start_char for sent in doc.sents]
        # White space in front of the first sentence stands in a sentence, as every token of spaCy.
        assert set(starts[1:]) <= {start for start, _ in sentences(document.text)}
        assert len(starts) >= len(sentences(document.text))


def test_the_corpus_comes_back(tmp_path: Path) -> None:
    command = ["export", "--format", "spacy", "--corpus", str(ROOT / "corpus")]
    assert main([*command, "--output", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"{split}.spacy" for split in SPLITS}
    for split in SPLITS:
        check(load(ROOT / "corpus", split), (tmp_path / f"{split}.spacy").read_bytes())


@settings(max_examples=examples(40))
@given(documents())
def test_documents_come_back(document: Document) -> None:
    check([document], to_docbin([document]))


def test_all_white_space_comes_back() -> None:
    text = "  Ana  said\n\n \tno. \nBo \u00a0went.\n"
    (doc,) = read(to_docbin([Document(Article("a", text), (Entity(2, 5, "PERSON"),))]))
    assert doc.text == text
    words = [token.text for token in doc if not token.is_space]
    assert words == ["Ana", "said", "no", ".", "Bo", "went", "."]
    assert [ent.text for ent in doc.ents] == ["Ana"]


def test_the_same_documents_make_the_same_bytes() -> None:
    gold = load(ROOT / "corpus", "validation")
    assert to_docbin(gold) == to_docbin(gold)


def test_part_of_a_token_is_refused() -> None:
    document = Document(Article("a", "Norwegians"), (Entity(0, 6, "GPE"),))
    with pytest.raises(InvalidCorpus, match=r"a: \[0, 6\) .*; expected a whole number of tokens"):
        to_docbin([document])


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    with pytest.raises(DatelineError, match=r"pip install 'dateline\[spacy\]'"):
        to_docbin([])
