"""Two hundred malformed predictions files, each refused in one message that names the fault.

A seeded mutator makes each from a good file, by one operator that leaves nothing sound. An operator
returns what it wrote, the line at fault, if one is, and the field as a message must name it.
"""

import copy
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
import pytest
from conftest import TESTS

from dateline import load
from dateline.cli import main
from dateline.predictions import prediction_of

SEED = 20261122
FILES = 200
SECONDS = 10
"""More than enough on a machine that is busy."""
MEBIBYTE = 2**20

Row = dict[str, Any]
Place = tuple[str | int, ...]


class Good(NamedTuple):
    """A good predictions file and the texts of its articles."""

    rows: list[Row]
    texts: dict[str, str]

    def lines(self) -> list[str]:
        return [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in self.rows]


class Bad(NamedTuple):
    """What an operator made."""

    content: bytes | Callable[[Path], object]
    """The file's bytes, or what makes something else of that path."""
    line: int = 0
    """The line at fault, from 1; 0 where it is the whole file."""
    field: str = ""
    """What the message must say of the field at fault."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(TESTS / "tiny", tmp_path_factory.mktemp("built") / "tiny") / "corpus"
    assert main(["build", "--corpus", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def good(corpus: Path) -> Good:
    documents = load(corpus, "test")
    rows = [json.loads(msgspec.json.encode(prediction_of(d))) for d in documents]
    return Good(rows, {d.id: d.text for d in documents})


def joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def nodes(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield every value in JSON data with the path to it."""
    yield path, value
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from nodes(inner, (*path, step))


def name(path: Place) -> str:
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in path).removeprefix(".")


def at(row: Row, path: Place) -> Any:
    for step in path:
        row = row[step]  # type: ignore[index]
    return row


def changed(good: Good, number: int, path: Place, literal: str) -> bytes:
    """The file with *literal*, JSON or not, for the value at *path* of a line."""
    rows = copy.deepcopy(good.rows)
    at(rows[number], path[:-1])[path[-1]] = "@@"
    return joined([line.replace('"@@"', literal) for line in Good(rows, {}).lines()])


def edited(good: Good, number: int, edit: Callable[[Row], object]) -> bytes:
    """The file with one row edited in Python."""
    rows = copy.deepcopy(good.rows)
    edit(rows[number])
    return joined(Good(rows, {}).lines())


def with_line(good: Good, number: int, line: str) -> bytes:
    lines = good.lines()
    lines[number] = line
    return joined(lines)


Wanted = Callable[[Place, Any], bool]


def pick(random: Random, good: Good, wanted: Wanted) -> tuple[int, Place]:
    """Choose one of the values that *wanted* says yes to: its row and its path."""
    found = [
        (number, path)
        for number, row in enumerate(good.rows)
        for path, value in nodes(row)
        if wanted(path, value)
    ]
    return random.choice(found)


def called(*keys: str) -> Wanted:
    return lambda path, _: bool(path) and path[-1] in keys


def is_span(path: Place, value: Any) -> bool:
    return isinstance(value, dict) and "start" in value


NO_INTEGERS = (
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "-0", "-0.0", "8.0", "1e2", "true"),
    *(
        "null",
        '"8"',
        "[]",
        "{}",
        "9" * 10_000,
        "-" + "9" * 10_000,
        "1." + "0" * 10_000,
        str(10**20),
    ),
    *("[" * 200 + "]" * 200, "[" * 50_000, '{"a":' * 50_000, '"\\ud800"', '"\\udc00\\ud800"'),
    *('"\u0000"', "nan", "0x10", "010", "+1", "1_000", ".5", "5.", "None", "'8'", ""),
)
OUTSIDE = ("-5", "-9223372036854775808", "9223372036854775807", "100000")
NO_WORDS = (
    *('"X"', '""', '"person"', '" PERSON"', "5", "null", "[]", '["PERSON"]', '"\\u001b[31mX"'),
    *('"\\u202e\\n\\r"', '"\\ud83d"', json.dumps("X" * 300_000), "NaN", "PERSON", "'PERSON'"),
    json.dumps("` - at `$.x[0]"),
)


