"""Scoring, beside seqeval's report and nervaluate on the same entities.

Articles are runs of whole paragraphs of the corpus, 25 to 500 tokens, drawn with a seed; the
prediction is gold with annotations left out, mentions relabelled and cut short. seqeval is given
tags that are built already, nervaluate spans; both count entities alone, once with each way of
matching that they have. Every way runs in processes of its own, which read what it is given before
the clock starts.
"""

import gc
import math
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
from msgspec.structs import replace
from pyarrow import json as arrow_json
from pyarrow import parquet

from dateline import (
    ENTITY_LABELS,
    Article,
    Document,
    Entity,
    Gold,
    Prediction,
    Quote,
    load,
    paragraphs,
    read_predictions,
    score,
    tokenize,
    write_predictions,
)
from dateline.bio import encode
from dateline.corpus import document_row
from dateline.documents import Mention
from dateline.predictions import prediction_of
from dateline.statistics import bootstrap_intervals, compare

from .report import spread, write_section

ROUNDS = {1_000: 9, 10_000: 9, 100_000: 3}
"""Articles → how often each way is measured."""
RUNS, ENOUGH, LONG = 7, 2.0, 60.0
"""So many runs of one process are timed, or so many seconds; their median counts. Where the first
takes more seconds than the last figure here it is the only one."""
JUDGED = 10_000
"""Up to so many articles nervaluate is measured; with more seqeval is measured once."""
SEED = 12345
TOKENS = range(25, 501)
LEFT_OUT, RELABELLED, CUT = 0.15, 0.1, 0.1
SYSTEMS, SWAPS = 8, 10_000
LEAVES = {
    "entities": ("start", "end", "label"),
    "quotes": (
        "kind",
        *(f"{x}.{y}" for x in ("cue", "source") for y in ("start", "end")),
        *(f"{x}.list.element.{y}" for x in ("fragments", "speakers") for y in ("start", "end")),
    ),
    "events": (
        *("start", "end", "type", "realis", "polarity"),
        *(f"arguments.list.element.{x}" for x in ("start", "end", "role")),
    ),
}
"""What is read of gold: not the text beside each span, nor tokens and sentences."""
COMMAND = "python -m bench.scoring"


NOTE = """\
Medians, with the lowest and the highest, of as many processes as `ROUNDS` says. Each does the work
once, which memory is of, and then up to seven times, which seconds are the median of; once where
that takes two seconds, and the first where that takes a minute. *Entities* is the strict score as
seqeval reports it: averages, and a row for every type; and the interval; its objects have entities
alone. *All scores* are those of all layers, each with all of this. *Gold prepared*: another
prediction on the same `Gold`. For files gold is an Arrow table in memory. Slope: 1 is as many times
the seconds as articles, since the size before. At 100,000 articles seqeval is run once, nervaluate
not at all. Dateline works in as many threads as there are cores, four at the most; seqeval and
nervaluate in one. GiB: by how much the peak of memory rose, and the peak of the whole process, with
Python, its libraries and what was given."""


class Measured(NamedTuple):
    """What one process took."""

    seconds: float
    more: float
    """GiB by which the peak of memory was higher than before."""
    whole: float
    """GiB of the whole process at its peak, with what it was given."""


def windows() -> list[Document]:
    """Return all runs of paragraphs of the corpus that have as many tokens as `TOKENS` says."""
    found = []
    for split in ("train", "validation", "test"):
        for document in load("corpus", split):
            lines = [line for line in paragraphs(document.text) if line[0] < line[1]]
            for i, (first, _) in enumerate(lines):
                for _, last in lines[i:]:
                    if len(tokenize(document.text[first:last])) in TOKENS:
                        found.append(_window(document, first, last))
    return found


def _window(document: Document, first: int, last: int) -> Document:
    def moved(span: Any) -> Any:
        return replace(span, start=span.start - first, end=span.end - first)

    def inside(spans: Any) -> bool:
        return all(first <= span.start and span.end <= last for span in spans)

    def quote(whole: Quote) -> Quote:
        parts = [
            moved(part) if part and inside([part]) else None for part in (whole.cue, whole.source)
        ]
        speakers = tuple(moved(s) for s in whole.speakers if inside([s]))
        return Quote(tuple(map(moved, whole.fragments)), whole.kind, *parts, speakers)

    return Document(
        Article("window", document.text[first:last]),
        tuple(moved(one) for one in document.entities if inside([one])),
        tuple(quote(one) for one in document.quotes if inside(one.fragments)),
        tuple(
            replace(moved(one), arguments=tuple(moved(a) for a in one.arguments if inside([a])))
            for one in document.events
            if inside([one])
        ),
    )


