"""A text taken in: what is made of it, where it is put, and what is refused without a trace."""

import csv
import errno
import os
import shutil
import tempfile
import unicodedata
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import example, given
from hypothesis import strategies as st

from dateline import InvalidCorpus
from dateline.checks import leak_findings
from dateline.cli import main
from dateline.corpus import COLUMNS, normalise, read_articles, take_in, with_row
from dateline.documents import SPLITS

Capture = pytest.CaptureFixture[str]

TEXT = "A fire on the quay in Gdansk burned two boats on Monday.\n\nNobody was hurt.\n"


def rows_of(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "articles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@given(st.text(st.sampled_from("aé´e\u0301 \t\r\n\u2028\u2029\u00a0\ufeff\x85\x0b”"), max_size=30))
@example("\ufeffOne\r\n\r\nTwo \r")
@example("\n\n \nOne")
def test_what_is_normalised_is_sound_and_stays(said: str) -> None:
    try:
        text, done = normalise(said.encode())
    except InvalidCorpus:
        return
    assert normalise(text.encode()) == (text, [])
    assert bool(done) == (text != said)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert unicodedata.is_normalized("NFC", text)
    assert not set(text) & set("\r\u2028\u2029\ufeff\x85\x0b")
    kept = unicodedata.normalize("NFC", said.removeprefix("\ufeff"))
    assert text.split() == kept.split()


def test_everything_that_is_made_otherwise_is_said() -> None:
    data = "\ufeff\r\nCafe\u0301 \r\n\u00a0\u2028One\tTwo".encode()
    assert normalise(data) == (
        "Café\n\nOne\tTwo\n",
        [
            "byte order mark taken off",
            "3 line ends made LF",
            "white space taken off 2 lines",
            "1 line put into Unicode form NFC",
            "1 blank line taken off the ends",
            "line end added after the last line",
        ],
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"caf\xe9", "not UTF-8 at byte 3; expected a text file in UTF-8"),
        ("One".encode("utf-16"), "not UTF-8 at byte 0"),
        (b"\xef\xbb\xbf \n\r\n", "no text; expected some"),
        (b"", "no text"),
        (b"One\r\nTw\x0co", "U+000C in line 2, column 3; expected no control characters"),
        ("One\u0085\n".encode(), "U+0085 in line 1, column 4"),
        ("\ufeffOne \ufeff".encode(), "U+FEFF in line 1, column 5"),
    ],
)
def test_a_text_that_cannot_be_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InvalidCorpus) as caught:
        normalise(data)
    assert said in str(caught.value)


def test_a_text_becomes_an_article(tiny: Path, capsys: Capture, tmp_path: Path) -> None:
    corpus = tiny / "corpus"
    before = (corpus / "articles.csv").read_text().splitlines()
    path = tmp_path / "quay-fire.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    known = ["--title", "Fire,\n on the “quay”", "--topic", "accident", "--date", "2026-03-02"]
    assert main(["new", str(path), *known, "--corpus", str(corpus)]) == 0
    said = capsys.readouterr().out
    assert f"{path}: byte order mark taken off, 3 line ends made LF\n" in said
    assert "story: quay-fire, a new one; no other article has any of its 8-grams\n" in said
    assert "split: train, furthest below 3:1:2 (train 1, validation 0, test 2)\n" in said
    assert "language en, licence CC-BY-4.0, origin original" in said
    assert (corpus / "articles/quay-fire.txt").read_text("utf-8") == TEXT
    articles, findings = read_articles(corpus)
    assert findings == []
    assert [article.id for article in articles] == [
        "harbour-prize",
        "lake-ferry",
        "quay-fire",
        "quiet-vote",
    ]
    article = articles[2]
    assert (article.title, article.topic, article.date) == (
        "Fire, on the “quay”",
        "accident",
        "2026-03-02",
    )
    assert (article.story, article.split, article.publisher) == ("quay-fire", "train", None)
    after = (corpus / "articles.csv").read_text("utf-8").splitlines()
    assert [line for line in after if not line.startswith("quay-fire,")] == before

    # Again it is there already; a changed text and a changed line are refused.
    there = files_of(tiny)
    assert main(["new", str(path), "--corpus", str(corpus)]) == 0
    assert "there already, the same text; nothing written" in capsys.readouterr().out
    assert main(["new", str(path), "--topic", "court", "--corpus", str(corpus)]) == 1
    assert "there already, with topic 'accident', not 'court'" in capsys.readouterr().err
    path.write_text(TEXT.replace("two", "three"))
    assert main(["new", str(path), "--corpus", str(corpus)]) == 1
    assert "quay-fire.txt: there already with another text" in capsys.readouterr().err
    assert files_of(tiny) == there


