from pathlib import Path

import pytest
from conftest import ROOT, TESTS, examples
from hypothesis import given, settings
from strategies import documents

from dateline import Article, Document, InvalidAnnotation
from dateline.corpus import read_source
from dateline.textform import form_id, from_text, to_text

ARTICLE = Article("a", "Ana met Ana Ruiz. “No,” she said.\n\n“Never.”")
FORM = """@ a
|Ana met Ana Ruiz. “No,” she said.
    ruiz PERSON [Ana Ruiz]
    q DIRECT [“No,”]
      cue [said]
      source [she]
      speaker ruiz
    MEET [met]
      agent [Ana]#1
|
|“Never.”
    q + [“Never.”]
"""


@settings(max_examples=examples(1000))
@given(documents())
def test_documents_come_back_from_text(document: Document) -> None:
    form = to_text(document)
    assert from_text(form, document.article) == document
    assert to_text(from_text(form, document.article)) == form


@pytest.mark.parametrize("folder", [ROOT, TESTS / "tiny"])
def test_all_gold_comes_back_from_text(folder: Path) -> None:
    for document in read_source(folder / "corpus", folder / "annotations").documents:
        assert from_text(to_text(document), document.article) == document


def test_the_form_reads_as_it_is_written() -> None:
    document = from_text(FORM, ARTICLE)
    assert [fragment.of(ARTICLE.text) for fragment in document.quotes[0].fragments] == [
        "“No,”",
        "“Never.”",
    ]
    assert to_text(document) == FORM.replace("q ", "q1 ")
    assert from_text("# a remark\n\n" + FORM, ARTICLE) == document
    assert form_id(FORM) == "a"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@ a", "@ b", "of 'b'; expected 'a'"),
        ("@ a\n", "", "no first line"),
        ("|Ana met", "|Ana saw", "line 2: the text is"),
        ("|\n", "", "line 10: the text is '“Never.”'; expected the article's ''"),
        ("|“Never.”\n", "", "2 lines of text; expected 3"),
        ("[Ana]#1", "[Ana]", "line 9: the text 'Ana' occurs 2 times"),
        ("[Ana]#1", "[Ana]#3", "no occurrence 3"),
        ("[said]", "[says]", "line 5: the text 'says' does not occur"),
        ("PERSON", "PERSONS", "line 3: unknown label 'PERSONS'"),
        ("MEET [", "MEET MAYBE [", "line 8: unknown word 'MAYBE'"),
        ("MEET [", "MEET OTHER ACTUAL [", "line 8: two values"),
        ("      speaker ruiz\n", "", "line 4: a quote without a speaker line"),
        ("speaker ruiz", "speaker rui", "no entity is named 'rui'"),
        ("speaker ruiz", "speaker ruiz\n      speaker ruiz", "a speaker line"),
        ("      source [she]", "      cue [she]", "line 6: a second cue"),
        ("agent [Ana]#1", "cue [Ana]#1", "'cue' under MEET"),
        ("    q + [", "    r + [", "no quote or event is named 'r'"),
        ("    q + [", "    q ~ [", "words stand between"),
        ("    MEET [met]", "    MEET met", "unknown word 'met'"),
        ("    MEET [met]", "    MEET", "MEET has no text"),
        ("    MEET [met]", "    MEET [met", "cannot read"),
        ("    MEET [met]", "    q MEET [met]", "the name 'q' is taken"),
        ("@ a\n", "@ a\n  GPE [Ana]\n", "above the text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(old: str, new: str, said: str) -> None:
    assert old in FORM
    with pytest.raises(InvalidAnnotation) as caught:
        from_text(FORM.replace(old, new, 1), ARTICLE)
    assert said in str(caught.value)
