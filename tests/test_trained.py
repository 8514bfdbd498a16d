"""The trained baselines: that they learn, that twice gives the same, that models can be kept."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_baselines import check, texts

from baselines import crf, linear, memory
from baselines.features import attributes
from baselines.tagging import System
from dateline import (
    Article,
    DatelineError,
    Document,
    Entity,
    Event,
    Extractor,
    Quote,
    Score,
    Span,
    score,
    tokenize,
)
from dateline.system import predict

if "baselines" not in os.environ.get("DATELINE_REQUIRE", ""):
    for needed in ("pycrfsuite", "sklearn"):
        pytest.importorskip(needed, reason="the extra 'baselines' is not installed")

both = pytest.mark.parametrize("system", [crf, linear])
Build = Callable[[Sequence[Document]], Extractor]

# Names differ between train and test but for what they have in common; so do the contents.
TRAIN = ("Ado Bel Cor Dun Emo Fal Gor Hin Ilo Jat Kem Lod".split(), "rain salt wool corn".split())
TEST = ("Mav Nel Oro Pim Qua Rud Sol Tam Ush Vel Wox Yan".split(), "iron rice lead fish".split())


def documents(vocabulary: tuple[list[str], list[str]]) -> list[Document]:
    """Return articles in which the places of names, contents and triggers can be learnt."""
    names, things = vocabulary
    found = []
    for number, name in enumerate(names):
        thing, other = things[number % 4], things[(number + 1) % 4]
        person, place, body = f"{name} {name}ov", f"{name}ville", f"{name}ex Corp"
        text = (
            f"President {person} lives in {place} and likes {thing}. "
            f"{body} sold {thing} to the so-called “friends of {other} in all the world” today.\n"
            f"“We have no {other} here,” said President {person}. "
            f"{person} said that {body} had sold {thing}. "
            f"An air strike hit {place}. A general strike shut {place}.\n"
            f"The army will attack {place}. The army did not attack {place}."
        )

        def spans(words: str, text: str = text) -> list[Span]:
            starts = [at for at in range(len(text)) if text.startswith(words, at)]
            return [Span(at, at + len(words)) for at in starts]

        def entities(words: str, label: Any) -> list[Entity]:
            return [Entity(one.start, one.end, label=label) for one in spans(words)]

        air, general = spans("strike")
        future, negated = spans("attack")
        cues = spans("said")
        found.append(
            Document(
                article=Article(id=name, text=text),
                entities=tuple(
                    entities(person, "PERSON") + entities(place, "GPE") + entities(body, "ORG")
                ),
                quotes=(
                    Quote((spans(f"“We have no {other} here,”")[0],), kind="DIRECT", cue=cues[0]),
                    Quote(
                        (spans(f"that {body} had sold {thing}")[0],), kind="INDIRECT", cue=cues[1]
                    ),
                ),
                events=(
                    *(Event(one.start, one.end, type="TRADE") for one in spans("sold")),
                    Event(air.start, air.end, type="ATTACK"),
                    Event(general.start, general.end, type="PROTEST"),
                    Event(future.start, future.end, type="ATTACK", realis="OTHER"),
                    Event(
                        negated.start,
                        negated.end,
                        type="ATTACK",
                        realis="OTHER",
                        polarity="NEGATIVE",
                    ),
                ),
            )
        )
    return found


def scored(build: Build) -> Score:
    held_out = documents(TEST)
    articles = [document.article for document in held_out]
    return score(held_out, predict(build, documents(TRAIN), articles))


@both
def test_what_train_shows_is_learnt(system: ModuleType) -> None:
    learnt, remembered = scored(system.build), scored(memory.build)
    for layer in ("entities", "quotes", "events"):
        f1, floor = getattr(learnt, layer).f1, getattr(remembered, layer).f1
        assert f1 > max(0.9, floor), layer


@both
def test_realis_and_polarity_are_learnt(system: ModuleType) -> None:
    articles = [document.article for document in documents(TEST)]
    for prediction in system.build(documents(TRAIN))(articles):
        facts = [(one["realis"], one["polarity"]) for one in prediction["events"][-2:]]
        assert facts == [("OTHER", "POSITIVE"), ("OTHER", "NEGATIVE")]


@both
@pytest.mark.parametrize("size", [0, 1, 6])
def test_two_builds_predict_the_same_from_any_train(system: ModuleType, size: int) -> None:
    train, articles = documents(TRAIN)[:size], [one.article for one in documents(TEST)]
    once, again = (list(system.build(train)(articles)) for _ in range(2))
    assert once == again
    for article, prediction in zip(articles, once, strict=True):
        check(article.text, prediction)
    found = [one for prediction in once for one in prediction["entities"]]
    assert bool(found) == bool(size)


@both
def test_layers_without_annotation_stay_empty(system: ModuleType) -> None:
    (document, *_) = documents(TRAIN)
    cases = [
        Document(document.article),
        Document(document.article, entities=document.entities),
        Document(document.article, quotes=document.quotes),
        Document(document.article, events=document.events[:1]),
        Document(Article(id="empty", text="")),
    ]
    for case in cases:
        (prediction,) = system.build([case])([document.article])
        check(document.text, prediction)
        for layer in ("entities", "quotes", "events"):
            assert getattr(case, layer) or not prediction[layer]


@both
def test_a_system_is_the_same_once_loaded(system: ModuleType, tmp_path: Path) -> None:
    articles = [document.article for document in documents(TEST)]
    built = system.build(documents(TRAIN)[:4])
    assert isinstance(built, System)
    built.save(tmp_path / "a" / "b")
    loaded = system.load(tmp_path / "a" / "b")
    assert list(loaded(articles)) == list(built(articles))
    loaded.save(tmp_path / "again")
    for file in (tmp_path / "again").iterdir():
        assert file.read_bytes() == (tmp_path / "a" / "b" / file.name).read_bytes()


@both
def test_files_that_are_no_system_are_refused(system: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"system\.json"):
        system.load(tmp_path)
    system.build(documents(TRAIN)[:1]).save(tmp_path)
    model = tmp_path / "entities.model"
    model.write_bytes(model.read_bytes()[:-100])
    with pytest.raises(DatelineError, match=r"entities\.model: not the file"):
        system.load(tmp_path)
    (tmp_path / "system.json").write_text("[]")
    with pytest.raises(DatelineError, match=r"system\.json"):
        system.load(tmp_path)


@both
@given(text=texts)
@settings(max_examples=examples(30))
def test_predictions_are_valid_for_any_text(system: ModuleType, text: str) -> None:
    tokens = tokenize(text)
    learnt = Document(
        article=Article(id="t", text=text),
        entities=tuple(Entity(*one, label="ORG") for one in tokens[::3]),
        quotes=tuple(Quote((Span(*one),), kind="INDIRECT", cue=Span(*one)) for one in tokens[::5]),
        events=tuple(Event(*one, type="ATTACK") for one in tokens[1::4]),
    )
    (prediction,) = system.build([learnt])([learnt.article])
    check(text, prediction)


@pytest.mark.parametrize("labels", [["B-A", "I-A", "B-B", "I-B", "O"]])
@given(data=st.data())
@settings(max_examples=examples(50))
def test_the_linear_model_mends_what_is_no_iob2(labels: list[str], data: Any) -> None:
    import numpy as np

    from baselines.tagging import spans, tags

    length = data.draw(st.integers(1, 8))
    values = st.lists(st.integers(-9, 9), min_size=5 * length, max_size=5 * length)
    scores = np.array(data.draw(values), np.float32).reshape(length, 5)
    model = linear.Linear(labels, np.zeros((1, 5), np.float32), np.zeros(5, np.float32))
    best = model._best(scores)
    tagged = [labels[one] for one in best]
    assert tags(spans(tagged), length) == tagged
    greedy = [labels[one] for one in scores.argmax(axis=1)]
    assert greedy == tagged or tags(spans(greedy), length) != greedy


def test_attributes_tell_of_a_word_elsewhere_in_the_article() -> None:
    found = attributes([["Bel", "won", "."], ["We", "saw", "Bel", "."]])
    assert {"a<saw", "a>.", "a inside"} <= set(found[0][0])
    assert "a>won" in found[1][2]
    assert not any(one.startswith("a") for one in found[0][1])


# CoNLL columns

SENTENCES = [
    [
        ("President", "O"),
        (f"{name}ov", "B-PER"),
        ("saw", "O"),
        (f"{name}ville", "B-LOC"),
        (".", "O"),
    ]
    for name in TRAIN[0]
] + [
    [("In", "O"), (f"{name}ville", "B-LOC"), (f"{other}ville", "B-LOC"), ("Park", "I-LOC")]
    for name, other in zip(TRAIN[0], TRAIN[0][1:], strict=False)
]


def columns(sentences: Sequence[Sequence[tuple[str, str]]], iob1: bool = False) -> str:
    lines = ["-DOCSTART- -X- -X- O", ""]
    for sentence in sentences:
        before = "O"
        for word, tag in sentence:
            opens = tag[:2] == "B-" and before[2:] != tag[2:]
            lines.append(f"{word} NN I-NP {'I-' + tag[2:] if iob1 and opens else tag}")
            before = tag
        lines.append("")
    return "\n".join(lines)


@pytest.mark.parametrize("iob1", [False, True])
def test_columns_are_trained_on_and_scored(
    iob1: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train, test = tmp_path / "train.txt", tmp_path / "test.txt"
    train.write_text(columns(SENTENCES, iob1) + columns(SENTENCES[:3], iob1))
    test.write_text(columns(SENTENCES[3:-2]))
    assert crf.main([str(train), str(test), str(train)]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{train}: 119 tokens, trained in ")
    assert second.startswith(f"{test}: precision 100.00%, recall 100.00%, F1 100.00%, ")
    assert third.startswith(f"{train}: precision 100.00%, recall 100.00%, F1 100.00%, ")
    assert second.endswith(" tokens a second")


def test_iob1_and_iob2_are_read_alike(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text(columns(SENTENCES, iob1=True).replace("\n", "\r\n"))
    two.write_text(columns(SENTENCES) + columns([]))
    assert one.read_text() != two.read_text()
    assert crf.read_columns(one) == crf.read_columns(two) == [SENTENCES]


def test_columns_of_which_nothing_is_tagged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("It O\nrained O\n")
    assert crf.main([str(path), str(path)]) == 0
    assert "F1 0.00%" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Ann B-PER\nsleeps\n", ":2: 'sleeps'; expected columns"),
        (b"Ann B-PER\n\nNobody knows this.\n", ":3: 'Nobody knows this.'; expected columns"),
        (b"Ann S-PER\n", ":1: 'Ann S-PER'; expected columns"),
        (b"Ann B-\n", ":1: 'Ann B-'; expected columns"),
        (b"Ann B-PER\n\xff O\n", ":2: invalid start byte; expected UTF-8"),
        (b"", ": no sentence; expected CoNLL columns"),
        (b"-DOCSTART- -X- O O\n\n", ": no sentence; expected CoNLL columns"),
        (None, ": No such file or directory; expected a file of columns"),
    ],
)
def test_what_is_no_columns_is_refused(
    content: bytes | None, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "columns.txt"
    if content is not None:
        path.write_bytes(content)
    assert crf.main([str(path), str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"{path}{expected}")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_help_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        crf.main(["--help"])
    assert stopped.value.code == 0
    assert "-DOCSTART-" in capsys.readouterr().out


@both
def test_what_is_missing_names_the_extra(
    system: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pycrfsuite", "sklearn.linear_model"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DatelineError, match=r"pip install 'dateline\[baselines\]'"):
        system.build(documents(TRAIN)[:1])