COPY = "“We warned the owner twice,” said Inspector Marta Keller, “and nobody listened.\n"


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (TEXT, ["--id", "Quay Fire"], "id 'Quay Fire'; expected lower-case words joined by hyph"),
        (TEXT, ["--date", "2 March"], "date '2 March'; expected YYYY-MM-DD"),
        (TEXT, ["--story", " "], "no story; expected a value"),
        (TEXT, ["--title", "a\x1bb"], r"title 'a\x1bb'; expected no control characters"),
        (TEXT, ["--origin", "given", "--licence", "x"], "a given text without publisher"),
        (TEXT, ["--split", "test", "--story", "harbour-prize"], "is in train; expected train, or"),
        (COPY, ["--split", "train"], "shares text with another split: 100% (5 of 5 8-grams) with"),
        (COPY, ["--story", "harbour-prize"], "'lake-ferry' in test, at the longest 12 words: 'We"),
    ],
)
def test_a_refusal_writes_nothing(
    tiny: Path, tmp_path: Path, capsys: Capture, text: str, options: list[str], said: str
) -> None:
    path = tmp_path / "quay-fire.txt"
    path.write_text(text, encoding="utf-8")
    before = files_of(tiny)
    assert main(["new", str(path), *options, "--corpus", str(tiny / "corpus")]) == 1
    out, err = capsys.readouterr()
    assert said in err
    assert err.startswith(f"dateline: {path}: ")
    assert err.count("\n") == 1
    assert out == ""
    assert files_of(tiny) == before


def test_what_shares_text_joins_its_story(tiny: Path) -> None:
    taken = take_in(tiny / "corpus", COPY.encode(), "owner-warned", {})
    assert (taken.row["story"], taken.row["split"]) == ("lake-ferry", "test")
    assert taken.why_story.startswith("of which it shares 100% (5 of 5 8-grams) with 'lake-ferry'")
    assert taken.why_split == "that of its story"
    apart = take_in(tiny / "corpus", b"Also: " + COPY.encode(), "apart", {"story": "warnings"})
    assert (apart.row["split"], apart.why_split) == ("test", "that of 'owner-warned'")
    named = take_in(tiny / "corpus", TEXT.encode(), "warnings", {})
    assert (named.row["split"], named.why_story) == (
        "test",
        "which is there and has the article's id",
    )
    with pytest.raises(InvalidCorpus, match="the text is that of 'apart'"):
        take_in(tiny / "corpus", b"Also: " + COPY.encode(), "copy", {})


def test_an_empty_folder_becomes_a_corpus_with_its_shares(tmp_path: Path) -> None:
    splits = []
    for number in range(12):
        text = " ".join(f"w{number}x{word}" for word in range(20))
        taken = take_in(tmp_path, text.encode(), f"a-{11 - number:02}", {})
        splits.append(taken.row["split"])
    assert splits[:6] == ["train", "test", "train", "validation", "test", "train"]
    assert splits[6:] == splits[:6]
    articles, findings = read_articles(tmp_path)
    assert findings == []
    assert [article.id for article in articles] == [f"a-{number:02}" for number in range(12)]