def make(articles: int, folder: Path) -> list[int]:
    """Draw gold and prediction, and write both in all forms; return the numbers of annotations."""
    drawn = random.Random(SEED)
    there = windows()
    rows = [drawn.randrange(len(there)) for _ in range(articles)]
    ids = [f"a{i}" for i in range(articles)]
    encoder = msgspec.json.Encoder()
    with (folder / "gold.jsonl").open("wb") as file:
        for id, row in zip(ids, rows, strict=True):
            document = there[row]
            file.write(encoder.encode(replace(document, article=_named(document, id))) + b"\n")
    write_predictions(
        folder / "said.jsonl",
        (_said(there[row], id, drawn) for id, row in zip(ids, rows, strict=True)),
    )
    from datasets import disable_progress_bars, load_dataset  # not in what is measured

    disable_progress_bars()
    features = load_dataset("corpus", "documents", split="test").features
    rows_there = [features.encode_example(document_row(document)) for document in there]
    table = pa.Table.from_pylist(rows_there, schema=features.arrow_schema).take(rows)
    place = table.column_names.index("id")
    parquet.write_table(table.set_column(place, "id", pa.array(ids)), folder / "gold.parquet")
    options = arrow_json.ParseOptions(explicit_schema=_shape())
    parquet.write_table(
        arrow_json.read_json(folder / "said.jsonl", parse_options=options), folder / "said.parquet"
    )
    sizes = [[len(getattr(there[row], layer)) for row in rows] for layer in _LAYERS]
    return [sum(len(tokenize(there[row].text)) for row in rows), *map(sum, sizes)]


_LAYERS = ("entities", "quotes", "events")


def _named(document: Document, id: str) -> Article:
    return replace(document.article, id=id)


def _said(document: Document, id: str, drawn: random.Random) -> Prediction:
    whole = prediction_of(document)
    kept = {
        layer: [one for one in getattr(whole, layer) if drawn.random() >= LEFT_OUT]
        for layer in _LAYERS
    }
    kept["entities"] = [_worse(one, document.text, drawn) for one in kept["entities"]]
    return Prediction(id, **{layer: tuple(found) for layer, found in kept.items()})


def _shape() -> pa.Schema:
    """Return the columns of predictions."""
    text, offsets = pa.string(), [("start", pa.int32()), ("end", pa.int32())]
    span, argument = pa.struct(offsets), pa.struct([("role", text), *offsets])
    quote = [("kind", text), ("fragments", pa.list_(span)), ("cue", span), ("source", span)]
    event = [*offsets, ("type", text), ("realis", text), ("polarity", text)]
    return pa.schema(
        [
            ("id", text),
            ("entities", pa.list_(pa.struct([*offsets, ("label", text)]))),
            ("quotes", pa.list_(pa.struct([*quote, ("speakers", pa.list_(text))]))),
            ("events", pa.list_(pa.struct([*event, ("arguments", pa.list_(argument))]))),
        ]
    )


def _worse(mention: Any, text: str, drawn: random.Random) -> Any:
    fate = drawn.random()
    if fate < RELABELLED:
        return replace(mention, label=drawn.choice(ENTITY_LABELS))
    tokens = tokenize(mention.of(text))
    if fate < RELABELLED + CUT and len(tokens) > 1:
        return replace(mention, end=mention.start + tokens[-2][1])
    return mention


def _objects(folder: Path) -> tuple[list[Document], list[Prediction]]:
    decoder = msgspec.json.Decoder(Document)
    with (folder / "gold.jsonl").open("rb") as file:
        gold = [decoder.decode(line) for line in file]
    return gold, read_predictions(folder / "said.jsonl", [document.article for document in gold])


class _OfGold(msgspec.Struct):
    article: Article
    entities: tuple[Entity, ...]


class _OfPrediction(msgspec.Struct):
    id: str
    entities: tuple[Mention, ...]


def _mentions_alone(folder: Path) -> tuple[list[Document], list[Prediction]]:
    """Read gold and prediction as who has entities alone, and as seqeval is given them."""
    gold, said = msgspec.json.Decoder(_OfGold), msgspec.json.Decoder(_OfPrediction)
    with (folder / "gold.jsonl").open("rb") as file:
        documents = [Document(one.article, one.entities) for one in map(gold.decode, file)]
    with (folder / "said.jsonl").open("rb") as file:
        return documents, [Prediction(one.id, one.entities) for one in map(said.decode, file)]


def seqeval(folder: Path) -> Callable[[], Any]:
    """Seqeval's report, strict and IOB2."""
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    tags: list[list[list[str]]] = [[], []]
    for sides in zip(*_mentions_alone(folder), strict=True):
        tokens = tokenize(sides[0].text)
        for side, one in zip(tags, sides, strict=True):
            side.append(encode(tokens, [(e.start, e.end, e.label) for e in one.entities or ()]))
    return lambda: classification_report(
        *tags, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )


