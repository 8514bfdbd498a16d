"""Agreement between versions of an annotation: read, paired, measured, and listed."""

from .disagreements import (
    PARTS,
    Cluster,
    Disagreement,
    Key,
    Lines,
    by_kind,
    clusters,
    disagreements,
    head_lines,
    part_lines,
    whole_lines,
)
from .measures import MEASURES, Agreement, Attribute, Row, agreement, as_json
from .pairing import head, overlapping, pair_up
from .report import listing, table
from .versions import Version, read_version, shared

__all__ = [
    "MEASURES",
    "PARTS",
    "Agreement",
    "Attribute",
    "Cluster",
    "Disagreement",
    "Key",
    "Lines",
    "Row",
    "Version",
    "agreement",
    "as_json",
    "by_kind",
    "clusters",
    "disagreements",
    "head",
    "head_lines",
    "listing",
    "overlapping",
    "pair_up",
    "part_lines",
    "read_version",
    "shared",
    "table",
    "whole_lines",
]