def offset(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, called("start", "end"))
    return Bad(changed(good, number, path, random.choice(NO_INTEGERS)), number + 1, name(path))


def outside(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, called("start", "end"))
    content = changed(good, number, path, random.choice(OUTSIDE))
    return Bad(content, number + 1, f": {name(path[:-1])}: span [")


def empty_span(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, is_span)
    span = at(good.rows[number], path)
    content = changed(good, number, (*path, "end"), str(span["start"] - random.randrange(3)))
    return Bad(content, number + 1, f": {name(path)}: span [")


def closed_list(random: Random, good: Good) -> Bad:
    closed = called("label", "kind", "type", "realis", "polarity", "role")
    number, path = pick(random, good, closed)
    return Bad(changed(good, number, path, random.choice(NO_WORDS)), number + 1, name(path))


def wrong_shape(random: Random, good: Good) -> Bad:
    number, path = pick(
        random, good, lambda path, value: path != () and isinstance(value, dict | list)
    )
    other = "[]" if isinstance(at(good.rows[number], path), dict) else "{}"
    literal = random.choice((other, "5", "true", '"x"', "NaN", "-0", "[[[[]]]]", "[" * 50_000))
    return Bad(changed(good, number, path, literal), number + 1, name(path))


def nested(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, lambda path, _: path not in ((), ("id",)))
    depth = random.choice((100, 300, 500, 700, 850, 950, 1_000, 5_000, 50_000))
    start, end = random.choice((("[", "]"), ('{"a":', "}"), ('[{"text":', "}]")))
    content = changed(good, number, path, start * depth + "0" + end * depth)
    return Bad(content, number + 1, str(path[0]))


def unknown_key(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, lambda _, value: isinstance(value, dict))
    key = random.choice(
        ("colour", "START", "", "\x1b]0;x\x07", "k" * 300_000, "\n\n", "` - at `$.id")
    )
    content = edited(good, number, lambda row: at(row, path).update({key: random.choice((0, []))}))
    return Bad(content, number + 1, f"{name(path)}: Object contains unknown field")


def missing_key(random: Random, good: Good) -> Bad:
    needed = called("id", "label", "start", "end", "kind", "fragments", "type", "role")
    number, path = pick(random, good, needed)
    content = edited(good, number, lambda row: at(row, path[:-1]).pop(path[-1]))
    return Bad(content, number + 1, name(path[:-1]) or "id")


def missing_field(random: Random, good: Good) -> Bad:
    field = called("cue", "source", "speakers", "realis", "polarity", "arguments")
    # Not the first quote or event of an article: what stands first sets the rule.
    number, path = pick(random, good, lambda path, value: field(path, value) and path[1] != 0)
    content = edited(good, number, lambda row: at(row, path[:-1]).pop(path[-1]))
    return Bad(content, number + 1, f": {name(path)}: absent here and handed in before (line 1)")


def missing_layer(random: Random, good: Good) -> Bad:
    number, layer = random.randrange(2), random.choice(("entities", "quotes", "events"))
    said = "absent here and handed in" if number else "handed in here and absent"
    return Bad(edited(good, number, lambda row: row.pop(layer)), 2, f": {layer}: {said} before")


def repeated_key(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, lambda _, value: isinstance(value, dict))
    value = at(good.rows[number], path)
    key = random.choice(list(value))
    spelt = random.choice((json.dumps(key), f'"\\u{ord(key[0]):04x}{key[1:]}"'))
    literal = f"{json.dumps(value)[:-1]}, {spelt}: {json.dumps(value[key])}}}"
    content = changed(good, number, path, literal) if path else with_line(good, number, literal)
    return Bad(content, number + 1, f": {name((*path, key))}: the key '{key}' is repeated")


def truncated(random: Random, good: Good) -> Bad:
    number = random.randrange(len(good.rows))
    lines = good.lines()
    content = (
        joined(lines[:number]) + lines[number].encode()[: random.randrange(1, len(lines[number]))]
    )
    return Bad(content, number + 1)