def nervaluate(folder: Path) -> Callable[[], Any]:
    """All four schemas of nervaluate."""
    from nervaluate import Evaluator

    gold, said = (
        [
            [{"label": e.label, "start": e.start, "end": e.end - 1} for e in one.entities or ()]
            for one in side
        ]
        for side in _mentions_alone(folder)
    )
    return lambda: Evaluator(gold, said, tags=list(ENTITY_LABELS), loader="dict").evaluate()


def strict_objects(folder: Path) -> Callable[[], Any]:
    """The strict score of entities from objects: what seqeval reports, and the interval."""
    gold, said = _mentions_alone(folder)
    return lambda: _figures(score(gold, said, further=False))


def strict_prepared(folder: Path) -> Callable[[], Any]:
    """The same of another prediction on the same gold."""
    documents, said = _mentions_alone(folder)
    gold = Gold(documents)
    gold.side(["entities"])
    return lambda: _figures(score(gold, said, further=False))


def _gold(folder: Path) -> pa.Table:
    leaves = [f"{layer}.list.element.{x}" for layer, said in LEAVES.items() for x in said]
    with parquet.ParquetFile(folder / "gold.parquet") as file:
        return file.read(["id", "text", "story", *leaves])


def _mentions(folder: Path) -> pa.Table:
    label = "entities.list.element.label"
    with parquet.ParquetFile(folder / "said.parquet", read_dictionary=[label]) as file:
        return file.read(["id", "entities"])


def strict_columns(folder: Path) -> Callable[[], Any]:
    """The same from Arrow columns, labels as numbers."""
    gold, said = _gold(folder), _mentions(folder)
    return lambda: _figures(score(gold, said, further=False))


def strict_columns_prepared(folder: Path) -> Callable[[], Any]:
    """The same of another prediction on the same gold."""
    gold, said = Gold(_gold(folder)), _mentions(folder)
    gold.side(["entities"])
    return lambda: _figures(score(gold, said, further=False))


def all_objects(folder: Path) -> Callable[[], Any]:
    """All scores of all layers, with intervals, from objects."""
    gold, said = _objects(folder)
    return lambda: _figures(score(gold, said))


def all_columns(folder: Path) -> Callable[[], Any]:
    """The same from Arrow columns."""
    gold = _gold(folder)
    said = parquet.read_table(folder / "said.parquet")
    return lambda: _figures(score(gold, said))


def all_json(folder: Path) -> Callable[[], Any]:
    """The same with the prediction read from JSON lines."""
    gold = _gold(folder)
    return lambda: _figures(score(gold, folder / "said.jsonl"))


def all_parquet(folder: Path) -> Callable[[], Any]:
    """The same with the prediction read from Parquet."""
    gold = _gold(folder)
    return lambda: _figures(score(gold, folder / "said.parquet"))


def comparing(folder: Path) -> Callable[[], Any]:
    """Eight systems compared, from their counts: all pairs, swaps, and bootstrap intervals."""
    gold = _gold(folder)
    scored = score(gold, folder / "said.parquet", further=False).entities
    assert scored is not None
    counts = scored.ranked.by_unit
    drawn = np.random.default_rng(SEED)
    systems = np.stack([_another(counts, drawn) for _ in range(SYSTEMS)])
    return lambda: (
        compare(systems, SWAPS, SEED),
        [bootstrap_intervals(one, SWAPS, SEED) for one in systems],
    )


def _another(counts: Any, drawn: np.random.Generator) -> Any:
    """Return the counts of a system that finds a little less."""
    lost = drawn.binomial(counts[:, 0], 0.05)
    return counts + np.stack([-lost, np.zeros_like(lost), lost], axis=1)


def _figures(scored: Any) -> list[Any]:
    """Return what a report has: every average, every type, every interval."""
    results = [r for layer in scored if layer for r in layer.results.values() if r]
    return [(r.micro, r.macro, r.weighted, r.per_type, r.interval) for r in results]


WAYS: dict[str, Callable[[Path], Callable[[], Any]]] = {
    "seqeval, entities": seqeval,
    "nervaluate, entities": nervaluate,
    "entities, objects": strict_objects,
    "entities, objects, gold prepared": strict_prepared,
    "entities, Arrow columns": strict_columns,
    "entities, Arrow columns, gold prepared": strict_columns_prepared,
    "all scores, objects": all_objects,
    "all scores, Arrow columns": all_columns,
    "all scores, JSON lines": all_json,
    "all scores, Parquet": all_parquet,
}
JUDGES = ("seqeval, entities", "nervaluate, entities")
COMPARING = f"comparison of {SYSTEMS} systems"


