"""``dateline studio``: run a Label Studio, push articles to it, pull annotations from it."""

import argparse
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.corpus import card, open_corpus
from dateline.documents import Article, Document, InvalidAnnotation, InvalidCorpus

from . import steps
from .decisions import page_outcome, read_versions, write_outcomes
from .options import (
    Commands,
    add_articles,
    add_command,
    add_source,
    all_articles,
    annotations_folder,
    chosen_articles,
    report,
)

if TYPE_CHECKING:
    from dateline.studio import Pushed


def add(commands: Commands) -> None:
    """Add the commands of this module."""
    group = commands.add_parser(
        "studio", help="annotate in Label Studio", description="Annotate in Label Studio."
    )
    actions = group.add_subparsers(metavar="COMMAND", required=True)

    to = add_command(actions, "serve", _serve, "run a Label Studio on this machine")
    _add_data(to)
    to.add_argument("--port", type=_port, default=8080, help="(default: 8080)")

    to = add_command(actions, "push", _push, "bring articles into Label Studio")
    add_source(to)
    _add_data(to)
    add_articles(to)
    to.add_argument(
        "--annotators", nargs="+", metavar="NAME", help="a project for each, apart from the others"
    )
    to.add_argument(
        "--from",
        dest="origin",
        metavar="SYSTEM|FILE",
        help="what to correct: a system as module:attr, or a predictions file",
    )

    to = add_command(actions, "pull", _pull, "write finished annotations to annotations/exports")
    add_source(to)
    _add_data(to)
    to.add_argument(
        "--adjudicated", action="store_true", help="write gold and decisions of adjudications"
    )

    to = add_command(actions, "adjudicate", _adjudicate, "ask for decisions on two versions")
    to.add_argument("versions", nargs=2, metavar="ANNOTATOR", help="in annotations/exports")
    add_source(to)
    _add_data(to)
    add_articles(to, "all that both have")
    to.add_argument(
        "--by", default="adjudicator", metavar="NAME", help="who decides (default: adjudicator)"
    )


def _add_data(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--data", metavar="FOLDER", help="the server's data (default: in your home folder)"
    )


def _data(options: argparse.Namespace) -> Path:
    from dateline.studio import default_data

    return Path(options.data) if options.data else default_data()


def _port(said: str) -> int:
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise argparse.ArgumentTypeError(f"{said!r}; expected a port, 1 to 65535")
    return int(said)


def _serve(options: argparse.Namespace) -> int:
    from dateline.studio import interruptible, running, serving, sign_in, wait

    data = _data(options)
    there = running(data, options.port)
    if there is not None:
        print(f"Label Studio runs at {there.url} already; {sign_in(data)}")
        return 0
    print(f"Starting Label Studio on {data} (the first start takes about a minute) …", flush=True)
    with interruptible():
        try:
            with serving(data, options.port) as (access, process):
                print(f"Label Studio runs at {access.url}; {sign_in(data)}")
                print("Ctrl-C stops it.", flush=True)
                wait(process, data)
        except KeyboardInterrupt:
            print("Stopped.")
    return 0


def _push(options: argparse.Namespace) -> int:
    from dateline.studio import check_annotator, connect, push

    for annotator in options.annotators or ():
        check_annotator(annotator)
    articles = chosen_articles(options)
    config, instruction = _config(options), _instruction(options)
    documents = _to_correct(options, articles)
    with connect(_data(options)) as client:
        for annotator in dict.fromkeys(options.annotators or [""]):
            done = push(
                client,
                _corpus_name(options),
                annotator,
                config,
                documents,
                options.origin and Path(options.origin).name,
                instruction,
            )
            _print_pushed(annotator or "everybody", done)
    steps.say(steps.after_push(options))
    return 0


def _print_pushed(whom: str, done: "Pushed") -> None:
    print(
        f"{whom}: {done.imported} imported, {done.replaced} replaced, "
        f"{done.kept} there already, {done.url}"
    )