def torn(random: Random, good: Good) -> Bad:
    """A line without one of its brackets, commas, colons and quotes, or with one twice."""
    number = random.randrange(len(good.rows))
    line = good.lines()[number]
    place = random.choice([match.start() for match in re.finditer(r'[\[\]{},:"]', line)])
    cut = line[:place] + line[place] * random.choice((0, 2)) + line[place + 1 :]
    return Bad(with_line(good, number, cut), number + 1)


def bad_byte(random: Random, good: Good) -> Bad:
    number = random.randrange(len(good.rows))
    lines = [line.encode() for line in good.lines()]
    byte = random.choice(
        (b"\xff", b"\xc0\x80", b"\x80", b"\xed\xa0\x80", b"\0", b"\x01", b"\x1b", b"\x0c")
    )
    place = random.randrange(len(lines[number]) + 1)
    lines[number] = lines[number][:place] + byte + lines[number][place:]
    return Bad(b"".join(line + b"\n" for line in lines), number + 1)


def encoding(random: Random, good: Good) -> Bad:
    codec = random.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp500"))
    return Bad(joined(good.lines()).decode().encode(codec), 1)


def no_text(random: Random, good: Good) -> Bad:
    made = (gzip.compress(joined(good.lines())), b"\xff" + random.randbytes(5_000), b"PAR1\x15\x04")
    return Bad(random.choice((*made, b"\0" * 5_000, b"id,start,end,label\n")), 1)


def no_prediction(random: Random, good: Good) -> Bad:
    number = random.randrange(len(good.rows))
    line = good.lines()[number]
    made = [*('[] 5 "x" null true {} NaN <xml/> { ] "'.split()), str(good.rows[number]), "[[]" * 9]
    made += [f"{line},", f"{line} {line}", f"[{line}]", f"// {line}", f"{line}}}"]
    return Bad(with_line(good, number, random.choice(made)), number + 1)


def wrong_id(random: Random, good: Good) -> Bad:
    number = random.randrange(len(good.rows))
    literals = (
        '"nowhere"',
        '"Lake-Ferry"',
        '"\\u001b[2J"',
        "5",
        "null",
        "[]",
        "{}",
        "[" * 400 + "]" * 400,
    )
    literal = random.choice((*literals, json.dumps("x" * 300_000), "[[[[[]]]]]", "9" * 10_000))
    return Bad(changed(good, number, ("id",), literal), number + 1, ": id")


def repeated_article(random: Random, good: Good) -> Bad:
    lines = good.lines()
    random.shuffle(lines)
    return Bad(joined([*lines, random.choice(lines)]), 3, ": id: ")


def missing_article(random: Random, good: Good) -> Bad:
    number = random.randrange(len(good.rows))
    other = good.rows[1 - number]["id"]
    return Bad(
        joined([good.lines()[number]]), 0, f"1 of 2 articles are missing, the first is '{other}'"
    )


def overlap(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, lambda path, _: len(path) == 2)
    content = edited(good, number, lambda row: row[str(path[0])].append(at(row, path)))
    return Bad(content, number + 1, f": {path[0]}: ")


def no_fragment(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, called("fragments"))
    return Bad(changed(good, number, path, "[]"), number + 1, f": {name(path)}: empty")


def quoting(random: Random, good: Good) -> Bad:
    """A span that quotes its text, but not well."""
    number, path = pick(random, good, is_span)
    span = at(good.rows[number], path)
    text = good.texts[good.rows[number]["id"]][span["start"] : span["end"]]
    rest = {key: value for key, value in span.items() if key not in ("start", "end")}
    wrong: list[Row] = [{"text": "nowhere \x1b[0m"}, {"text": "e"}, {"text": ""}, {"text": 5}]
    wrong += [{"text": "x" * 300_000}, {"text": text, "end": 5}, {"text": [[[[]]]], "n": None}]
    numbers: list[Any] = [0, -1, 99, 10**18, True, "1", 1.0, [[[]]]]
    wrong += [{"text": text, "n": n} for n in numbers]
    beside: list[Any] = ["nowhere", f"{text} ", None, [], "\x07" * 99_999]
    wrong += [{**span, "text": said} for said in beside]
    content = changed(good, number, path, json.dumps({**rest, **random.choice(wrong)}))
    return Bad(content, number + 1, f": {name(path)}")


