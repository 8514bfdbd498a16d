"""What articles share: the index against a plain count, and passages that are in both."""

import re
import unicodedata
from itertools import combinations

from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from dateline import Article
from dateline.checks import leak_findings
from dateline.corpus import LEAK, overlap, overlaps, read_articles

WORDS = st.lists(st.sampled_from("a B c straße STRASSE d’e 7 , “ ”".split()), max_size=40)
ARTICLES = st.lists(WORDS.map(" ".join), max_size=6).map(
    lambda texts: [
        Article(f"a{number}", text, ("train", "validation", "test")[number % 3])
        for number, text in enumerate(texts)
    ]
)


def plain_grams(text: str) -> list[tuple[str, ...]]:
    """The 8-grams of a text, as plainly as they can be taken."""
    words = re.findall(r"\w+", text)
    folded = [word.casefold() for word in words]
    if len(folded) < 8:
        return [tuple(folded)] if folded else []
    return [tuple(folded[at : at + 8]) for at in range(len(folded) - 7)]


@given(ARTICLES)
def test_the_index_counts_what_a_plain_count_does(articles: list[Article]) -> None:
    expected = {}
    for first, second in combinations(articles, 2):
        shared = {gram for gram in plain_grams(first.text) if gram in plain_grams(second.text)}
        fewer = min(len(set(plain_grams(article.text))) for article in (first, second))
        one = overlap(first, second)
        assert (one.shared, one.of) == (len(shared), fewer)
        if shared:
            expected[first.id, second.id] = one
    found = list(overlaps(articles))
    assert {(pair.first.id, pair.second.id): pair for pair in found} == expected
    assert len(found) == len(expected)
    assert [pair.second.id for pair in found] == sorted(pair.second.id for pair in found)
    leaks = {finding.id.split()[0] for finding in leak_findings(articles)}
    assert leaks == {
        pair.second.id
        for pair in expected.values()
        if pair.first.split != pair.second.split and pair.shared >= LEAK * pair.of
    }


@given(WORDS.map(" ".join), WORDS.map(" ".join))
def test_the_passage_is_in_both_and_none_is_longer(first: str, second: str) -> None:
    passage, count = overlap(Article("a", first), Article("b", second)).passage()
    assert passage in second
    words = [[word.casefold() for word in re.findall(r"\w+", text)] for text in (first, second)]
    runs = [
        {tuple(each[at : at + size]) for at in range(len(each) - size + 1)}
        for size in (count, count + 1)
        for each in words
    ]
    assert tuple(word.casefold() for word in re.findall(r"\w+", passage)) in runs[0] & runs[1]
    assert not runs[2] & runs[3]


def test_other_marks_and_capitals_hide_no_copy() -> None:
    said = "“We warned the owner twice,” said Inspector Marta Keller, “and nobody listened.”"
    other = said.upper().replace("“", '"').replace("”", '"').replace(",", " –")
    assert overlap(Article("a", said), Article("b", other)).share == 1
    decomposed = unicodedata.normalize("NFD", "Möwe und Möwe und Möwe und Möwe und Möwe")
    assert overlap(Article("a", decomposed), Article("b", decomposed)).share == 1


def test_a_short_article_inside_a_long_one_is_a_leak() -> None:
    short = " ".join(f"w{number}" for number in range(30))
    long = " ".join(f"v{number}" for number in range(500))
    one = overlap(Article("a", short, "train"), Article("b", f"{long} {short}", "test"))
    assert (one.share, one.is_leak) == (1, True)
    assert one._replace(second=Article("b", one.second.text, "train")).is_leak is False
    assert "100% (23 of 23 8-grams) with 'a' in train, at the longest 30 words: 'w0 w1" in str(one)


def test_no_two_of_the_first_articles_share_an_8_gram() -> None:
    """What the card says of version 0.2.0."""
    first = {path.stem for path in (ROOT / "annotations/exports/layers").glob("*.json")}
    articles = [article for article in read_articles(ROOT / "corpus")[0] if article.id in first]
    assert len(articles) == 12
    assert list(overlaps(articles)) == []


def test_a_finding_says_how_many_more_articles_share() -> None:
    text = "The ferry sank on Lake Sarn late on Sunday, and two people died in the water."
    articles = [
        Article("a", text, "train"),
        Article("b", text, "train"),
        Article("c", text, "test"),
    ]
    (finding,) = leak_findings(articles)
    assert (finding.file, finding.id) == ("articles/c.txt", "c in test")
    assert finding.got.endswith("; and with 1 more")
