"""``dateline agree``: how far versions agree, where they do not, and a worksheet to decide that."""

import argparse
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from dateline import files
from dateline.documents import Article, InvalidAnnotation

from .decisions import read_decided, read_versions
from .options import (
    Commands,
    add_articles,
    add_command,
    add_json,
    add_source,
    chosen_articles,
    print_json,
)

if TYPE_CHECKING:
    from dateline.agreement import Version


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
    from dateline.agreement import agreement, as_json, disagreements, listing, table

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
    if options.list:
        every = [
            one
            for a, b in itertools.combinations(versions, 2)
            for id in found.articles
            if id in a.documents and id in b.documents
            for one in disagreements(
                a.documents[id],
                b.documents[id],
                (a.name, b.name),
                [*a.doubts.get(id, ()), *b.doubts.get(id, ())],
            )
        ]
        print("\n".join(listing(every, {article.id: article for article in articles})))
        return 0
    print("\n".join(table(found)))
    return 0


def _worksheet(
    options: argparse.Namespace, articles: list[Article], versions: "list[Version]"
) -> int:
    from dateline.adjudication import write_worksheet
    from dateline.agreement import disagreements

    path = Path(options.worksheet)
    if len(versions) != 2:
        raise InvalidAnnotation(f"{len(versions)} versions; expected two for a worksheet")
    if path.exists():
        raise InvalidAnnotation(f"{path}: is there already; expected a new file to write")
    first, second = versions
    found, before = [], {}
    for article in articles:
        if article.id in first.documents and article.id in second.documents:
            documents = first.documents[article.id], second.documents[article.id]
            doubts = [*first.doubts[article.id], *second.doubts[article.id]]
            found.append((article, disagreements(*documents, (first.name, second.name), doubts)))
            before[article.id] = read_decided(options, article.id)
    places = {version.name: said for version, said in zip(versions, options.versions, strict=True)}
    files.write(path, write_worksheet(places, found, before))
    count = sum(len(each) for _, each in found)
    print(f"{path}: {count} disagreements on {len(found)} articles; fill it in, and then")
    print(f"dateline annotations decide {path}")
    return 0