def wrong_speaker(random: Random, good: Good) -> Bad:
    number, path = pick(random, good, called("speakers"))
    speakers = [*('5 null true [] {} -0 {"start":1} {"start":5,"end":2}'.split())]
    speakers += ['{"start":"1","end":2}', '{"start":5,"end":99999}', '{"text":"nowhere"}']
    content = changed(good, number, path, f'["Ana Ruiz", {random.choice(speakers)}]')
    return Bad(content, number + 1, f": {name((*path, 1))}")


def no_file(random: Random, good: Good) -> Bad:
    def loop(path: Path) -> None:
        path.with_name("other").symlink_to(path)
        path.symlink_to(path.with_name("other"))

    makers = (
        loop,
        Path.mkdir,
        lambda path: path.symlink_to(path.with_name("nowhere")),
        Path.exists,
    )
    return Bad(random.choice(makers), 0, "cannot be read (")


def empty_file(random: Random, good: Good) -> Bad:
    return Bad(random.choice((b"", b"\n", b"\n\n \r\n")), 0, "2 of 2 articles are missing")


OPERATORS: tuple[Callable[[Random, Good], Bad], ...] = (
    *(offset, outside, empty_span, closed_list, wrong_shape, nested, unknown_key, missing_key),
    *(missing_field, missing_layer, repeated_key, truncated, torn, bad_byte, encoding, no_text),
    *(no_prediction, wrong_id, repeated_article, missing_article, overlap, no_fragment, quoting),
    *(wrong_speaker, no_file, empty_file),
)
NAMES = (
    *("predictions.jsonl", "a b.jsonl", "Möwe.jsonl", "a\nb.jsonl", "\x1b[31m.jsonl"),
    *("a\u202eb.jsonl", "x" * 200, os.fsdecode(b"\xff.jsonl")),
)


def mutated(number: int, good: Good) -> Bad:
    """Return the malformed file of that number; it is the same in every run."""
    random = Random(f"{SEED}/{number}")
    operator = OPERATORS[number % len(OPERATORS)] if number < 100 else random.choice(OPERATORS)
    return operator(random, good)


def written(bad: Bad, path: Path) -> str:
    """Write a malformed file; return its path as a message shows it."""
    if isinstance(bad.content, bytes):
        path.write_bytes(bad.content)
    else:
        bad.content(path)
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


def check_message(said: str, shown: str, bad: Bad) -> None:
    assert said.count("\n") == 1
    assert said.endswith("\n")
    message = said[:-1]
    assert message.startswith(f"dateline: {shown}: ")
    assert message.isprintable()
    assert len(message) < 1000
    assert "Traceback" not in message
    assert "$" not in message or (isinstance(bad.content, bytes) and b"`$" in bad.content)
    if bad.line:
        assert message.startswith(f"dateline: {shown}: line {bad.line}: ")
    assert bad.field in message


