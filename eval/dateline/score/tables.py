"""Scores as tables, in text and in HTML."""

import html as markup
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dateline.statistics import PRF

if TYPE_CHECKING:
    from .result import LayerScore, Score

_NORMALISED = "-normalised"
COLUMNS = ("precision", "recall", "F1", "gold")
WIDTH = 24


def table(scored: "Score", per_type: bool = False) -> Iterator[str]:
    """Yield the lines of a table of all scores, in per cent."""
    for name, layer in scored._asdict().items():
        if layer is None:
            yield f"{name}: not handed in"
        else:
            yield from layer_lines(layer, per_type)
        yield ""


def layer_lines(layer: "LayerScore", per_type: bool = False) -> Iterator[str]:
    """Yield the lines of a layer's table.

    The score that ranks comes first. Where a score is also counted with normalised boundaries, that
    F1 stands in a column of its own.
    """
    beside = any(name.endswith(_NORMALISED) for name in layer.results)
    head = f"{layer.layer:<{WIDTH}}{COLUMNS[0]:>11}{COLUMNS[1]:>9}{COLUMNS[2]:>9}"
    yield f"{head}{COLUMNS[3]:>8}" + "   F1 normalised" * beside
    for name, figures, normalised in _rows(layer, per_type):
        if figures is None:
            yield f"{name:<{WIDTH}}{normalised:>11}"
            continue
        cells = "".join(
            f"{100 * value:{width}.2f}"
            for value, width in zip(figures[:3], (11, 9, 9), strict=True)
        )
        yield f"{name:<{WIDTH}}{cells}{figures.support:8}{normalised:>16}".rstrip()


def _rows(layer: "LayerScore", per_type: bool) -> Iterator[tuple[str, PRF | None, str]]:
    """Yield name, figures and what else stands in the line; without figures, why."""
    order = sorted(layer.results, key=lambda name: name != layer.ranked_by)
    for name in order:
        if name.endswith(_NORMALISED):
            continue
        result = layer.results[name]
        if result is None:
            smaller = layer.layer == "entities"
            yield name, None, f"not in {layer.inventory}" if smaller else "not handed in"
            continue
        normalised = layer.results.get(name + _NORMALISED)
        beside = f"{100 * normalised.f1:.2f}" if normalised else ""
        yield name, result.micro, beside
        if name == layer.ranked_by:
            types = len(result.per_type)
            yield f"  macro, {types} type{'s' * (types != 1)}", result.macro, ""
            yield "  weighted", result.weighted, ""
        if per_type and len(result.labels) > 1:
            for label, figures in result.per_type.items():
                yield f"    {label}", figures, ""


def html(layers: Sequence["LayerScore"]) -> str:
    """Return tables of all scores as HTML, for a notebook."""
    lines = ["<table>"]
    for layer in layers:
        heads = "".join(f"<th>{column}</th>" for column in (layer.layer, *COLUMNS))
        lines.append(f"<tr>{heads}</tr>")
        for name, figures, beside in _rows(layer, per_type=False):
            cells = [f"{100 * value:.2f}" for value in figures[:3]] if figures else [beside, "", ""]
            cells.append(str(figures.support) if figures else "")
            said = "".join(f"<td>{markup.escape(cell)}</td>" for cell in (name.strip(), *cells))
            lines.append(f"<tr>{said}</tr>")
    return "\n".join([*lines, "</table>"])
