import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TEXTS

from dateline import paragraphs, sentences, tokenize


def cut(text: str, offsets: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in offsets]


@given(st.text() | TEXTS)
def test_tokens_are_all_that_is_not_white_space(text: str) -> None:
    assert "".join(cut(text, tokenize(text))) == re.sub(r"\s", "", text)


@given(st.text() | TEXTS)
def test_every_token_lies_in_one_sentence_and_every_sentence_in_one_paragraph(text: str) -> None:
    pieces, lines = sentences(text), paragraphs(text)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(pieces))
    for start, end in tokenize(text):
        assert sum(first <= start and end <= last for first, last in pieces) == 1
    for start, end in pieces:
        assert sum(first <= start and end <= last for first, last in lines) == 1


@pytest.mark.parametrize(
    "text",
    [
        "He left.|She stayed.",
        "The U.S. strikes went on.|The U.S. said so.",
        "It came at 4:40 a.m. on March 14.|Mr. Lee of Inc. Partners saw J. K. Rowling on Sept. 26.",
        "“We won,” he said.|“Did we?”|“We did!”|He left.",
        "He spoke in a televised statement.|“For our part, no.”",
        "Tension in the region... of course, we condemn this.|He paused… then left.",
        "It rose 3.5 percent in the U.S.|The rest fell.",
        "“It is so.”|Keller (who left.)|Then it was over.",
    ],
)
def test_sentences(text: str) -> None:
    plain = text.replace("|", " ")
    assert cut(plain, sentences(plain)) == text.split("|")
    glued = text.replace(".|“", ".“")
    assert "|".join(cut(glued, sentences(glued.replace("|", " ")))) == glued.replace(".“", ".|“")


def test_paragraphs_are_lines_with_something_in_them() -> None:
    text = "one\n\n \ntwo three\n"
    assert cut(text, paragraphs(text)) == ["one", "two three"]
