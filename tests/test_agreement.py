"""Agreement: figures against hand counts, other tools, and what must hold for all versions."""

import itertools
import json
import random
from pathlib import Path

import pytest
from conftest import ROOT, examples
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documents, versions

from dateline import Article, Document, Entity, InvalidAnnotation, Span
from dateline.agreement import (
    MEASURES,
    Agreement,
    Row,
    Version,
    agreement,
    as_json,
    overlapping,
    pair_up,
    read_version,
    table,
)
from dateline.cli import main
from dateline.labelstudio import dump_task, write_task
from dateline.predictions import prediction_of
from dateline.score import score
from dateline.textform import from_lines, to_text

Both = tuple[Document, Document]
Capture = pytest.CaptureFixture[str]


def version(name: str, *said: Document) -> Version:
    return Version(name, {document.id: document for document in said}, {})


def row(found: Agreement, group: str, label: str = "") -> Row:
    (one,) = [r for r in found.rows if (r.group, r.label) == (group, label)]
    return one


@settings(max_examples=examples(200))
@given(documents())
def test_identical_versions_agree_wholly(document: Document) -> None:
    found = agreement([version("ana", document), version("bo", document)])
    for one in found.rows:
        assert [one.f1(measure) for measure in MEASURES] == [1.0 if one.n else None] * 4
        assert one.alpha in (1.0, None)
    for attribute in found.attributes:
        assert attribute.agreed == (1.0 if attribute.n else None)
        assert attribute.alpha in (1.0, None)


@settings(max_examples=examples(200))
@given(versions())
def test_versions_of_which_none_overlaps_the_other_do_not_agree(both: Both) -> None:
    first, second = both
    apart = Document(
        second.article,
        tuple(e for e in second.entities if not overlapping([e], first.entities)),
        (),
        tuple(e for e in second.events if not overlapping([e], first.events)),
    )
    found = agreement([version("ana", first), version("bo", apart)])
    for layer in ("entities", "events", "argument"):
        assert row(found, layer).f1("overlap_any_label") in (0.0, None)
    alpha = row(found, "entities").alpha
    assert alpha is None or alpha < 1


@settings(max_examples=examples(200))
@given(versions(), st.randoms())
def test_order_changes_nothing(both: Both, shuffled: random.Random) -> None:
    def figures(found: Agreement) -> dict[str, object]:
        said = as_json(found)
        for one in said["rows"]:
            del one["pairs"]
        return {key: said[key] for key in ("rows", "attributes")}

    there = agreement([version("ana", both[0]), version("bo", both[1])])
    back = agreement([version("bo", both[1]), version("ana", both[0])])
    assert figures(there) == figures(back)


@settings(max_examples=examples(100))
@given(st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True), st.data())
def test_the_order_of_articles_changes_nothing(numbers: list[int], data: st.DataObject) -> None:
    pairs = [data.draw(versions(id=f"a{number}")) for number in numbers]
    one = agreement([version("ana", *(p[0] for p in pairs)), version("bo", *(p[1] for p in pairs))])
    turned = pairs[::-1]
    other = agreement(
        [version("ana", *(p[0] for p in turned)), version("bo", *(p[1] for p in turned))]
    )
    assert as_json(one) == as_json(other)


@settings(max_examples=examples(200))
@given(versions())
def test_exact_agreement_is_the_f1_of_the_scorer(both: Both) -> None:
    found = agreement([version("ana", both[0]), version("bo", both[1])])
    scored = score([both[0]], [prediction_of(both[1])])
    for layer in ("entities", "quotes", "events"):
        spans = getattr(scored, layer)
        for label, figures in {"": spans.micro, **spans.per_type}.items():
            if spans.counts.any():
                f1 = row(found, layer, label).f1()
                assert f1 == pytest.approx(figures.f1)


