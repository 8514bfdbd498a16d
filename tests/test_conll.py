"""CoNLL columns: spans are seqeval's in both its modes, and what is refused, with file and line."""

import itertools
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import pytest
import seqeval.scheme
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from dateline import InvalidPrediction, conll
from dateline.bio import LabelledSpan
from dateline.conll import (
    LINE_LIMIT,
    ColumnFile,
    Malformed,
    Repair,
    Scheme,
    Unit,
    decode,
    misplaced,
    read_columns,
    read_pair,
)

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
REPAIRS: tuple[Repair, ...] = get_args(Repair)
PREFIXES = {"IOB1": "BI", "IOB2": "BI", "IOBES": "BIES"}


def tags_of(scheme: Scheme, labels: Sequence[str]) -> list[str]:
    return ["O", *(f"{prefix}-{label}" for prefix in PREFIXES[scheme] for label in labels)]


def encode(spans: Sequence[LabelledSpan], length: int, scheme: Scheme) -> list[str]:
    """The one sequence of tags that says *spans*: the definition of the schemes, backwards."""
    tags = ["O"] * length
    for start, end, label in spans:
        tags[start:end] = [f"I-{label}"] * (end - start)
        after_its_like = start > 0 and tags[start - 1][2:] == label
        if scheme != "IOB1" or after_its_like:
            tags[start] = f"B-{label}"
        if scheme == "IOBES":
            tags[end - 1] = f"E-{label}" if end - start > 1 else f"S-{label}"
    return tags


def lenient(tags: list[str]) -> list[LabelledSpan]:
    return [(start, last + 1, label) for label, start, last in get_entities(tags)]


def strict(tags: list[str], scheme: Scheme) -> list[LabelledSpan]:
    found = seqeval.scheme.Entities([tags], getattr(seqeval.scheme, scheme)).entities[0]
    return [(entity.start, entity.end, entity.tag) for entity in found]


def check_against_seqeval(tags: list[str], scheme: Scheme) -> None:
    assert decode(tags, scheme, "conlleval") == lenient(tags), tags
    assert decode(tags, scheme, "discard") == strict(tags, scheme), tags
    assert decode(tags, scheme) == strict(tags, scheme), tags
    sound = encode(strict(tags, scheme), len(tags), scheme) == tags
    assert sound == (not list(misplaced(tags, scheme))), tags
    if sound:
        assert strict(tags, scheme) == lenient(tags), tags


@st.composite
def noisy(draw: st.DrawFn) -> tuple[Scheme, list[str]]:
    """Tags that say spans, some of them then replaced."""
    scheme = draw(st.sampled_from(SCHEMES))
    labels = ["A", "B", "B-C", "I", "_", "Öl", "PER.x"]
    edges = sorted(draw(st.lists(st.integers(0, 25), max_size=14, unique=True)))
    spans = [
        (start, end, draw(st.sampled_from(labels)))
        for start, end in itertools.pairwise(edges)
        if draw(st.booleans())
    ]
    tags = encode(spans, 25, scheme)
    for i in draw(st.lists(st.integers(0, 24), max_size=6)):
        tags[i] = draw(st.sampled_from(tags_of(scheme, labels)))
    return scheme, tags


@given(noisy())
def test_spans_are_seqevals_on_noisy_tags(noisy: tuple[Scheme, list[str]]) -> None:
    scheme, tags = noisy
    check_against_seqeval(tags, scheme)


@pytest.mark.parametrize(("scheme", "longest"), [("IOB1", 5), ("IOB2", 5), ("IOBES", 4)])
def test_spans_are_seqevals_on_every_short_sequence(scheme: Scheme, longest: int) -> None:
    """No rule looks further than to the next tag, nor at more than whether two labels are one."""
    for length in range(longest + 1):
        for tags in itertools.product(tags_of(scheme, "XY"), repeat=length):
            check_against_seqeval(list(tags), scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
@given(data=st.data())
def test_spans_come_back_from_sound_tags(scheme: Scheme, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, 20), max_size=12, unique=True)))
    spans = [(i, j, data.draw(st.sampled_from("XY"))) for i, j in itertools.pairwise(edges)]
    tags = encode(spans, 20, scheme)
    assert not list(misplaced(tags, scheme))
    for repair in (None, *REPAIRS):
        assert decode(tags, scheme, repair) == spans