WORDS = "ha ho ,".split()


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=30),
            st.sampled_from([*SPLITS, None]),
        ),
        max_size=8,
    )
)
def test_what_was_taken_in_never_leaks(texts: list[tuple[list[str], str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus, ids = Path(folder), []
        for number, (words, split) in enumerate(texts):
            said = {"split": split} if split else {}
            before = files_of(corpus)
            try:
                taken = take_in(corpus, " ".join(words).encode(), f"a{number}", said)
            except InvalidCorpus:
                assert files_of(corpus) == before
            else:
                assert split in (None, taken.row["split"])
                ids.append(f"a{number}")
        if ids:
            articles, findings = read_articles(corpus)
            assert [article.id for article in articles] == ids
            assert [*findings, *leak_findings(articles)] == []


@pytest.mark.parametrize("folder", ["nowhere", "unlisted"])
def test_a_folder_that_is_no_corpus_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "unlisted/articles").mkdir(parents=True)
    (tmp_path / "unlisted/articles/other.txt").write_text(TEXT)
    with pytest.raises(InvalidCorpus, match="expected a corpus folder with a manifest"):
        take_in(tmp_path / folder, TEXT.encode(), "quay-fire", {})


def test_a_corpus_with_errors_takes_nothing_in(tiny: Path) -> None:
    (tiny / "corpus/articles/stray.txt").write_text("x\n")
    with pytest.raises(InvalidCorpus, match="article-unlisted"):
        take_in(tiny / "corpus", TEXT.encode(), "quay-fire", {})


@pytest.mark.parametrize("fails", [1, 2])
def test_both_files_are_written_or_neither(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    before, replace, calls = files_of(tiny), os.replace, []

    def failing(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) == fails:
            raise OSError(errno.EIO, "broken", target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(OSError, match="broken"):
        take_in(tiny / "corpus", TEXT.encode(), "quay-fire", {})
    monkeypatch.undo()
    assert files_of(tiny) == before

    # Killed between the two, it leaves a file without a line, and does the rest when run again.
    (tiny / "corpus/articles/quay-fire.txt").write_text(TEXT.replace("two", "three"))
    with pytest.raises(InvalidCorpus, match="without a line in"):
        take_in(tiny / "corpus", TEXT.encode(), "quay-fire", {})
    (tiny / "corpus/articles/quay-fire.txt").write_text(TEXT)
    assert take_in(tiny / "corpus", TEXT.encode(), "quay-fire", {}).is_new
    assert read_articles(tiny / "corpus")[1] == []


@given(st.sampled_from(["\n", "\r\n"]), st.booleans(), st.permutations(COLUMNS), st.data())
def test_a_line_more_leaves_all_others_as_they_were(
    ending: str, ended: bool, columns: list[str], data: st.DataObject
) -> None:
    ids = data.draw(st.lists(st.sampled_from("abdefg"), unique=True))
    titles = ['"a, ""quoted"" title"', '"needlessly quoted"', "plain", f'"two{ending}lines"']
    lines = [
        ",".join(
            {"id": id, "title": data.draw(st.sampled_from(titles))}.get(c, "") for c in columns
        )
        for id in ids
    ]
    text = ending.join([",".join(columns), *lines]) + ending * ended
    row = dict.fromkeys(COLUMNS, "") | {"id": "c", "title": "One, “two”"}
    made = with_row(text, row)
    added = ",".join({"id": "c", "title": '"One, “two”"'}.get(c, "") for c in columns)
    added += ending if ended or ids else "\n"
    assert made.count(added) == 1
    assert made.replace(added, "").rstrip("\r\n") == text.rstrip("\r\n")
    found = [each["id"] for each in csv.DictReader(made.splitlines(keepends=True))]
    assert found == (sorted([*ids, "c"]) if ids == sorted(ids) else [*ids, "c"])


def test_the_published_manifest_keeps_its_lines(tmp_path: Path) -> None:
    corpus = shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    before = (corpus / "articles.csv").read_bytes().splitlines(keepends=True)
    taken = take_in(corpus, TEXT.encode(), "an-article-of-a-test", {})
    assert taken.is_new
    after = (corpus / "articles.csv").read_bytes().splitlines(keepends=True)
    assert [line for line in after if line in before] == before
    assert len(after) == len(before) + 1
    assert [row["id"] for row in rows_of(corpus)] == sorted(row["id"] for row in rows_of(corpus))
