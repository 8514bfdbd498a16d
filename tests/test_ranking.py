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
from dateline import Article, Document, Entity, Gold, InvalidPrediction, Prediction, load
from dateline.cli import main
from dateline.documents import Mention
from dateline.predictions import prediction_of, write_predictions
from dateline.score import Comparison, as_json, rank_systems, ranking_json, ranking_lines, score
from dateline.score.ranking import p_text
from dateline.score.result import Units

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
    assert lines[-1].startswith("Smallest detectable difference: ")
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
    assert interval is not None
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
    assert ranking.absent == {"only": "not handed in"}
    assert "Not compared: only, fragments is not handed in." in ranking_lines(ranking)
    assert ranking_json(ranking)["absent"] == ranking.absent
    assert rank_systems({"only": score(gold, only)}, "quotes") is None


def test_the_smallest_inventory_is_what_all_are_ranked_under() -> None:
    gold = articles()
    said = [
        Prediction(d.id, tuple(Mention(e.start, e.end, "PER") for e in d.entities[:1]))
        for d in gold
    ]
    smaller = score(gold, said, "uner-3")
    ranking = rank_systems({"a": smaller, "b": smaller}, "entities")
    assert ranking is not None
    assert (ranking.score, ranking.systems) == ("uner-3", ("a", "b"))
    mixed = rank_systems({"a": smaller, "all": score(gold, gold)}, "entities")
    assert mixed is not None
    assert (mixed.score, mixed.systems) == ("uner-3", ("all", "a"))
    strict = rank_systems({"a": smaller, "all": score(gold, gold)}, "entities", "strict")
    assert strict is not None
    assert (strict.systems, strict.absent) == (("all",), {"a": "not in uner-3"})
    assert dateline.compare(gold, {"a": said}, {"a": "uner-3"})["entities"].score == "uner-3"
    with pytest.raises(InvalidPrediction, match="inventories: no system 'b'; expected one of a"):
        dateline.compare(gold, {"a": said}, {"b": "uner-3"})
    with pytest.raises(ValueError, match="bootstrap is -1; expected 0 or more"):
        rank_systems({"a": smaller}, "entities", bootstrap=-1)
    with pytest.raises(InvalidPrediction, match="no layer 'entites'; expected one of entities"):
        rank_systems({"a": smaller}, "entites")
    with pytest.raises(InvalidPrediction, match="entities: scores on different articles"):
        rank_systems({"a": smaller, "b": score(gold[1:], said[1:], "uner-3")}, "entities")
    with pytest.raises(InvalidPrediction, match="a list; expected the names of systems"):
        dateline.compare(gold, [said])  # type: ignore[arg-type]


def test_an_article_without_a_story_is_in_none() -> None:
    gold = [Document(Article("x", "Bo left.")), Document(Article("y", "Bo left.", story="x"))]
    assert Gold(gold).units == Units()
    gold.append(Document(Article("z", "Bo left.", story="x")))
    assert len(set(Gold(gold).units.of)) == 2


def test_who_is_refused_is_named() -> None:
    gold = articles()
    bare = [replace(d, events=()) for d in gold]
    bare[:9] = gold[:9]
    careful = [prediction_of(d) for d in bare]
    eager = system(gold, 0.7, 1)
    ranking = rank_systems(
        {"careful": score(bare, careful), "eager": score(bare, eager)}, "events", bootstrap=200
    )
    assert ranking is not None
    lines = list(ranking_lines(ranking))
    assert "No interval of careful: articles with anything to count: 9; 10 are needed." in lines
    assert ranking.bootstrap is not None
    assert [one is None for one in ranking.bootstrap] == [True, False]


def test_a_score_that_has_no_interval_says_why() -> None:
    gold = [
        Document(Article(f"a{i}", "Bo left."), (Entity(0, 2, "PERSON" if i < 9 else "DATE"),))
        for i in range(12)
    ]
    found = score(gold, gold).entities
    assert found is not None
    assert found.interval is not None
    why = "no interval of conll-4, uner-3: articles with anything to count: 9; 10 are needed"
    assert why in str(found).splitlines()
    assert f'<td colspan="7">{why}</td>' in found._repr_html_()


def test_small_p_values_are_not_nought() -> None:
    assert [p_text(p) for p in (None, 1.0, 0.0001, 0.00002)] == ["", "1.0000", "0.0001", "<0.0001"]


def run(capsys: pytest.CaptureFixture[str], *options: Any) -> tuple[int, str, str]:
    code = main(["compare", *map(str, options), "--corpus", str(ROOT / "corpus")])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_bare_file_of_a_smaller_inventory_is_compared_with_a_system_that_has_a_card(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bare = tmp_path / "bare.jsonl"
    documents = load(ROOT / "corpus")
    write_predictions(bare, [Prediction(d.id, (Mention(0, 1, "MISC"),)) for d in documents])
    board = ROOT / "eval/leaderboard/rules"
    code, out, _ = run(capsys, board, bare, "--inventory", "conll-4", "--layer", "entities")
    assert code == 0
    assert out.startswith("entities, conll-4: 4 articles\n")
    assert f"rules{'':{len(str(bare)) - 3}}− {bare}" in out


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
    assert "by all swaps where at most 13 differ, else by 10,000, seed" in out
    code, out, _ = run(
        capsys, board / "rules", copy, "--layer", "events", "--score", "arg-c", "--json"
    )
    said = json.loads(out)
    assert [(r["layer"], r["score"]) for r in said["rankings"]] == [("events", "arg-c")]
    assert (said["split"], said["seed"], said["replicates"]) == ("test", 12345, None)
    assert said["digest"].startswith("sha256:")
    assert (said["rankings"][0]["swaps"], said["rankings"][0]["level"]) == (10_000, 0.95)
    code, _, err = run(capsys, board / "rules", board / "rules")
    assert (code, err.count("\n")) == (1, 1)
    assert "rules is there already, as " in err
    code, _, err = run(capsys, copy, "--layer", "events", "--score", "f1")
    assert code == 1
    assert "events has no score 'f1'; expected one of trig-c, trig-i" in err
    wrongs = (["--swaps", "0"], ["--seed", "x"], ["--seed", "00000001"], ["--bootstrap", "10"])
    for wrong in (["--score", "trig-c"], *wrongs):
        with pytest.raises(SystemExit, match="2"):
            run(capsys, copy, *wrong)


def test_a_comparison_has_units_of_its_gold() -> None:
    gold = articles()
    assert Comparison.of(gold, system(gold, 1.0, 0)).units.singular == "article"