@pytest.mark.parametrize(
    ("tags", "strictly"),
    [
        ("O B-X I-X", [(1 + 1, 3, "X")]),  # the B-X is left out of its span
        ("I-X B-X B-Y", [(0, 1, "X")]),  # the B-X is sound, and lost with the B-Y
        ("I-X B-Y", [(0, 1, "X")]),  # as it is not here
    ],
)
def test_seqevals_strict_iob1_is_odd(tags: str, strictly: list[LabelledSpan]) -> None:
    assert strict(tags.split(), "IOB1") == decode(tags.split(), "IOB1", "discard") == strictly


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def column(path: Path, *sentences: str) -> Path:
    """A file that has tags alone."""
    return write(path, "\n\n".join(sentence.replace(" ", "\n") for sentence in sentences))


CONLL2003 = """-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O

Oslo NNP B-NP B-LOC

-DOCSTART- -X- -X- O

Ana NNP B-NP B-PER
Ruiz NNP I-NP I-PER
"""


def test_documents_are_units_where_the_file_says_them(tmp_path: Path) -> None:
    path = write(tmp_path / "gold", CONLL2003)
    assert read_columns(path) == ColumnFile(
        path=str(path),
        scheme="IOB2",
        declared=False,
        unit="document",
        units=(
            Unit("document 1, line 3", ("EU", "rejects", "Oslo"), ((0, 1, "ORG"), (2, 3, "LOC"))),
            Unit("document 2, line 10", ("Ana", "Ruiz"), ((0, 2, "PER"),)),
        ),
        sentences=3,
        malformed=(),
    )


def test_sentences_are_units_elsewhere(tmp_path: Path) -> None:
    found = read_columns(write(tmp_path / "gold", "\n\nEU\tB-ORG\n \t\n\nOslo\tB-LOC"))
    assert (found.unit, found.sentences) == ("sentence", 2)
    assert found.units == (
        Unit("sentence 1, line 3", ("EU",), ((0, 1, "ORG"),)),
        Unit("sentence 2, line 6", ("Oslo",), ((0, 1, "LOC"),)),
    )


def test_tokens_before_the_first_docstart_are_a_document(tmp_path: Path) -> None:
    text = "a O\n\nb O\n-DOCSTART-\n-DOCSTART-\nc O\n-DOCSTART-\n"
    found = read_columns(write(tmp_path / "gold", text))
    assert [unit.tokens for unit in found.units] == [("a", "b"), ("c",)]


def test_no_span_crosses_the_end_of_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "gold", "-DOCSTART- O\na B-X\n\nb I-X\n")
    assert read_columns(path, "IOB2", "conlleval").units[0].spans == ((0, 1, "X"), (1, 2, "X"))
    assert read_columns(path, "IOB2", "discard").units[0].spans == ((0, 1, "X"),)


def test_crlf_tabs_and_odd_white_space(tmp_path: Path) -> None:
    """Only spaces and tabs part columns, and only spaces where there is no tab."""
    text = "10 000\tO\r\na\u00a0b\t\tB-X\r\n\u2028\tI-X\r\n\r\nx\x85\tO\r\n"
    found = read_columns(write(tmp_path / "gold", text))
    assert [unit.tokens for unit in found.units] == [("10 000", "a\u00a0b", "\u2028"), ("x\x85",)]
    assert found.units[0].spans == ((1, 3, "X"),)