@settings(max_examples=examples(300))
@given(versions())
def test_overlap_is_never_less_than_exact_nor_any_label_than_the_same(both: Both) -> None:
    found = agreement([version("ana", both[0]), version("bo", both[1])])
    for one in found.rows:
        figures = {measure: one.f1(measure) or 0 for measure in MEASURES}
        assert figures["exact"] <= figures["overlap"]
        assert figures["exact"] <= figures["exact_any_label"]
        if not one.label:
            assert figures["overlap"] <= figures["overlap_any_label"]
            assert figures["exact_any_label"] <= figures["overlap_any_label"]


groups = st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=2), max_size=4)


@settings(max_examples=examples(300))
@given(groups, groups)
def test_pairing_is_the_best_of_all(first: list[list[int]], second: list[list[int]]) -> None:
    sides = [[[Span(at, at + 3) for at in group] for group in side] for side in (first, second)]

    def worth(pairs: list[tuple[int, int]]) -> tuple[int, int]:
        shared = [overlapping(sides[0][i], sides[1][j]) for i, j in pairs]
        return (len(shared), sum(shared)) if all(shared) else (-1, 0)

    found = pair_up(sides[0], sides[1])
    few, many = sorted((len(first), len(second)))
    assert few <= many
    every = [
        list(zip(left, right, strict=True))
        for size in range(few + 1)
        for left in itertools.combinations(range(len(first)), size)
        for right in itertools.permutations(range(len(second)), size)
    ]
    assert worth(found) == max(worth(pairs) for pairs in every)


TEXT = "Oslo blamed Bo Lind, he said. “Yes,” Bo said."
ANA = """PERSON [Bo Lind]
GPE [Oslo]
INDIRECT [Oslo blamed Bo Lind]
  cue [said]#1
  source [he]
  speaker [Bo Lind]
DIRECT [“Yes,”]
  cue [said]#2
  source [Bo]#2
  speaker [Bo Lind]
ACCUSE [blamed]
  agent [Oslo]
  patient [Bo Lind]"""
BO = """PERSON [Bo]#1
ORG [Oslo]
INDIRECT [Oslo blamed]
  cue [he said]
  source [he]
  speaker UNNAMED
ACCUSE OTHER [blamed]
  agent [Oslo]
  theme [Bo]#1"""


def test_the_figures_of_a_small_case_are_those_counted_by_hand() -> None:
    article = Article("a", TEXT)
    both = [from_lines(said.split("\n"), article) for said in (ANA, BO)]
    found = agreement([version("ana", both[0]), version("bo", both[1])])

    def figures(group: str, label: str = "") -> list[float | None]:
        one = row(found, group, label)
        return [one.n, *(one.f1(measure) for measure in MEASURES)]

    assert figures("entities") == [4, 0, 0.5, 0.5, 1]
    assert figures("entities", "PERSON") == [2, 0, 0, 1, 1]
    assert figures("entities", "GPE") == [1, 0, 1, 0, 1]
    assert figures("quotes") == [3, 0, 0, 2 / 3, 2 / 3]
    assert figures("whole quote") == [3, 0, 0, 0, 0]
    assert figures("source") == [2, 1, 1, 1, 1]
    assert figures("cue") == [2, 0, 0, 1, 1]
    assert figures("speaker") == [1, 0, 0, 0, 0]
    assert figures("events", "ACCUSE") == [2, 1, 1, 1, 1]
    assert figures("argument") == [4, 0.5, 0.5, 0.5, 1]
    assert figures("argument", "PATIENT") == [1, 0, 0, 0, 1]
    attributes = {a.name: (a.n, a.agreed, a.alpha) for a in found.attributes}
    assert attributes["entity label"] == (1, 0.0, 0.0)
    assert attributes["event realis"] == (1, 0.0, 0.0)
    assert attributes["event type"] == (1, 1.0, None)
    assert attributes["quote kind"] == (0, None, None)


