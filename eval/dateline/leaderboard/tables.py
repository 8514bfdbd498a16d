"""The leaderboard as Markdown."""

import re
import textwrap
from collections.abc import Mapping, Sequence

from dateline.corpus import Corpus
from dateline.documents import LAYERS, Layer
from dateline.score import RANKED_BY, LayerScore, Ranking, Score, how, rank_systems
from dateline.score.ranking import p_text, reasons
from dateline.score.tables import interval_text

from .entries import Entry

_MARKUP = re.compile(r"[\\`*_\[\]|~$&]")
_LINK = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")


def board(entries: list[Entry], corpus: Corpus, ceilings: Mapping[str, Score] | None = None) -> str:
    """Return the leaderboard as Markdown; *ceilings* are the scores of annotators' passes."""
    n = len(corpus.documents)
    scores = {entry.card.name: entry.scored for entry in entries if entry.scored}
    rankings = {layer: rank_systems(scores, layer, RANKED_BY[layer]) for layer in LAYERS}
    lines = [
        "# Leaderboard",
        "",
        "Made by `dateline rank`; do not edit.",
        f"{corpus.name} {corpus.version}, split `{corpus.split}`, articles: {n},",
        f"content `{corpus.digest}`.",
        "Systems are ranked by figures of seqeval (strict, IOB2); all that seqeval defines were",
        "recomputed by seqeval.",
    ]
    told = [ranking for ranking in rankings.values() if ranking]
    lines += ["", *textwrap.wrap(" ".join(how(told)).replace("*", "\\*"), 100)] if told else []
    for layer in LAYERS:
        table = _table(layer, entries, ceilings or {}, rankings[layer])
        lines += ["", f"## {layer.capitalize()}", "", *table]
    lines += _claims(entries, ceilings or {})
    if ceilings:
        lines += ["", "*In italics: an annotator's pass from before adjudication, no system.*"]
    lines += ["", "## Systems", "", "| system | how | trained on | code | licence |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for entry in entries:
        card = entry.card
        cells = (card.description, card.trained_on, card.code, card.licence)
        lines.append(_line(card.name, [*map(_cell, cells)]))
    stale = [entry.card.name for entry in entries if entry.scored is None]
    if stale:
        lines += ["", f"Stale, made on another content or split, not ranked: {', '.join(stale)}."]
    return "\n".join(lines) + "\n"


Scored = tuple[LayerScore, str]
"""A layer's scores, and the name of whose they are as a table prints it."""


def _table(
    layer: Layer, entries: list[Entry], ceilings: Mapping[str, Score], ranking: Ranking | None
) -> list[str]:
    found = _scored(layer, entries)
    ranked, others = (
        [one for one in found if (one[0].ranked_by == RANKED_BY[layer]) is ranks]
        for ranks in (True, False)
    )
    passes = _passes(layer, ceilings)
    if not found:
        return ["No system hands this layer in."]
    standings = dict(zip(ranking.systems, ranking.found.standings, strict=True)) if ranking else {}
    lines = [
        "| system | F1 | 95 % | ranks | precision | recall | macro F1 | weighted F1 | gold spans |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for scored, name in [*ranked, *passes]:
        standing = standings.get(name)
        ranks = "–".join(map(str, dict.fromkeys(standing.ranks))) if standing else ""
        cells = [f"{100 * scored.f1:.1f}", interval_text(scored.interval), ranks]
        cells += [f"{100 * value:.1f}" for value in (scored.precision, scored.recall)]
        cells += [f"{100 * scored.macro.f1:.1f} ({len(scored.per_type)} types)"]
        cells += [f"{100 * scored.weighted.f1:.1f}", str(scored.micro.support)]
        lines.append(_line(name, cells))
    told = [line for one in [ranking] if one for line in (*_differences(one), "", *reasons(one))]
    return [*lines, *told, "", *_further([*ranked, *others, *passes])]


def _differences(ranking: Ranking) -> list[str]:
    """Return a table of the pairs that are tested."""
    tested = [pair for pair in ranking.found.pairs if pair.p is not None]
    if not tested:
        return []
    lines = ["", "| difference | F1 | 95 % | p | p (Holm) |", "| --- | ---: | ---: | ---: | ---: |"]
    for pair in tested:
        name = f"{ranking.systems[pair.a]} − {ranking.systems[pair.b]}" + " \\*" * pair.significant
        cells = [f"{100 * pair.difference:.1f}", interval_text(pair.interval)]
        lines.append(_line(name, [*cells, p_text(pair.p), p_text(pair.adjusted)]))
    return lines


def _claims(entries: list[Entry], ceilings: Mapping[str, Score]) -> list[str]:
    found = [*_scored("claims", entries), *_passes("claims", ceilings)]
    if not found:
        return []
    lines = [
        "",
        "## Claims",
        "",
        "Who is said to say what happens. Nobody is ranked by it here.",
        "",
    ]
    lines += ["| system | F1 | 95 % | precision | recall | gold claims |"]
    lines += ["| --- " + "| ---: " * 5 + "|"]
    for scored, name in found:
        cells = [f"{100 * scored.f1:.1f}", interval_text(scored.interval)]
        cells += [f"{100 * value:.1f}" for value in (scored.precision, scored.recall)]
        lines.append(_line(name, [*cells, str(scored.micro.support)]))
    return lines


def _further(found: Sequence[Scored]) -> list[str]:
    """Return a table of the F1 of every score besides the one that ranks."""
    names = [name for name in found[0][0].results if name not in RANKED_BY.values()]
    lines = [
        "F1 of the other scores:",
        "",
        "| system | " + " | ".join(f"`{name}`" for name in names) + " |",
        "| --- " + "| ---: " * len(names) + "|",
    ]
    for scored, whose in found:
        results = [scored.results[name] for name in names]
        cells = ["–" if result is None else f"{100 * result.f1:.1f}" for result in results]
        lines.append(_line(whose, cells))
    return lines


def _scored(layer: str, entries: list[Entry]) -> list[Scored]:
    """Return the systems that hand a layer in, the best first."""
    found: list[Scored] = [
        (scored, entry.card.name)
        for entry in entries
        if entry.scored and (scored := getattr(entry.scored, layer)) is not None
    ]
    return sorted(found, key=lambda one: (-one[0].f1, one[1]))


def _passes(layer: str, ceilings: Mapping[str, Score]) -> list[Scored]:
    return [
        (found, f"*pass of {_cell(name)}*")
        for name, scores in sorted(ceilings.items())
        if (found := getattr(scores, layer)) is not None
    ]


def _line(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    """Return *text* as it may stand in a cell of a table: a link as one, no other markup."""
    if _LINK.fullmatch(text):
        return f"<{text}>"
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split())).replace("<", "&lt;")
