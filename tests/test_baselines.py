"""The baselines: what they find in sentences written for each phenomenon, and that all is valid."""

import doctest
import importlib
import itertools
import json
import pkgutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import baselines
from baselines import lexicons, memory, rules
from dateline import (
    ENTITY_LABELS,
    EVENT_TYPES,
    QUOTE_KINDS,
    ROLES,
    Argument,
    Article,
    Document,
    Entity,
    Event,
    Extractor,
    Quote,
    Span,
    sentences,
    tokenize,
)

Prediction = dict[str, Any]


def run(extract: Extractor, text: str) -> Prediction:
    (prediction,) = extract([Article(id="a", text=text)])
    assert isinstance(prediction, dict)
    return prediction


def predict(text: str) -> Prediction:
    return run(rules.build([]), text)


def surface(text: str, span: Prediction | None) -> str | None:
    return None if span is None else text[span["start"] : span["end"]]


def entities(text: str) -> list[tuple[str | None, str]]:
    return [(surface(text, one), one["label"]) for one in predict(text)["entities"]]


def quotes(text: str) -> list[tuple[Any, ...]]:
    """Return kind, fragments, cue, source and speakers of every quote."""
    return [
        (
            one["kind"],
            [surface(text, fragment) for fragment in one["fragments"]],
            surface(text, one["cue"]),
            surface(text, one["source"]),
            one["speakers"],
        )
        for one in predict(text)["quotes"]
    ]


def events(text: str) -> dict[str | None, Prediction]:
    return {surface(text, one): one for one in predict(text)["events"]}


def arguments(text: str, trigger: str) -> set[tuple[str, str | None]]:
    found = events(text)[trigger]["arguments"]
    return {(one["role"], surface(text, one)) for one in found}


# Entities


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It closed on 3 May 2021.", [("3 May 2021", "DATE")]),
        ("It closed on Friday, March 4, 2022.", [("Friday, March 4, 2022", "DATE")]),
        ("It lasted just 48 hours.", [("48 hours", "TIME")]),
        ("It ended late Sunday.", [("late Sunday", "TIME")]),
        ("It was shut over the past three years.", [("past three years", "DATE")]),
        ("It cost about $3.5 million.", [("about $3.5 million", "MONEY")]),
        ("It cost two million euros.", [("two million euros", "MONEY")]),
        ("It fell by nearly 4 per cent.", [("nearly 4 per cent", "PERCENT")]),
        ("It is 200km away.", [("200km", "QUANTITY")]),
        ("About 40 people came.", [("About 40", "CARDINAL")]),
        ("Twenty-two boats sank.", [("Twenty-two", "CARDINAL")]),
        ("It was the 21st attempt.", [("21st", "ORDINAL")]),
        ("No one may march.", []),
    ],
)
def test_values(text: str, expected: list[tuple[str, str]]) -> None:
    assert entities(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We saw Peru’s coast.", [("Peru", "GPE")]),
        ("Two Peruvians sang.", [("Two", "CARDINAL"), ("Peruvians", "NORP")]),
        ("We met Foreign Minister Omar Haddad.", [("Omar Haddad", "PERSON")]),
        ("The Chilean Foreign Ministry fell.", [("Chilean Foreign Ministry", "ORG")]),
        ("The Bank of England fell.", [("Bank of England", "ORG")]),
        ("She swam in Lake Titicaca.", [("Lake Titicaca", "LOC")]),
        ("We waited at Kano Airport.", [("Kano Airport", "FAC")]),
        ("It broke the Treaty of Lisbon.", [("Treaty of Lisbon", "LAW")]),
        ("They fought World War II.", [("World War II", "EVENT")]),
        ("She speaks Spanish.", [("Spanish", "LANGUAGE")]),
        ("We watched the film “The Long Road”.", [("The Long Road", "WORK_OF_ART")]),
        ("We met Prince Faisal bin Turki.", [("Faisal bin Turki", "PERSON")]),
        ("The Israeli-Palestinian border.", [("Israeli", "NORP"), ("Palestinian", "NORP")]),
        ("Peru and Chile", [("Peru", "GPE"), ("Chile", "GPE")]),
        ("The iPhone broke.", [("iPhone", "PRODUCT")]),
    ],
)
def test_names(text: str, expected: list[tuple[str, str]]) -> None:
    assert entities(text) == expected