def test_a_comment_is_told_from_the_token_that_looks_like_it(tmp_path: Path) -> None:
    """The third comment is MultiCoNER's; the second has as many columns as a token line."""
    comments = "# O\n# id 5239d808 domain=en\n# id 5239d808\tdomain=en\n"
    text = f"{comments}# _ _ B-X\n#a _ _ I-X\n# x _ O\n#\n"
    assert read_columns(write(tmp_path / "gold", text)).units == (
        Unit("sentence 1, line 4", ("#", "#a", "#"), ((0, 2, "X"),)),
    )


@pytest.mark.parametrize("numbers", ["1 2 1", "0 1 0", "7 8 9", "1-2 2 1.1"])
def test_a_token_that_is_numbered_is_the_second_column(numbers: str, tmp_path: Path) -> None:
    a, b, c = numbers.split()
    text = f"# text = New York\n{a}\tNew\tB-X\n{b}\tYork\tI-X\n\n{c}\tOslo\tB-X\n"
    gold = write(tmp_path / "gold", text)
    assert [unit.tokens for unit in read_columns(gold).units] == [("New", "York"), ("Oslo",)]

    plain = write(tmp_path / "plain", "New B-X\nYork I-X\n\nOslo O\n")
    assert [file.units[1].tokens for file in read_pair(gold, plain)] == [("Oslo",), ("Oslo",)]
    other = write(tmp_path / "other", text.replace("Oslo", "Bergen"))
    with pytest.raises(InvalidPrediction, match=r"line 5: 'Bergen', where .*: line 5 has 'Oslo'"):
        read_pair(gold, other)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("1 O\n2 O\n", ("1", "2")),  # no other column has a token
        ("1 CD O\nof IN O\n", ("1", "of")),
        ("1) LS O\n2,5 CD O\n", ("1)", "2,5")),
        ("١ CD O\n", ("١",)),
    ],
)
def test_a_token_may_be_a_number(text: str, tokens: tuple[str, ...], tmp_path: Path) -> None:
    assert read_columns(write(tmp_path / "gold", text)).units[0].tokens == tokens


def test_universal_ners_own_layout_is_refused(tmp_path: Path) -> None:
    """Its tag is the third of five columns."""
    said = refused(write(tmp_path / "gold", "# sent_id = 1\n1\tOslo\tB-LOC\t-\tana\n"))
    assert said.startswith("line 2: 'ana' is no tag; expected O, or B-, I-, E- or S- and a label")
    assert "in the last column" in said


def test_tags_alone_have_no_tokens(tmp_path: Path) -> None:
    found = read_columns(column(tmp_path / "gold", "O B-X", "# B-X"))
    assert [unit.tokens for unit in found.units] == [("", ""), ("",)]


@pytest.mark.parametrize(
    ("scheme", "sentences"),
    [
        ("IOB2", ["B-X I-X O"]),
        ("IOB1", ["I-X I-X O"]),
        ("IOB1", ["I-X B-X O"]),
        ("IOBES", ["O S-X"]),
        ("IOBES", ["B-X E-X"]),
        ("IOBES", ["I-X I-X", "O E-X", "B-X O"]),
        ("IOB2", ["O O"]),
        ("IOB2", ["B-X", "I-X"]),
        ("IOB1", ["B-X", "I-X", "I-Y"]),
        ("IOB2", ["B-X", "B-X", "I-X I-X I-Y I-X"]),
    ],
)
def test_a_scheme_is_found_out(scheme: Scheme, sentences: list[str], tmp_path: Path) -> None:
    found = read_columns(column(tmp_path / "gold", *sentences))
    assert (found.scheme, found.declared) == (scheme, False)


@pytest.mark.parametrize(
    ("scheme", "gold", "predicted"),
    [
        ("IOB1", "I-X I-X", "O O"),
        ("IOBES", "S-X O", "O O"),
        ("IOB2", "B-X I-X", "O O"),
        ("IOB2", "I-X I-X", "B-X I-X"),
        ("IOB2", "S-X O", "B-X I-X"),
        ("IOB2", "B-X I-X", "I-X I-X"),
        ("IOBES", "S-X O", "I-X I-X"),
    ],
)
def test_a_predictions_scheme_is_golds_or_iob2_and_golds_where_both_fit_alike(
    scheme: Scheme, gold: str, predicted: str, tmp_path: Path
) -> None:
    paths = column(tmp_path / "gold", gold), column(tmp_path / "predicted", predicted)
    assert read_pair(*paths)[1].scheme == scheme