def _to_correct(options: argparse.Namespace, articles: list[Article]) -> list[Document]:
    """Return the articles as documents, with what --from predicts for them."""
    from dateline.predictions import as_document, read_predictions
    from dateline.system import load_system, predict

    if options.origin is None:
        return [Document(article) for article in articles]
    if ":" in options.origin and not Path(options.origin).exists():
        sys.path.insert(0, os.getcwd())
        train = open_corpus(options.corpus, "train").documents
        predictions = predict(load_system(options.origin), train, articles)
    else:
        predictions = read_predictions(options.origin, articles)
    return [as_document(p, a) for p, a in zip(predictions, articles, strict=True)]


def _config(options: argparse.Namespace) -> str:
    """Return the labelling configuration of the annotations, checked."""
    from dateline.labelstudio import check_config

    config = annotations_folder(options) / "labels.xml"
    if not config.is_file():
        raise InvalidCorpus(f"{config}: not there; expected the labelling configuration")
    try:
        check_config(config.read_text("utf-8"))
    except InvalidAnnotation as error:
        raise InvalidAnnotation(f"{config}: {error}") from None
    return config.read_text("utf-8")


def _instruction(options: argparse.Namespace) -> str:
    """Return the guidelines as HTML, for the labelling page; ``""`` where there are none."""
    from dateline.studio import as_html

    guidelines = annotations_folder(options) / "guidelines.md"
    return as_html(guidelines.read_text("utf-8")) if guidelines.is_file() else ""


def _corpus_name(options: argparse.Namespace) -> str:
    """Return the name that marks a corpus's projects on a server."""
    corpus = Path(options.corpus)
    name = str(card.read(corpus)[0].get("pretty_name", corpus.absolute().name))
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "corpus"


def _pull(options: argparse.Namespace) -> int:
    from dateline.studio import connect, pull

    if options.adjudicated:
        return _pull_adjudicated(options)

    articles = all_articles(options)
    exports = annotations_folder(options) / "exports"
    with connect(_data(options)) as client:
        rows = pull(client, _corpus_name(options), articles, exports)
    for row in rows:
        if row.state in ("same", "open"):
            continue
        said = f": {row.said}" if row.said else ""
        print(f"{row.annotator or 'everybody'} {row.article}: {row.state}{said}")
        report(list(row.findings))
    states = Counter(row.state for row in rows)
    print(", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no task")
    steps.say(steps.after_pull(options, rows))
    return 1 if states["wrong"] or states["newer here"] else 0


def _adjudicate(options: argparse.Namespace) -> int:
    from dateline.adjudication import page_config, page_task
    from dateline.studio import check_annotator, connect, push_adjudication

    for name in (*options.versions, options.by):
        check_annotator(name)
    articles = chosen_articles(options)
    versions = read_versions(options, options.versions, articles)
    both = [a for a in articles if all(a.id in version.documents for version in versions)]
    if not both:
        raise InvalidAnnotation("the versions share no article; expected some to adjudicate")
    tasks = [page_task(article, versions) for article in both]
    names = versions[0].name, versions[1].name
    config = page_config(_config(options), names)
    with connect(_data(options)) as client:
        done = push_adjudication(
            client, _corpus_name(options), names, options.by, config, tasks, _instruction(options)
        )
    _print_pushed(" and ".join(names), done)
    steps.say(steps.after_adjudicate(options))
    return 0


def _pull_adjudicated(options: argparse.Namespace) -> int:
    from dateline.agreement import read_version
    from dateline.studio import connect, pull_adjudication

    articles = all_articles(options)
    known = {article.id: article for article in articles}
    with connect(_data(options)) as client:
        tasks = list(pull_adjudication(client, _corpus_name(options)))
    exports = annotations_folder(options) / "exports"
    versions = {
        name: read_version(exports / name, articles, name) for task in tasks for name in task.names
    }
    outcomes = [
        page_outcome(options, task, known.get(task.article), [versions[n] for n in task.names])
        for task in sorted(tasks, key=lambda task: task.article)
    ]
    again = steps.command(options, "studio pull", "--adjudicated")
    return write_outcomes(options, outcomes, again)