def test_a_last_name_alone_is_the_person() -> None:
    assert entities("Ada Quispe sang. Quispe danced.") == [
        ("Ada Quispe", "PERSON"),
        ("Quispe", "PERSON"),
    ]


def test_an_age_is_a_date() -> None:
    assert ("51", "DATE") in entities("We met Ada Quispe, 51, there.")


# Quotes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We won,” said Ada Quispe.", ("DIRECT", ["“We won,”"], "said", "Ada Quispe")),
        ("Ada Quispe said: “We won.”", ("DIRECT", ["“We won.”"], "said", "Ada Quispe")),
        ('"We won," Ada Quispe has said.', ("DIRECT", ['"We won,"'], "has said", "Ada Quispe")),
        ("“We won,”said Ada Quispe.", ("DIRECT", ["“We won,”"], "said", "Ada Quispe")),
        ("“Why?” asked Ada Quispe.", ("DIRECT", ["“Why?”"], "asked", "Ada Quispe")),
        (
            "“We won,” Ada Quispe said, “and went home.”",
            ("DIRECT", ["“We won,”", "“and went home.”"], "said", "Ada Quispe"),
        ),
        (
            "“We won,” Ada Quispe said. “We went home.”",
            ("DIRECT", ["“We won,”", "“We went home.”"], "said", "Ada Quispe"),
        ),
        (
            "“We won.\n\n“We went home,” Ada Quispe said.",
            ("DIRECT", ["“We won.", "“We went home,”"], "said", "Ada Quispe"),
        ),
        (
            "Ada Quispe said that all was lost.",
            ("INDIRECT", ["that all was lost"], "said", "Ada Quispe"),
        ),
        ("Ada Quispe said all was lost.", ("INDIRECT", ["all was lost"], "said", "Ada Quispe")),
        ("All was lost, Ada Quispe said.", ("INDIRECT", ["All was lost"], "said", "Ada Quispe")),
        (
            "Ada Quispe, the mayor, said that all was lost.",
            ("INDIRECT", ["that all was lost"], "said", "Ada Quispe"),
        ),
        (
            "According to Ada Quispe, all was lost.",
            ("INDIRECT", ["all was lost"], "According to", "Ada Quispe"),
        ),
        ("Ada Quispe vowed to fight on.", ("INDIRECT", ["to fight on"], "vowed", "Ada Quispe")),
        (
            "Ada Quispe said the vote was “a farce” for all.",
            ("MIXED", ["the vote was “a farce” for all"], "said", "Ada Quispe"),
        ),
    ],
)
def test_quotes(text: str, expected: tuple[Any, ...]) -> None:
    assert quotes(text) == [(*expected, ["Ada Quispe"])]


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “peace plan” failed.",
        "She wore a “lucky” hat and left.",
        "The report was long.",
        "Ann sang, danced and slept.",
    ],
)
def test_no_quote(text: str) -> None:
    assert quotes(text) == []


def test_a_new_cue_begins_a_new_quote() -> None:
    found = quotes("Ada Quispe said that prices rose, adding that wages did not.")
    assert [(one[1], one[2], one[4]) for one in found] == [
        (["that prices rose"], "said", ["Ada Quispe"]),
        (["that wages did not"], "adding", ["Ada Quispe"]),
    ]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Ada Quispe met Omar Haddad. She said that all was lost.", ["Ada Quispe"]),
        ("Ada Quispe won. Quispe said that all was lost.", ["Ada Quispe"]),
        ("Peru said that all was lost.", ["Peru"]),
        ("Ada Quispe won. An official said that all was lost.", []),
        ("The Peruvian mayor said that all was lost.", []),
        ("President Ada Quispe said that all was lost.", ["Ada Quispe"]),
        ("Ada Quispe and Omar Haddad said that all was lost.", ["Ada Quispe", "Omar Haddad"]),
    ],
)
def test_speakers(text: str, speakers: list[str]) -> None:
    assert quotes(text)[0][4] == speakers


