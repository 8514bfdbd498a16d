"""The signature of a score: everything that it depends on besides the predictions."""

from typing import NamedTuple

from dateline.corpus import Corpus
from dateline.documents.scheme import SCHEME_VERSION
from dateline.tokens import TOKENIZER_VERSION

from .result import LayerScore


class Signature(NamedTuple):
    """Generated from what was used."""

    layer: str
    match: str
    """The score's name, which is its match rule."""
    labels: str
    """The system's inventory of entity labels; of other layers the version of the scheme."""
    corpus: str
    split: str
    tok: int
    avg: str
    unit: str
    n: int
    ci: str
    seed: str
    seqeval: str
    v: str

    def __str__(self) -> str:
        said = "|".join(f"{field}:{value}" for field, value in self._asdict().items())
        return f"dateline|{said}"


def signature(scored: LayerScore, corpus: Corpus, name: str = "") -> Signature:
    """Return the signature of a layer's score on *corpus*; by default of the one that ranks."""
    from importlib.metadata import version  # slow to import

    result = scored[name or scored.ranked_by]
    return Signature(
        layer=scored.layer,
        match=result.name,
        labels=scored.inventory if scored.layer == "entities" else f"scheme-{SCHEME_VERSION}",
        corpus=f"{corpus.name} {corpus.version}@{corpus.digest[:19]}",
        split=corpus.split,
        tok=TOKENIZER_VERSION,
        avg="micro",
        unit=result.units.singular,
        n=len(result.by_unit),
        ci="none" if result.no_interval else "jackknife-t-logit-95",
        seed="none",
        seqeval=version("seqeval"),
        v=version("dateline"),
    )
