"""Systems compared: what is told, what is refused and why."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from msgspec.structs import replace

import dateline
from dateline import Document, Prediction, load
from dateline.cli import main
from dateline.predictions import prediction_of
from dateline.score import Comparison, as_json, rank_systems, ranking_json, ranking_lines, score

MANY = 24


def articles(stories: int = MANY) -> list[Document]:
    """The corpus's documents, again and again under other names, in so many stories."""
    there = [d for split in ("train", "validation", "test") for d in load(ROOT / "corpus", split)]
    return [
        replace(d, article=replace(d.article, id=f"a{i}", story=f"s{i % stories}"))
        for i, d in enumerate(there[i % len(there)] for i in range(MANY))
    ]


def system(gold: list[Document], kept: float, seed: int) -> list[Prediction]:
    """Gold with a share of its annotations, drawn at random."""
    drawn = random.Random(seed)
    return [
        prediction_of(
            replace(
                d, **{f: tuple(x for x in getattr(d, f) if drawn.random() < kept) for f in FIELDS}
            )
        )
        for d in gold
    ]


FIELDS = ("entities", "quotes", "events")


def test_a_better_system_is_told_from_a_worse_one_and_equals_are_tied() -> None:
    gold = articles()
    systems = {
        "some": system(gold, 0.6, 1),
        "most": system(gold, 0.9, 2),
        "more": system(gold, 0.9, 3),
    }
    found = dateline.compare(gold, systems, swaps=2000)
    assert list(found) == ["entities", "quotes", "events", "claims"]
    ranking = found["entities"]
    assert ranking.systems[-1] == "some"
    assert [standing.ranks for standing in ranking.found.standings] == [(1, 2), (1, 2), (3, 3)]
    assert [standing.group for standing in ranking.found.standings] == [1, 1, 2]
    lines = list(ranking_lines(ranking))
    assert lines[0] == "entities, strict: 24 articles"
    assert lines[2].split()[-2:] == ["1–2", "1"]
    assert sum(line.endswith(" *") for line in lines) == 2
    assert lines[-1].startswith("Differences under ")
    for result, standing in zip(ranking.results, ranking.found.standings, strict=True):
        assert standing.f1 == result.f1
        assert standing.interval == result.interval
        assert result.interval is not None
        assert result.interval.low < result.f1 < result.interval.high
    assert json.loads(json.dumps(ranking_json(ranking), allow_nan=False))["units"] == 24
    again = dateline.compare(gold, dict(reversed(systems.items())), swaps=2000)
    assert again["entities"].found == ranking.found


def test_bootstrap_intervals_on_request() -> None:
    gold = articles()
    scores = {"a": score(gold, system(gold, 0.8, 1))}
    ranking = rank_systems(scores, "events", "arg-c", bootstrap=500)
    assert ranking is not None
    assert ranking.bootstrap is not None
    (interval,) = ranking.bootstrap
    assert interval.low < ranking.results[0].f1 < interval.high
    assert "bootstrap" in next(iter(list(ranking_lines(ranking))[1:]))


def test_articles_of_one_story_are_one_unit() -> None:
    gold = articles(stories=11)
    result = score(gold, system(gold, 0.8, 1)).entities
    assert result is not None
    by_unit = result.ranked.by_unit
    assert len(by_unit) == 11
    assert (by_unit.sum(axis=0) == result.counts.sum(axis=(0, 1))).all()
    first = np.flatnonzero([document.article.story == "s0" for document in gold])
    assert (by_unit[0] == result.counts[first].sum(axis=(0, 1))).all()
    corpus = dateline.open_corpus(ROOT / "corpus", "test")._replace(documents=gold)
    said = as_json(score(gold, system(gold, 0.8, 1)), corpus)["entities"]["scores"]["strict"]
    assert "|unit:story|n:11|ci:jackknife-t-logit-95|seed:none|" in said["signature"]
    assert len(said["interval"]) == 2
    few = articles(stories=9)
    refused = score(few, system(few, 0.8, 1)).entities
    assert refused is not None
    assert refused.interval is None
    assert refused.ranked.no_interval == "stories with anything to count: 9; 10 are needed"
    assert "no interval: stories with anything to count: 9" in str(refused)


def test_a_system_without_the_layer_is_left_out() -> None:
    gold = articles()
    only = [Prediction(d.id, d.entities) for d in gold]
    scores = {"all": score(gold, system(gold, 0.8, 1)), "only": score(gold, only)}
    ranking = rank_systems(scores, "quotes")
    assert ranking is not None
    assert ranking.systems == ("all",)
    assert ranking.found.pairs == ()
    assert rank_systems({"only": score(gold, only)}, "quotes") is None


def run(capsys: pytest.CaptureFixture[str], *options: Any) -> tuple[int, str, str]:
    code = main(["compare", *map(str, options), "--corpus", str(ROOT / "corpus")])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_compares_folders_and_files_and_says_what_it_cannot(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    board = ROOT / "eval/leaderboard"
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes((board / "crf/predictions.jsonl").read_bytes())
    code, out, _ = run(capsys, board / "rules", copy)
    assert code == 0
    assert out.count("One tie group: articles with anything to count: ") == 4
    assert f"rules{'':{len(str(copy)) - 3}}− {copy}" in out
    assert "10000 swaps, seed 12345" in out
    code, out, _ = run(
        capsys, board / "rules", copy, "--layer", "events", "--score", "arg-c", "--json"
    )
    assert [(r["layer"], r["score"]) for r in json.loads(out)] == [("events", "arg-c")]
    code, _, err = run(capsys, board / "rules", board / "rules")
    assert (code, err.count("\n")) == (1, 1)
    assert "'rules' is there already" in err
    code, _, err = run(capsys, copy, "--layer", "events", "--score", "f1")
    assert code == 1
    assert "events has no score 'f1'; expected one of trig-c, trig-i" in err
    for wrong in (["--score", "trig-c"], ["--swaps", "0"], ["--seed", "x"]):
        with pytest.raises(SystemExit, match="2"):
            run(capsys, copy, *wrong)


def test_a_comparison_has_units_of_its_gold() -> None:
    gold = articles()
    assert Comparison.of(gold, system(gold, 1.0, 0)).units.singular == "article"