def test_pairs_weigh_by_what_they_have() -> None:
    article, rare = Article("a", "x " * 40), Article("b", "x " * 40)
    many = [Entity(i, i + 1, "GPE") for i in range(0, 40, 2)]
    said = {
        "ana": [Document(article, tuple(many)), Document(rare, (many[0],))],
        "bo": [Document(article, tuple(many))],
        "cy": [Document(rare, (many[1],))],
    }
    found = agreement([version(name, *each) for name, each in said.items()])
    assert found.pairs == (("ana", "bo"), ("ana", "cy"), ("bo", "cy"))
    one = row(found, "entities")
    assert (one.n, one.f1()) == (42, 40 / 42)
    assert [r["n"] for r in as_json(found)["rows"][0]["pairs"].values()] == [40, 2, 0]
    assert "ana/bo" in "\n".join(table(found))


def test_intervals_are_given_from_ten_articles_on() -> None:
    def some(count: int) -> Agreement:
        first, second = [], []
        for number in range(count):
            article = Article(f"a{number}", "x " * 40)
            spans = [Entity(i, i + 1, "GPE") for i in range(0, 40, 2)]
            first.append(Document(article, tuple(spans)))
            second.append(Document(article, tuple(spans[number % 3 :])))
        return agreement([version("ana", *first), version("bo", *second)])

    nine, ten = row(some(9), "entities"), row(some(10), "entities")
    assert nine.interval() is None
    assert nine.alpha_interval is None
    for interval, value in ((ten.interval(), ten.f1()), (ten.alpha_interval, ten.alpha)):
        assert interval is not None
        assert value is not None
        assert interval.low < value < interval.high
    assert "[" in "\n".join(table(some(10))).partition("on equal")[0]


@pytest.fixture
def exported(tiny: Path) -> Path:
    """The second corpus with two versions of its first two articles, one of them changed."""
    from dateline.corpus import read_source

    for document in read_source(tiny / "corpus", tiny / "annotations").documents[:2]:
        other = Document(document.article, document.entities[1:], (), (*document.events,))
        for name, said in (("ana", document), ("bo", other)):
            path = tiny / "annotations/exports" / name / f"{document.id}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump_task(write_task(said)), "utf-8")
    return tiny


