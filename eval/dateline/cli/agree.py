"""``dateline agree``: how far versions agree, where they do not, and a worksheet to decide that."""

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from dateline import files
from dateline.documents import Article, InvalidAnnotation

from . import steps
from .decisions import read_decided, read_versions
from .options import (
    Commands,
    add_articles,
    add_command,
    add_json,
    add_source,
    annotations_folder,
    chosen_articles,
    print_json,
)

if TYPE_CHECKING:
    from dateline.agreement import Disagreement, Version


def add(commands: Commands) -> None:
    """Add the command of this module."""
    to = add_command(commands, "agree", _agree, "measure how far versions of an annotation agree")
    to.add_argument(
        "versions",
        nargs="+",
        metavar="VERSION",
        help="an annotator in annotations/exports, or a folder or file of exports or text forms",
    )
    add_source(to)
    said = to.add_mutually_exclusive_group()
    add_json(said)
    said.add_argument("--list", action="store_true", help="list all disagreements, by kind")
    said.add_argument(
        "--worksheet", metavar="FILE", help="write the disagreements of two versions to fill in"
    )
    add_articles(to)


def _agree(options: argparse.Namespace) -> int:
    from dateline.agreement import agreement, as_json, listing, table

    articles = chosen_articles(options)
    versions = read_versions(options, options.versions, articles)
    found = agreement(versions)
    if not found.articles:
        raise InvalidAnnotation("no two of the versions share an article; expected some to compare")
    if options.worksheet:
        return _worksheet(options, articles, versions)
    if options.json:
        print_json(as_json(found))
        return 0
    pairs = [(pair, _between(articles, *pair)) for pair in itertools.combinations(versions, 2)]
    if options.list:
        every = [one for _, between in pairs for each in between.values() for one in each]
        print("\n".join(listing(every, {article.id: article for article in articles})))
    else:
        print("\n".join(table(found)))
    places = {version.name: said for version, said in zip(versions, options.versions, strict=True)}
    undecided = [
        ([places[version.name] for version in pair], sum(map(len, between.values())))
        for pair, between in pairs
        if not all(_is_settled(options, id, each) for id, each in between.items())
    ]
    steps.say(steps.after_agree(options, undecided))
    return 0


def _between(
    articles: list[Article], first: "Version", second: "Version"
) -> "dict[str, list[Disagreement]]":
    """Return the disagreements on each article that two versions both have."""
    from dateline.agreement import disagreements

    return {
        id: disagreements(
            first.documents[id],
            second.documents[id],
            (first.name, second.name),
            [*first.doubts.get(id, ()), *second.doubts.get(id, ())],
        )
        for id in (article.id for article in articles)
        if id in first.documents and id in second.documents
    }


def _is_settled(options: argparse.Namespace, article: str, found: "list[Disagreement]") -> bool:
    """Say whether there is gold of an article, and a decision on all that was found."""
    from dateline.adjudication import undecided

    gold = annotations_folder(options) / "gold" / f"{article}.json"
    return gold.is_file() and not undecided(found, read_decided(options, article))


def _worksheet(
    options: argparse.Namespace, articles: list[Article], versions: "list[Version]"
) -> int:
    from dateline.adjudication import write_worksheet

    path = Path(options.worksheet)
    if len(versions) != 2:
        raise InvalidAnnotation(f"{len(versions)} versions; expected two for a worksheet")
    if path.exists():
        raise InvalidAnnotation(f"{path}: is there already; expected a new file to write")
    between = _between(articles, *versions)
    found = [(article, between[article.id]) for article in articles if article.id in between]
    before = {id: read_decided(options, id) for id in between}
    places = {version.name: said for version, said in zip(versions, options.versions, strict=True)}
    files.write(path, write_worksheet(places, found, before))
    count = sum(map(len, between.values()))
    print(f"{path}: {count} disagreements on {len(found)} articles")
    steps.say(steps.after_worksheet(options, path))
    return 0
