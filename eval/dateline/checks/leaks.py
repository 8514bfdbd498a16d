"""Texts of one split that are in another, where a system would have seen them already."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from dateline.corpus import LEAK, overlaps
from dateline.documents import Article, Finding


def leak_findings(articles: Sequence[Article]) -> Iterator[Finding]:
    """Check that no two articles in different splits share text, by exact 8-gram containment.

    A finding names the later of the articles, and of those before it the one that it shares most
    with.

    Findings: text-in-two-splits.
    """
    for id, pairs in groupby(overlaps(articles), lambda pair: pair.second.id):
        leaks = [pair for pair in pairs if pair.is_leak]
        if leaks:
            worst = max(leaks, key=lambda pair: pair.share)
            more = f"; and with {len(leaks) - 1} more" if len(leaks) > 1 else ""
            yield Finding(
                "text-in-two-splits",
                f"articles/{id}.txt",
                f"{id} in {worst.second.split}",
                f"{worst}{more}",
                f"less than {LEAK:.0%}, or one story and split",
            )