def test_a_source_keeps_its_title() -> None:
    text = "Foreign Minister Omar Haddad said that all was lost."
    assert quotes(text)[0][3] == "Foreign Minister Omar Haddad"


# Events


@pytest.mark.parametrize(
    ("text", "trigger", "event_type"),
    [
        ("Rebels attacked a village.", "attacked", "ATTACK"),
        ("Thousands marched in Lima.", "marched", "PROTEST"),
        ("They met in Lima.", "met", "MEET"),
        ("Peru condemned the mayor.", "condemned", "ACCUSE"),
        ("They staged a big rally there.", "rally", "PROTEST"),
        ("Peru praised the mayor.", "praised", "SUPPORT"),
        ("Peru threatened the mayor.", "threatened", "THREATEN"),
        ("They signed a pact.", "signed", "AGREE"),
        ("They reached an agreement.", "agreement", "AGREE"),
        ("They donated blankets.", "donated", "AID"),
        ("The court fined the bank.", "fined", "SANCTION"),
        ("They fled the city.", "fled", "MOVE"),
        ("Five people died.", "died", "CASUALTY"),
        ("Police arrested a man.", "arrested", "JUSTICE"),
        ("The minister resigned.", "resigned", "OFFICE"),
        ("The bank was sold.", "sold", "TRADE"),
        ("An earthquake shook Lima.", "earthquake", "DISASTER"),
        ("The parliament repealed the law.", "repealed", "ENACT"),
    ],
)
def test_triggers(text: str, trigger: str, event_type: str) -> None:
    assert {name: one["type"] for name, one in events(text).items()} == {trigger: event_type}


@pytest.mark.parametrize(
    ("text", "trigger", "realis", "polarity"),
    [
        ("Rebels attacked.", "attacked", "ACTUAL", "POSITIVE"),
        ("Rebels will attack.", "attack", "OTHER", "POSITIVE"),
        ("Rebels want to attack.", "attack", "OTHER", "POSITIVE"),
        ("If rebels attacked, all would end.", "attacked", "OTHER", "POSITIVE"),
        ("They planned an attack.", "attack", "OTHER", "POSITIVE"),
        ("Rebels have not attacked.", "attacked", "OTHER", "NEGATIVE"),
        ("Rebels didn’t attack.", "attack", "OTHER", "NEGATIVE"),
        ("Rebels never attacked.", "attacked", "OTHER", "NEGATIVE"),
        ("They denied the attack.", "attack", "OTHER", "NEGATIVE"),
        ("There was no attack.", "attack", "OTHER", "NEGATIVE"),
        ("It knew such attacks.", "attacks", "GENERIC", "POSITIVE"),
    ],
)
def test_realis_and_polarity(text: str, trigger: str, realis: str, polarity: str) -> None:
    event = events(text)[trigger]
    assert (event["realis"], event["polarity"]) == (realis, polarity)