def test_the_good_file_is_scored(good: Good, corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(joined(good.lines()))
    assert main(["score", str(path), "--corpus", str(corpus)]) == 0


@pytest.mark.parametrize("number", range(FILES))
def test_a_malformed_file_is_refused_in_one_message(
    number: int, good: Good, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = mutated(number, good)
    assert bad.content != joined(good.lines())
    path = tmp_path / NAMES[number % len(NAMES)]
    shown = written(bad, path)
    begun = time.monotonic()
    code = main(["score", "--corpus", str(corpus), "--", str(path)])
    assert time.monotonic() - begun < SECONDS
    said, told = capsys.readouterr()
    assert code in (1, 2)
    assert said == ""
    check_message(told, shown, bad)


@pytest.mark.parametrize("number", [5, 24, 118])
def test_the_command_itself_refuses_it_too(
    number: int, good: Good, corpus: Path, tmp_path: Path
) -> None:
    bad = mutated(number, good)
    path = tmp_path / NAMES[number % len(NAMES)]
    shown = written(bad, path)
    command = [sys.executable, "-m", "dateline", "score", "--corpus", str(corpus), "--", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    check_message(done.stderr, shown, bad)


def test_a_pipe_is_read_like_a_file(good: Good, corpus: Path) -> None:
    out, into = os.pipe()
    os.write(into, joined(good.lines()))
    os.close(into)
    try:
        assert main(["score", f"/dev/fd/{out}", "--corpus", str(corpus)]) == 0
    finally:
        os.close(out)


LIMITED = """
import resource, sys
from dateline import InvalidPrediction, load, read_predictions

corpus, memory, *paths = sys.argv[1:]
articles = [document.article for document in load(corpus, "test")]
with open("/proc/self/statm") as sizes:
    used = int(sizes.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(memory), -1))
for path in paths:
    try:
        read_predictions(path, articles)
    except InvalidPrediction as error:
        print(error)
"""


def refused_within(memory: int, corpus: Path, *paths: Path) -> list[str]:
    """What reading each path says, with so many bytes more than there are at the start."""
    if not sys.platform.startswith("linux"):
        pytest.skip("memory is limited by what Linux has")
    command = [sys.executable, "-c", LIMITED, str(corpus), str(memory), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=6 * SECONDS)
    assert done.stderr == ""
    return done.stdout.splitlines()


def sparse(path: Path, start: bytes, size: int) -> Path:
    """A file of zeros behind *start*, which takes no room on the disk."""
    path.write_bytes(start)
    os.truncate(path, size)
    return path


def test_an_endless_line_is_not_read_to_its_end(good: Good, corpus: Path, tmp_path: Path) -> None:
    zeros = sparse(tmp_path / "zeros.jsonl", b"", 2**31)
    second = joined(good.lines()[:1]) + b'{"id": "'
    second_line = sparse(tmp_path / "second.jsonl", second, 300 * 10**6)
    paths = (zeros, second_line, Path("/dev/zero"))
    begun = time.monotonic()
    said = refused_within(32 * MEBIBYTE, corpus, *paths)
    assert time.monotonic() - begun < SECONDS
    assert said == [
        f"{path}: line {line}: longer than 1048576 bytes; expected an article a line"
        for path, line in zip(paths, (1, 2, 1), strict=True)
    ]


FILLED = {
    "arrays": ('{"id":"lake-ferry","entities":[', "[],", "0]}"),
    "objects": ('{"id":"lake-ferry","entities":[', "{},", "0]}"),
    "numbers": ('{"id":"lake-ferry","entities":[', "0,", "}"),
    "texts": ('{"id":"lake-ferry","entities":[', '{"text":"e","n":1,"label":"ORG"},', "0]}"),
    "escapes": ('{"id":"lake-ferry","entities":"', "\\u001b", '"}'),
    "backslashes": ('{"id":"lake-ferry","entities":"', "\\\\", '\\"}'),
    "brackets": ('{"id":"lake-ferry","entities":', "[", ""),
    "braces": ('{"id":"lake-ferry","entities":', '{"a":', ""),
    "keys": ('{"id":"lake-ferry","entities":[{', '"a":0,', "}]}"),
    "key": ('{"id":"lake-ferry","', "\\u001b", '":0,"entities":0}'),
}
"""Lines just short enough: their start, what they are filled up with, and their end."""


def test_a_line_just_short_enough_takes_no_minutes_and_no_gigabyte(
    corpus: Path, tmp_path: Path
) -> None:
    paths = []
    for fill, (start, piece, end) in FILLED.items():
        room = MEBIBYTE - len(start) - len(end) - 1
        paths.append(tmp_path / f"{fill}.jsonl")
        paths[-1].write_text(start + piece * (room // len(piece)) + end + "\n")
    begun = time.monotonic()
    said = refused_within(256 * MEBIBYTE, corpus, *paths)
    assert time.monotonic() - begun < SECONDS * 2
    for path, message in zip(paths, said, strict=True):
        assert message.startswith(f"{path}: line 1: ")
        assert "entities" in message
        assert message.isprintable()
        assert len(message) < 1000