def test_versions_are_named_by_annotator_or_path(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(exported)
    forms = exported / "forms"
    forms.mkdir()
    for document in read_version(
        "annotations/exports/ana", articles_of(exported)
    ).documents.values():
        (forms / f"{document.id}.txt").write_text(to_text(document), "utf-8")
    assert main(["agree", "ana", "bo", "forms"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ana, bo, forms: 2 articles (pairs pooled)\n")
    assert main(["agree", "ana", "forms", "--json"]) == 0
    (first, *_) = json.loads(capsys.readouterr().out)["rows"]
    assert first["exact"]["f1"] == 1
    assert main(["agree", "ana", "bo", "--list"]) == 0
    assert "entities: missing" in capsys.readouterr().out


def articles_of(folder: Path) -> list[Article]:
    from dateline.corpus import read_articles

    return read_articles(folder / "corpus")[0]


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        (["ana"], "expected two or more"),
        (["ana", "ana"], "the same version twice"),
        (["ana", "carla"], "carla: no annotation there"),
        (["ana", "corpus/articles.csv"], "corpus/articles.csv: the text form has no first line"),
        (["ana", "broken.json"], "broken.json"),
        (["ana", "foreign.json"], "foreign.json: article 'elsewhere' is not in the corpus"),
    ],
)
def test_versions_that_cannot_be_compared_are_refused(
    exported: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    versions: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(exported)
    Path("broken.json").write_text('{"data": ', "utf-8")
    Path("foreign.json").write_text('{"data": {"id": "elsewhere"}, "annotations": []}', "utf-8")
    assert main(["agree", *versions]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_overlapping_spans_in_one_version_are_refused(tmp_path: Path) -> None:
    article = Article("a", "Ana Ruiz left.")
    crossed = Document(article, (Entity(0, 8, "PERSON"), Entity(4, 8, "PERSON")))
    (tmp_path / "a.json").write_text(dump_task(write_task(crossed)), "utf-8")
    with pytest.raises(InvalidAnnotation, match="'Ana Ruiz' and PERSON 'Ruiz' overlap in entities"):
        read_version(tmp_path, [article])


def test_a_project_export_of_label_studio_is_read_as_it_is(tmp_path: Path) -> None:
    articles = articles_of(ROOT)
    tasks = [write_task(Document(article)) for article in articles]
    (tmp_path / "project-1.json").write_text(json.dumps(tasks), "utf-8")
    assert set(read_version(tmp_path, articles).documents) == {a.id for a in articles}
    (tmp_path / "project-2.json").write_text(json.dumps(tasks[:1]), "utf-8")
    with pytest.raises(InvalidAnnotation, match="a second"):
        read_version(tmp_path, articles)


def test_a_worksheet_leads_to_gold_with_a_trail(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(exported)
    assert main(["agree", "ana", "bo", "--worksheet", "sheet.txt"]) == 0
    assert "dateline annotations decide sheet.txt" in capsys.readouterr().out
    assert main(["agree", "ana", "bo", "--worksheet", "sheet.txt"]) == 1
    assert "is there already" in capsys.readouterr().err
    sheet = Path("sheet.txt").read_text("utf-8")
    before = {path: path.read_bytes() for path in Path("annotations/gold").iterdir()}
    Path("sheet.txt").write_text(sheet.replace("\nby:", "\nby: carla"), "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 1
    assert "undecided: entities cluster (missing)" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in Path("annotations/gold").iterdir()} == before
    assert not Path("annotations/decisions").exists()

    filled = sheet.replace("\nby:", "\nby: carla").replace("\nchoice:", "\nchoice: ana")
    Path("sheet.txt").write_text(filled, "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 1
    assert "error decision-rule" in capsys.readouterr().out
    Path("sheet.txt").write_text(filled.replace("\nrule:", "\nrule: E1"), "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 0, capsys.readouterr()
    assert {path: path.read_bytes() for path in before} == before, "ana has the gold"
    assert main(["annotations", "decide", "sheet.txt"]) == 0
    assert capsys.readouterr().out.count("same") == 2
    trails = [
        [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in sorted(Path("annotations/decisions").iterdir())
    ]
    assert len(trails) == 2
    for decision in itertools.chain(*trails):
        assert (decision["choice"], decision["rule"], decision["by"]) == ("ana", "E1", "carla")
        assert decision["value"] == decision["versions"]["ana"]
        assert decision["span"]["text"]

    assert main(["agree", "ana", "bo", "--worksheet", "again.txt"]) == 0
    again = Path("again.txt").read_text("utf-8")
    assert again == filled.replace("\nrule:", "\nrule: E1"), "what was decided is filled in"
    id = again.partition("@ ")[2].partition("\n")[0]
    Path("again.txt").write_text(again.split("[1]")[0], "utf-8")
    assert main(["annotations", "decide", "again.txt"]) == 1
    main(["build"])
    assert main(["check"]) == 0
    form = to_text(read_version("annotations/gold", articles_of(exported)).documents[id])
    Path("form.txt").write_text(form, "utf-8")
    capsys.readouterr()
    assert main(["annotations", "from-text", "form.txt"]) == 1
    assert "expected it changed by decisions" in capsys.readouterr().err


def test_decisions_are_not_lost_to_fewer(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(exported)
    main(["agree", "ana", "bo", "--worksheet", "sheet.txt"])
    sheet = Path("sheet.txt").read_text("utf-8").replace("\nby:", "\nby: carla")
    sheet = sheet.replace("\nchoice:", "\nchoice: ana").replace("\nrule:", "\nrule: E1")
    id = articles_of(exported)[0].id
    word = articles_of(exported)[0].text.split()[0]
    n = "#1" if articles_of(exported)[0].text.count(word) > 1 else ""
    block = f"@ {id}\n\n[+] events [{word}]{n}\nchoice: neither\nrule: E1\n"
    Path("more.txt").write_text(sheet.replace(f"@ {id}\n", block), "utf-8")
    assert main(["annotations", "decide", "more.txt"]) == 0, capsys.readouterr()
    Path("fewer.txt").write_text(sheet, "utf-8")
    assert main(["annotations", "decide", "fewer.txt"]) == 1
    assert "1 decisions there would be lost, the first on events amendment" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("choise: ana", "line 4: cannot read 'choise: ana'"),
        ("rule: E1", "line 4: rule of nothing"),
        ("@ nowhere", "line 4: article 'nowhere' is unknown"),
        ("[1] entities cluster missing 0-4", "line 4: cannot read '[1] entities"),
        ("[+] entity [Oslo]", "line 4: cannot read '[+] entity"),
        ("by: dora", "line 4: a second by; expected one"),
        (
            "@ lake-ferry\n[+] entities [Möwe]\nchoice: ana\n  ORG [Möwe]",
            "line 7: 'ORG [Möwe]' below",
        ),
        (
            "@ lake-ferry\n[+] entities [Möwe]\nreason: a\n  b",
            "line 7: 'b'; expected reason in one",
        ),
        ("@ lake-ferry\n[+] entities [Möwe]\nrule: a\nrule: b", "line 7: a second rule"),
        (
            "@ lake-ferry\n[+] entities [Möwe]\nrule: a\n[+] entities [Möwe]\n\n",
            "a second block on entities amendment at",
        ),
    ],
)
def test_a_worksheet_that_does_not_read_is_refused_by_line(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, line: str, said: str
) -> None:
    monkeypatch.chdir(exported)
    head = "by: carla\nversion ana: annotations/exports/ana\nversion bo: annotations/exports/bo\n"
    Path("sheet.txt").write_text(head + line + "\n", "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("dateline: sheet.txt: ")
    assert said in err


def test_gold_that_no_decision_made_is_not_written_over(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(exported)
    main(["agree", "ana", "bo", "--worksheet", "sheet.txt"])
    sheet = Path("sheet.txt").read_text("utf-8").replace("\nby:", "\nby: carla")
    sheet = sheet.replace("\nchoice:", "\nchoice: bo").replace("\nrule:", "\nrule: E1")
    Path("sheet.txt").write_text("\ufeff" + sheet, "utf-8")
    before = {path: path.read_bytes() for path in Path("annotations/gold").iterdir()}
    capsys.readouterr()
    assert main(["annotations", "decide", "sheet.txt"]) == 1
    assert "there already, and made by no decisions" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path("annotations/gold").iterdir()} == before
    assert not Path("annotations/decisions").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"choice":"ana"', '"choice":"bo"'),
        ('"choice":"ana"', '"choice":"nobody"'),
        ('"by":"carla"', '"by":""'),
        ('"kind":"missing"', '"kind":"label"'),
        ('"versions":{"ana":["', '"versions":{"ana":["LAW [Oslo]","'),
    ],
)
def test_a_trail_that_was_changed_by_hand_is_found(
    exported: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, old: str, new: str
) -> None:
    monkeypatch.chdir(exported)
    main(["agree", "ana", "bo", "--worksheet", "sheet.txt"])
    sheet = Path("sheet.txt").read_text("utf-8").replace("\nby:", "\nby: carla")
    sheet = sheet.replace("\nchoice:", "\nchoice: ana").replace("\nrule:", "\nrule: E1")
    Path("sheet.txt").write_text(sheet, "utf-8")
    assert main(["annotations", "decide", "sheet.txt"]) == 0
    main(["build"])
    assert main(["check"]) == 0
    trail = next(Path("annotations/decisions").iterdir())
    said = trail.read_text("utf-8")
    assert old in said
    capsys.readouterr()
    for changed in (said.replace(old, new, 1), said + said.splitlines()[0] + "\n"):
        trail.write_text(changed, "utf-8")
        assert main(["check"]) == 1
        assert "gold-not-decided" in capsys.readouterr().out