@pytest.mark.parametrize(
    ("text", "trigger", "expected"),
    [
        (
            "Rebels attacked a village in Peru on Monday.",
            "attacked",
            {("AGENT", "Rebels"), ("PATIENT", "village"), ("PLACE", "Peru"), ("TIME", "Monday")},
        ),
        (
            "A man was arrested by police.",
            "arrested",
            {("PATIENT", "man"), ("AGENT", "police")},
        ),
        (
            "President Ada Quispe met Omar Haddad.",
            "met",
            {("AGENT", "Ada Quispe"), ("AGENT", "Omar Haddad")},
        ),
        ("Peru and Chile negotiated.", "negotiated", {("AGENT", "Peru"), ("AGENT", "Chile")}),
        ("Peru condemned the raid.", "condemned", {("AGENT", "Peru"), ("THEME", "raid")}),
        (
            "Peru accused Chile of theft.",
            "accused",
            {("AGENT", "Peru"), ("PATIENT", "Chile"), ("THEME", "theft")},
        ),
        ("Five people died.", "died", {("PATIENT", "Five people")}),
        (
            "The Chilean attack on Peru failed.",
            "attack",
            {("AGENT", "Chilean"), ("PATIENT", "Peru")},
        ),
        (
            "Rebels shot a guard with a rifle.",
            "shot",
            {("AGENT", "Rebels"), ("PATIENT", "guard"), ("INSTRUMENT", "rifle")},
        ),
    ],
)
def test_arguments(text: str, trigger: str, expected: set[tuple[str, str]]) -> None:
    assert arguments(text, trigger) == expected


# Memory


TRAIN_TEXT = "Zorb hit Quux. Glim said that Zorb hit Quux. “Hm,” said Glim. Nobody hit it."


def train() -> list[Document]:
    def span(words: str, start: int = 0) -> tuple[int, int]:
        at = TRAIN_TEXT.index(words, start)
        return at, at + len(words)

    second, glim = TRAIN_TEXT.index("that"), Span(*span("Glim"))
    zorb, quux = span("Zorb"), span("Quux")
    return [
        Document(
            article=Article(id="t", text=TRAIN_TEXT, split="train"),
            entities=(
                Entity(*zorb, label="PERSON"),
                Entity(*span("Zorb", second), label="PERSON"),
                Entity(*quux, label="GPE"),
                Entity(*span("Glim"), label="ORG"),
            ),
            quotes=(
                Quote(
                    fragments=(Span(*span("that Zorb hit Quux")),),
                    kind="INDIRECT",
                    cue=Span(*span("said")),
                    source=glim,
                    speakers=(glim,),
                ),
            ),
            events=(
                Event(*span("hit"), type="ATTACK", arguments=(Argument(*zorb, role="AGENT"),)),
                Event(*span("hit", second), type="ATTACK"),
            ),
        )
    ]


def test_memory_yields_every_layer_from_train_alone() -> None:
    text = "Glim said that Quux hit Zorb. Peru condemned it."
    prediction = run(memory.build(train()), text)
    found = [(surface(text, one), one["label"]) for one in prediction["entities"]]
    assert found == [("Glim", "ORG"), ("Quux", "GPE"), ("Zorb", "PERSON")]
    (quote,) = prediction["quotes"]
    assert surface(text, quote["fragments"][0]) == "that Quux hit Zorb"
    assert (surface(text, quote["cue"]), surface(text, quote["source"])) == ("said", "Glim")
    assert quote["speakers"] == ["Glim"]
    (event,) = prediction["events"]
    assert (surface(text, event), event["type"], event["realis"]) == ("hit", "ATTACK", "ACTUAL")
    assert {(one["role"], surface(text, one)) for one in event["arguments"]} == {
        ("AGENT", "Quux"),
        ("PATIENT", "Zorb"),
    }


def test_memory_leaves_out_what_train_tags_less_often_than_not() -> None:
    (document,) = train()
    sparse = Document(article=document.article, entities=document.entities[:1])
    assert memory.memorise([sparse]).entities == {("Zorb",): ("PERSON",)}
    once = Document(article=document.article, events=document.events[:1])
    assert memory.memorise([once]).triggers == {}


# Lexicons


def test_lists_are_sorted_and_without_duplicates() -> None:
    names = [path.stem for path in (Path(baselines.__path__[0]) / "lexicons").glob("*.txt")]
    assert len(names) > 50
    for name in names:
        entries = lexicons.load(name)
        assert list(entries) == sorted(set(entries)), name
        assert all(entry == entry.strip() != "" for entry in entries), name


