from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import Article, Document, Extractor, InvalidPrediction, SystemNotFound
from dateline.system import Failure, load_system, outcomes, predict

ARTICLES = [Article("a", "Ana saw Oslo"), Article("b", "Oslo")]
SYSTEMS = """
from dateline import Article, Document

def build(train):
    return lambda articles: [{"id": a.id, "entities": []} for a in articles]

class Tagger:
    @staticmethod
    def build(train):
        return build(train)

number = 7
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "given").mkdir()
    (tmp_path / "given/__init__.py").touch()
    (tmp_path / "given/system.py").write_text(SYSTEMS)
    (tmp_path / "given/broken.py").write_text("import no_such_library\n")
    monkeypatch.syspath_prepend(tmp_path)
    return "given.system"


@pytest.mark.parametrize("attr", ["build", "Tagger.build"])
def test_a_system_is_found_by_name(module: str, attr: str) -> None:
    found = predict(load_system(f"{module}:{attr}"), [], ARTICLES)
    assert [prediction.id for prediction in found] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("given.system", "expected module:attr"),
        (":build", "expected module:attr"),
        ("nowhere:build", "no module 'nowhere'"),
        ("nowhere.system:build", "no module 'nowhere'"),
        ("given.nowhere:build", "no module 'given.nowhere'"),
        ("given.system:make", "given.system has no 'make'"),
        ("given.system:number", "is int; expected a function"),
        ("given.broken:build", "needs 'no_such_library', which is missing"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(module: str, name: str, said: str) -> None:
    with pytest.raises(SystemNotFound) as caught:
        load_system(name)
    assert said in str(caught.value)
    assert repr(name) in str(caught.value)


def yielding(*values: Any) -> Callable[[Sequence[Document]], Extractor]:
    def extractor(articles: Sequence[Article]) -> Iterable[Any]:
        assert all(isinstance(article, Article) for article in articles)
        return iter(values)

    return lambda train: extractor


def test_predictions_come_in_the_order_of_the_articles() -> None:
    said = {"id": "b", "entities": []}, {"id": "a", "entities": [{"text": "Oslo", "label": "GPE"}]}
    first, second = predict(yielding(*said), [], ARTICLES)
    assert first.layer("entities") == [(8, 12, "GPE")]
    assert second.layer("entities") == []
    assert second.layer("quotes") is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([{"id": "a"}], "b: not predicted"),
        (
            [{"id": "a"}, {"id": "b", "entities": []}],
            "a: entities: absent here|b: entities: handed",
        ),
        ([{"id": "a"}, {"id": "a"}], "a: predicted twice"),
        ([{"id": "c"}], "unknown article 'c'"),
        ([None], "None is no object"),
        ([{"id": "a", "entities": [{"start": 0, "end": 99, "label": "GPE"}]}], "outside the text"),
    ],
)
def test_what_is_no_prediction_is_refused(values: list[Any], said: str) -> None:
    with pytest.raises(InvalidPrediction, match=said):
        predict(yielding(*values), [], ARTICLES)


def test_what_a_system_raises_is_the_cause() -> None:
    def build(train: Sequence[Document]) -> Extractor:
        return lambda articles: [{"id": article.id} for article in articles if 1 / 0]

    with pytest.raises(InvalidPrediction, match=r"^a: ZeroDivisionError: .* \(test_system, line"):
        predict(build, [], ARTICLES)


@given(st.data())
def test_every_article_is_predicted_or_fails_alone(data: st.DataObject) -> None:
    """In any order, in batches of any size, one by one or all at once, and too many for memory."""
    ids = [f"a{i}" for i in range(data.draw(st.integers(1, 12)))]
    faulty = data.draw(st.sets(st.sampled_from(ids)))
    order = data.draw(st.permutations(ids))
    size, most = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    calls: list[list[str]] = []

    def extract(articles: Sequence[Article]) -> Iterable[Any]:
        asked = sorted((article.id for article in articles), key=order.index)
        calls.append(asked)
        if len(asked) > most:
            raise MemoryError
        for i in range(0, len(asked), size):
            if faulty & {*asked[i : i + size]}:
                raise KeyError(asked[i])
            yield from ({"id": id, "entities": []} for id in asked[i : i + size])

    found = list(outcomes(extract, [Article(id, "Oslo") for id in ids]))
    assert sorted(one.id for one in found) == sorted(ids)
    assert {one.id for one in found if isinstance(one, Failure)} == faulty
    assert sorted(id for id, *others in calls if not others and id in faulty) == sorted(faulty)
    assert len(calls) < 2 * len(ids)