def test_a_declared_scheme_is_taken(tmp_path: Path) -> None:
    path = column(tmp_path / "gold", "I-X I-X", "B-Y B-Y")
    for scheme in SCHEMES:
        found = read_columns(path, scheme)
        assert (found.scheme, found.declared) == (scheme, True)
    assert [f.scheme for f in read_pair(path, path, ("IOBES", "IOB1"))] == ["IOBES", "IOB1"]


def test_malformed_places_are_listed_whatever_the_repair(tmp_path: Path) -> None:
    path = write(tmp_path / "gold", "# x\na I-X\nb O\nc I-Y\nd I-X\n\ne B-X\n")
    expected = (
        Malformed(2, "", "I-X", "B-X"),
        Malformed(4, "O", "I-Y", "B-Y"),
        Malformed(5, "I-Y", "I-X", "B-X"),
    )
    for repair in (None, *REPAIRS):
        assert read_columns(path, "IOB2", repair).malformed == expected
    assert str(expected[0]) == "line 2: I-X after the start of the sentence; expected B-X"
    assert str(expected[1]) == "line 4: I-Y after O; expected B-Y"


def test_a_sentence_may_end_too_early(tmp_path: Path) -> None:
    found = read_columns(column(tmp_path / "gold", "B-X", "B-X I-X I-Y", "E-X S-X"))
    assert found.malformed == (
        Malformed(1, "B-X", "", "I-X or E-X"),
        Malformed(5, "I-X", "I-Y", "I-X or E-X"),
        Malformed(5, "I-Y", "", "I-Y or E-Y"),
        Malformed(7, "", "E-X", "B-X or S-X"),
    )
    said = "line 1: the end of the sentence after B-X; expected I-X or E-X"
    assert str(found.malformed[0]) == said


def refused(path: Path, scheme: Scheme | None = None) -> str:
    with pytest.raises(InvalidPrediction) as caught:
        read_columns(path, scheme)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    assert len(said) < len(str(path)) + 250
    return said.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    "tag",
    [
        *"PERSON b-PER B B- I- -PER o L-PER U-PER M-PER B_PER B-PER- B--PER O- _ 0".split(),
        "B-\x1b[31m",
        "x" * 999,
    ],
)
def test_what_is_no_tag_is_refused(tag: str, tmp_path: Path) -> None:
    said = refused(write(tmp_path / "gold", f"a O\nb {tag}\n"))
    assert said == (
        f"line 2: {tag[:60]!r} is no tag; expected O, or B-, I-, E- or S- and a label without a "
        f"hyphen at its ends, in the last column (of BILOU make IOBES: E- of L-, S- of U-)"
    )


CARRIAGE_RETURN = "line {}: a carriage return inside; expected lines that end with LF or CRLF"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\tO\nb\t\n", "line 2: columns: 1; expected 2, as in line 1"),
        ("\n# x\na N O\nb B-NP\n", "line 4: columns: 2; expected 3, as in line 3"),
        ("a O\nNew York O\n", "line 2: columns: 3; expected 2, as in line 1"),
        ("\ufeffa O\n", "line 1: begins with a byte order mark; expected UTF-8 without"),
        ("", "no token; expected a line for each, its tag at the end"),
        ("\n-DOCSTART- O\n\n# x\n", "no token; expected a line for each, its tag at the end"),
        ("a B-X\rb I-X\r\rc B-Y\r", CARRIAGE_RETURN.format(1)),
        ("a O\nb\r O\n", CARRIAGE_RETURN.format(2)),
        ("a O\r\nb O\r\r\n", CARRIAGE_RETURN.format(2)),
        ("a O\n\r\r", CARRIAGE_RETURN.format(2)),
        ("a O\r" * LINE_LIMIT, CARRIAGE_RETURN.format(1)),
        ("x" * LINE_LIMIT, f"line 1: too long; expected {LINE_LIMIT} bytes at most"),
    ],
)
def test_what_is_no_column_file_is_refused(text: str, expected: str, tmp_path: Path) -> None:
    path = write(tmp_path / "gold", text + "\n" if len(text) == LINE_LIMIT else text)
    assert refused(path) == expected


