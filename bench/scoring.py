"""Scoring, beside seqeval's report and nervaluate on the same entities.

Articles are runs of whole paragraphs of the corpus, 25 to 500 tokens, drawn with a seed; the
prediction is gold with annotations left out, mentions relabelled and cut short. seqeval is given
tags that are built already, nervaluate spans; both count entities alone, once with each way of
matching that they have. Every way runs in processes of its own.
"""

import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from msgspec.structs import replace

from dateline import (
    ENTITY_LABELS,
    Article,
    Document,
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
from dateline.predictions import prediction_of

from .report import spread, write_section

SIZES = (1_000, 10_000)
ROUNDS = 3
SEED = 12345
TOKENS = range(25, 501)
LEFT_OUT, RELABELLED, CUT = 0.15, 0.1, 0.1
COMMAND = "python -m bench.scoring"


class Data(NamedTuple):
    """Gold and a prediction of the same articles."""

    gold: list[Document]
    said: list[Prediction]
    file: Path
    """The prediction as JSON lines."""


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


def data(articles: int, folder: Path) -> Data:
    """Draw articles and make the prediction."""
    drawn = random.Random(SEED)
    there = windows()
    gold, said = [], []
    for i in range(articles):
        document = there[drawn.randrange(len(there))]
        document = replace(document, article=replace(document.article, id=f"a{i}"))
        whole = prediction_of(document)
        kept = {
            layer: [one for one in getattr(whole, layer) if drawn.random() >= LEFT_OUT]
            for layer in ("entities", "quotes", "events")
        }
        kept["entities"] = [_worse(one, document.text, drawn) for one in kept["entities"]]
        gold.append(document)
        said.append(Prediction(document.id, **{x: tuple(y) for x, y in kept.items()}))
    path = folder / f"{articles}.jsonl"
    write_predictions(path, said)
    return Data(gold, said, path)


def _worse(mention: Any, text: str, drawn: random.Random) -> Any:
    fate = drawn.random()
    if fate < RELABELLED:
        return replace(mention, label=drawn.choice(ENTITY_LABELS))
    tokens = tokenize(mention.of(text))
    if fate < RELABELLED + CUT and len(tokens) > 1:
        return replace(mention, end=mention.start + tokens[-2][1])
    return mention


def seqeval(data: Data) -> Callable[[], Any]:
    """Seqeval's report, strict and IOB2."""
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2

    tags: list[list[list[str]]] = [[], []]
    for sides in zip(data.gold, data.said, strict=True):
        tokens = tokenize(sides[0].text)
        for side, one in zip(tags, sides, strict=True):
            side.append(encode(tokens, [(e.start, e.end, e.label) for e in one.entities or ()]))
    return lambda: classification_report(
        *tags, mode="strict", scheme=IOB2, output_dict=True, zero_division=0
    )


def nervaluate(data: Data) -> Callable[[], Any]:
    """All four schemas of nervaluate."""
    from nervaluate import Evaluator

    gold, said = (
        [
            [{"label": e.label, "start": e.start, "end": e.end - 1} for e in one.entities or ()]
            for one in side
        ]
        for side in (data.gold, data.said)
    )
    return lambda: Evaluator(gold, said, tags=list(ENTITY_LABELS), loader="dict").evaluate()


def ranking(data: Data) -> Callable[[], Any]:
    """The three scores that rank, with intervals, from objects."""
    return lambda: _intervals(score(data.gold, data.said, further=False))


def everything(data: Data) -> Callable[[], Any]:
    """All scores of all layers, with intervals, from objects."""
    return lambda: _intervals(score(data.gold, data.said))


def from_file(data: Data) -> Callable[[], Any]:
    """The same, with the prediction read from JSON lines."""
    articles = [document.article for document in data.gold]
    return lambda: _intervals(score(data.gold, read_predictions(data.file, articles)))


def _intervals(scored: Any) -> list[Any]:
    return [r.interval for layer in scored if layer for r in layer.results.values()]


WAYS = {
    "seqeval, entities": seqeval,
    "nervaluate, entities": nervaluate,
    "three ranking scores, objects": ranking,
    "all scores, objects": everything,
    "all scores, JSON lines": from_file,
}


def measured(way: str, articles: int, folder: Path) -> tuple[float, float]:
    """Return seconds, and how much higher the peak of memory was in GiB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (way, articles, folder))


def _measure(way: str, articles: int, folder: Path) -> tuple[float, float]:
    WAYS[way](data(20, folder))()  # imports what it needs
    run = WAYS[way](data(articles, folder))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    run()
    seconds = time.perf_counter() - start
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 2**20


def main() -> None:
    """Measure, and write the section."""
    lines = []
    with TemporaryDirectory() as name:
        for articles in SIZES:
            made = data(articles, Path(name))
            tokens = sum(len(tokenize(document.text)) for document in made.gold)
            spans = sum(len(d.entities) + len(d.quotes) + len(d.events) for d in made.gold)
            lines += [
                "",
                f"{articles:,} articles, {tokens:,} tokens, {spans:,} annotations in gold:",
            ]
            lines += ["", "| work | seconds | seqeval's report takes … times that | GiB |"]
            lines += ["| --- | ---: | ---: | ---: |"]
            rounds: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
            for _ in range(ROUNDS):
                for way, found in rounds.items():
                    found.append(measured(way, articles, Path(name)))
                    print(articles, way, *found[-1], file=sys.stderr)
            judge = [seconds for seconds, _ in rounds["seqeval, entities"]]
            for way, found in rounds.items():
                seconds = [one for one, _ in found]
                times = [a / b for a, b in zip(judge, seconds, strict=True)]
                ratio = spread(times, 1) if way != "seqeval, entities" else ""
                memory = max(one for _, one in found)
                lines.append(f"| {way} | {spread(seconds, 3)} | {ratio} | {memory:.2f} |")
    said = f"{ROUNDS} rounds; medians, with the lowest and the highest. Intervals are included."
    write_section("Scoring", COMMAND, ("dateline", "seqeval", "nervaluate"), [said, *lines])


if __name__ == "__main__":
    main()