def measured(run: Callable[[Path], Callable[[], Any]], folder: Path, first: Path) -> Measured:
    """Measure a way in a process of its own, after a run on the articles of *first*."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (run, folder, first))


def _measure(make_run: Callable[[Path], Callable[[], Any]], folder: Path, small: Path) -> Measured:
    make_run(small)()  # imports what it needs
    run = make_run(folder)
    gc.collect()
    pa.default_memory_pool().release_unused()  # what reading has left
    before = _resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what is resident now
    start = time.perf_counter()
    run()
    first = time.perf_counter() - start
    peak = _resident("VmHWM")
    seconds = [first] if first > LONG else []
    while len(seconds) < RUNS and sum(seconds) < ENOUGH:
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return Measured(statistics.median(seconds), peak - before, peak)


def _resident(which: str) -> float:
    """Return GiB that are resident, or were at the peak. Linux alone tells both."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{which}:")[2].split()[0]) / 2**20


def starting(cache: Path) -> list[float]:
    """Return how many times as long as importing numpy `dateline --help` takes.

    Both from bytecode, as they are installed; *cache* is a folder for it.
    """
    commands = (["-m", "dateline", "--help"], ["-c", "import numpy"])
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    found = []
    for _ in range(10):
        seconds = []
        for command in commands:
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, *command],
                check=True,
                stdout=subprocess.DEVNULL,
                env=environment,
            )
            seconds.append(time.perf_counter() - start)
        found.append(seconds[0] / seconds[1])
    return found[1:]  # the first has written it


def main() -> None:
    """Measure, and write the section."""
    lines: list[str] = []
    before: dict[str, float] = {}
    with TemporaryDirectory() as name:
        first = Path(name) / "first"
        first.mkdir()
        make(20, first)
        for articles, rounds in ROUNDS.items():
            folder = Path(name) / str(articles)
            folder.mkdir()
            sizes = make(articles, folder)
            found = _rounds(folder, first, articles, rounds)
            lines += ["", _title(articles, sizes), "", *_table(found, before)]
            before = {
                way: statistics.median(r.seconds for r in runs) for way, runs in found.items()
            }
            for file in folder.iterdir():
                file.unlink()
        times = spread(starting(Path(name) / "bytecode"), 1)
    start = f"`dateline --help` takes {times} times as long as `import numpy`, both from bytecode."
    lines = [
        NOTE,
        *lines,
        "",
        f"{start} {SYSTEMS} systems are compared from their counts by article:",
    ]
    lines += [f"all pairs, {SWAPS:,} swaps, and {SWAPS:,} replicates for each bootstrap interval."]
    write_section("Scoring", COMMAND, ("dateline", "seqeval", "nervaluate", "pyarrow"), lines)


def _rounds(folder: Path, first: Path, articles: int, rounds: int) -> dict[str, list[Measured]]:
    ways = {w: run for w, run in WAYS.items() if w != JUDGES[1] or articles <= JUDGED}
    if articles == JUDGED:
        ways[COMPARING] = comparing
    found: dict[str, list[Measured]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            if articles > JUDGED and way == JUDGES[0] and found[way]:
                continue
            found[way].append(measured(run, folder, first))
            print(articles, way, *found[way][-1], file=sys.stderr)
    return found


def _title(articles: int, sizes: Sequence[int]) -> str:
    tokens, *layers = sizes
    named = ", ".join(f"{n:,} {layer}" for n, layer in zip(layers, _LAYERS, strict=True))
    return f"**{articles:,} articles**, {tokens:,} tokens; in gold {named}:"


def _table(found: dict[str, list[Measured]], before: dict[str, float]) -> Iterator[str]:
    judge = [run.seconds for run in found[JUDGES[0]]]
    yield "| work | seconds | seqeval's report takes … times that | slope | GiB more | GiB in all |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for way, runs in found.items():
        seconds = [run.seconds for run in runs]
        slope = ""
        if way in before:
            slope = f"{math.log10(statistics.median(seconds) / before[way]):.2f}"
        judged = judge if len(judge) == len(runs) else judge * len(runs)
        ratios = [a / b for a, b in zip(judged, seconds, strict=True)]
        times = spread(ratios, 1) if way != JUDGES[0] else ""
        more, whole = (max(values) for values in zip(*(run[1:] for run in runs), strict=True))
        yield f"| {way} | {spread(seconds, 3)} | {times} | {slope} | {more:.2f} | {whole:.2f} |"


if __name__ == "__main__":
    main()