@pytest.mark.parametrize(
    ("lemma", "expected"),
    [
        ("deny", {"deny", "denies", "denied", "denying"}),
        ("ban", {"ban", "bans", "banned", "banning"}),
        ("flee", {"flee", "flees", "fled", "fleeing"}),
        ("die", {"die", "dies", "died", "dying"}),
        ("step down", {"step down", "steps down", "stepped down", "stepping down"}),
    ],
)
def test_inflection(lemma: str, expected: set[str]) -> None:
    assert lexicons.inflect_verb(lemma) == expected


@pytest.mark.parametrize(
    "name", [found.name for found in pkgutil.walk_packages(baselines.__path__, "baselines.")]
)
def test_examples_in_the_documentation(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


# Validity


PIECES = [
    "“", "”", "\"", "‘", "’", "'s", " ", " ", " ", "\n", "\n\n", ".", ",", "?", "!", ":", ";",
    "—", "-", "Ada Quispe", "Quispe", "PERU", "Peru", "President ", "the ", "Ministry of ",
    "U.S.", "St. ", "of ", "said ", "told ", "according to ", "in a statement", "adding that ",
    "that ", "to ", "he ", "they ", "who ", "attacked ", "deal ", "signed ", "a ", "strikes ",
    "did not ", "will ", "by ", "with ", "and ", "on Monday", "$3m", "4%", "about 40 ",
    "31bn pesos", "late Sunday", "🙂", "İ", "ﬁ", "é", "中文", "_", "\t", "\xa0", "\x1c", "\u2028",
    "1991", "Law 1", "(", ")", "…", "film ", "51",
]  # fmt: skip

texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
)


def check(text: str, prediction: Prediction) -> None:
    """Assert that a prediction has the shape of a submission and breaks no rule of the scheme."""
    tokens = tokenize(text)
    starts, ends = {start for start, _ in tokens}, {end for _, end in tokens}
    assert set(prediction) == {"id", "entities", "quotes", "events"}
    fragments = [one for quote in prediction["quotes"] for one in quote["fragments"]]
    for spans in (prediction["entities"], fragments, prediction["events"]):
        ordered = sorted((one["start"], one["end"]) for one in spans)
        assert all(start in starts and end in ends and start < end for start, end in ordered)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(ordered))
    assert all(one["label"] in ENTITY_LABELS for one in prediction["entities"])
    for quote in prediction["quotes"]:
        assert quote["kind"] in QUOTE_KINDS
        assert quote["fragments"]
        for part in (quote["cue"], quote["source"]):
            assert part is None or 0 <= part["start"] < part["end"] <= len(text)
        names = {text[one["start"] : one["end"]] for one in prediction["entities"]}
        assert set(quote["speakers"]) <= names
    for event in prediction["events"]:
        assert event["type"] in EVENT_TYPES
        assert event["polarity"] == "POSITIVE" or event["realis"] == "OTHER"
        (sentence,) = [one for one in sentences(text) if one[0] <= event["start"] < one[1]]
        for one in event["arguments"]:
            assert one["role"] in ROLES
            assert sentence[0] <= one["start"] < one["end"] <= sentence[1]
    json.dumps(prediction)


@pytest.mark.parametrize("build", [rules.build, memory.build])
@given(text=texts)
@settings(max_examples=examples(300), deadline=None)
def test_predictions_are_valid_for_any_text(
    build: Callable[[Sequence[Document]], Extractor], text: str
) -> None:
    learnt = Document(
        article=Article(id="t", text=text),
        entities=tuple(Entity(*one, label="ORG") for one in tokenize(text)[::3]),
        quotes=tuple(
            Quote(fragments=(Span(*one),), kind="INDIRECT", cue=Span(*one))
            for one in tokenize(text)[::5]
        ),
        events=tuple(Event(*one, type="ATTACK") for one in tokenize(text)[1::4]),
    )
    prediction = run(build([learnt]), text)
    check(text, prediction)
    assert prediction == run(build([learnt]), text)


@pytest.mark.parametrize("text", ["", " \n ", "🙂🙂", "no capitals here", "“", '" " "', "““”"])
def test_odd_texts(text: str) -> None:
    check(text, predict(text))