def test_a_line_at_the_limit_is_read(tmp_path: Path) -> None:
    line = "x" * (LINE_LIMIT - 3) + " O\n"
    assert read_columns(write(tmp_path / "gold", line + line)).sentences == 1


def test_a_file_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a pipe that never ends, in lines of whatever length."""
    path = write(tmp_path / "gold", "a O\n" * 3)
    for lines, size, refused_in in ((3, 12, 0), (2, 12, 3), (3, 11, 3), (3, 7, 2), (0, 0, 1)):
        monkeypatch.setattr(conll, "LINES_LIMIT", lines)
        monkeypatch.setattr(conll, "BYTES_LIMIT", size)
        if refused_in:
            assert refused(path) == (
                f"line {refused_in}: the file is too long; expected {lines} lines and {size} bytes "
                f"at most"
            )
        else:
            assert read_columns(path).sentences == 1


def test_what_would_speak_to_the_terminal_is_escaped(tmp_path: Path) -> None:
    names = [f"\x1b[2J{name}\u202e" for name in ("gold", "predicted")]
    shown = [f"{tmp_path}/\\x1b[2J{name}\\u202e" for name in ("gold", "predicted")]
    gold = write(tmp_path / names[0], "a B-X\nb S-X\n")
    assert read_columns(gold).path == shown[0]
    wrong = write(tmp_path / names[1], "\x1b[31m O\n")
    calls: list[tuple[Callable[[], object], str]] = [
        (
            lambda: read_pair(gold, wrong),
            f"{shown[1]}: line 1: '\\x1b[31m', where {shown[0]}: line",
        ),
        (lambda: read_columns(gold, "IOB2"), f"{shown[0]}: line 2: 'S-X' is no tag of IOB2"),
        (lambda: read_columns(f"{gold}\n"), f"{shown[0]}\\n: cannot be read"),
        (lambda: read_columns(write(wrong, "a O\nb")), f"{shown[1]}: line 2: columns: 1"),
        (lambda: read_columns(write(wrong, "a B-\x07\n")), f"{shown[1]}: line 1: 'B-\\x07' is no"),
        (lambda: read_columns(write(wrong, "")), f"{shown[1]}: no token"),
    ]
    for call, start in calls:
        with pytest.raises(InvalidPrediction) as caught:
            call()
        assert str(caught.value).startswith(start)
        assert str(caught.value).isprintable()


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    expected = "cannot be read ({}); expected a file in CoNLL columns"
    assert refused(tmp_path / "absent") == expected.format("No such file or directory")
    assert refused(tmp_path) == expected.format("Is a directory")
    (tmp_path / "latin").write_bytes("a O\nMünchen O\n".encode("latin-1"))
    assert refused(tmp_path / "latin") == "line 2: not UTF-8; expected a text in UTF-8"
    assert refused(Path("/dev/zero")) == f"line 1: too long; expected {LINE_LIMIT} bytes at most"


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=write, args=(tmp_path / "pipe", "# O\na O\n"))
    writer.start()
    assert read_columns(tmp_path / "pipe").units[0].tokens == ("#", "a")
    writer.join()


@pytest.mark.parametrize("scheme", ["IOB1", "IOB2"])
def test_a_tag_of_another_scheme_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    said = refused(column(tmp_path / "gold", "B-X E-X"), scheme)
    assert said == (
        f"line 2: 'E-X' is no tag of {scheme}; expected O, B- or I-, or to be told that the "
        f"scheme is IOBES"
    )


GOLD = "a O\nb O\n\nc O\n"


@pytest.mark.parametrize(
    ("gold", "predicted", "other", "theirs", "line", "mine"),
    [
        (GOLD, "a O\nB O\n\nc O\n", 2, "'B'", 2, "'b'"),
        (GOLD, "# x\n\na O\n\nb O\n\nc O\n", 4, "the end of a sentence", 2, "'b'"),
        (GOLD, "a O\nb O\nc O\n", 3, "'c'", 3, "the end of a sentence"),
        (GOLD, "a O\nb O\n", 3, "the end of the file", 4, "'c'"),
        (GOLD, GOLD + "\nd O\n", 6, "'d'", 5, "the end of the file"),
        (GOLD, "O\nO\n\nO\nO\n", 5, "a token", 5, "the end of a sentence"),
        (CONLL2003, GOLD, 1, "'a'", 1, "-DOCSTART-"),
        (GOLD, "a O\nb O\n\n-DOCSTART- O\nc O\n", 4, "-DOCSTART-", 4, "'c'"),
        ("x" * 99 + "a O\n", "x" * 99 + "b O\n", 1, "'" + "x" * 59, 1, "'" + "x" * 59),
    ],
)
def test_files_on_other_tokens_are_refused(
    gold: str, predicted: str, other: int, theirs: str, line: int, mine: str, tmp_path: Path
) -> None:
    paths = write(tmp_path / "gold", gold), write(tmp_path / "predicted", predicted)
    with pytest.raises(InvalidPrediction) as caught:
        read_pair(*paths)
    assert str(caught.value) == (
        f"{paths[1]}: line {other}: {theirs}, where {paths[0]}: line {line} has {mine}; "
        f"expected the same tokens, sentences and documents in both"
    )


def test_columns_comments_and_empty_lines_need_not_agree(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold", CONLL2003)
    text = "# x\n-DOCSTART-\nB-ORG\nO\n\n\nO\n\n-DOCSTART-\n-DOCSTART- O\nB-PER\nO\n"
    right, said = read_pair(gold, write(tmp_path / "predicted", text))
    assert [unit.id for unit in right.units] == ["document 1, line 3", "document 2, line 10"]
    assert [unit.id for unit in said.units] == ["document 1, line 3", "document 2, line 11"]
    assert right.sentences == said.sentences == 3
    assert said.units[1].spans == ((0, 1, "PER"),)


SENTENCES = st.lists(
    st.lists(st.sampled_from(tags_of("IOBES", "XY")), min_size=1, max_size=5),
    min_size=1,
    max_size=5,
)


@given(st.lists(SENTENCES, min_size=1, max_size=4), st.sampled_from(REPAIRS), st.booleans())
def test_a_file_says_what_its_sentences_say(
    tmp_path_factory: pytest.TempPathFactory,
    documents: list[list[list[str]]],
    repair: Repair,
    with_documents: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "random"
    lines = []
    for document in documents:
        lines += ["-DOCSTART- O", ""] if with_documents else []
        for tags in document:
            lines += [f"t{i} {tag}" for i, tag in enumerate(tags)] + [""]
    found = read_columns(write(path, "\n".join(lines)), "IOBES", repair)
    units = documents if with_documents else [[tags] for document in documents for tags in document]
    assert found.sentences == sum(map(len, documents))
    assert len(found.units) == len(units)
    for unit, sentences in zip(found.units, units, strict=True):
        at = itertools.accumulate((len(tags) for tags in sentences), initial=0)
        assert list(unit.spans) == [
            (start + offset, end + offset, label)
            for tags, offset in zip(sentences, at, strict=False)
            for start, end, label in decode(tags, "IOBES", repair)
        ]
        assert len(unit.tokens) == sum(map(len, sentences))
    for place in found.malformed:
        assert not place.tag or lines[place.line - 1].split()[-1] == place.tag
