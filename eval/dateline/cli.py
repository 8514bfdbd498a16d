"""The command ``dateline``: one function a subcommand.

Exit codes: 0 well, 1 findings or a refused file, 2 wrong use. A user's mistake ends in one message
without a traceback. What only one command needs is imported inside it, so that ``--help`` is quick.
"""

import argparse
import itertools
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import files
from .corpus import (
    Corpus,
    annotations_beside,
    build,
    card,
    data_file,
    make,
    open_corpus,
    read_articles,
    read_json,
    read_source,
    written_by,
)
from .documents import (
    LAYERS,
    SPLITS,
    Article,
    DatelineError,
    Document,
    Finding,
    InvalidAnnotation,
    InvalidCorpus,
    SystemNotFound,
    errors,
)

if TYPE_CHECKING:
    from .adjudication import Decision, Outcome
    from .agreement import Version


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line *argv* (default: the process's own) and return its exit code."""
    options = parser().parse_args(argv)
    try:
        code: int = options.run(options)
    except SystemNotFound as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 2
    except DatelineError as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UnicodeError as error:
        print(f"dateline: text that is not UTF-8, or cannot be printed: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"dateline: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="dateline", description="Check, build, predict, score and rank."
    )
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], help: str, within: Any = commands
    ) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = within.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        return added

    def corpus(to: argparse.ArgumentParser) -> None:
        to.add_argument(
            "--corpus", default="corpus", metavar="FOLDER", help="the corpus (default: ./corpus)"
        )

    def source(to: argparse.ArgumentParser) -> None:
        corpus(to)
        to.add_argument(
            "--annotations", metavar="FOLDER", help="(default: annotations, beside the corpus)"
        )

    def split(to: argparse.ArgumentParser) -> None:
        to.add_argument("--split", default="test", choices=SPLITS, help="(default: test)")

    def as_json(to: Any) -> None:
        to.add_argument("--json", action="store_true", help="print JSON")

    to = command("check", _check, "check articles, gold, manifest and built dataset")
    source(to)
    as_json(to)

    to = command("build", _build, "build the dataset from articles and gold")
    source(to)
    to.add_argument(
        "--check", action="store_true", help="change nothing; fail if it is not up to date"
    )

    to = command("predict", _predict, "run a system on a split and write its predictions")
    to.add_argument("system", metavar="SYSTEM", help="module:attr, such as baselines.rules:build")
    corpus(to)
    split(to)
    to.add_argument(
        "--output",
        default="predictions.jsonl",
        metavar="FILE",
        help="(default: predictions.jsonl); a system.json beside it is told the corpus",
    )

    to = command("score", _score, "score a predictions file")
    to.add_argument("predictions", metavar="PREDICTIONS", help="a file of JSON lines")
    corpus(to)
    split(to)
    as_json(to)
    to.add_argument("--verify", action="store_true", help="recompute every figure with seqeval")

    to = command("rank", _rank, "score all systems of the leaderboard and write its tables")
    source(to)
    split(to)
    to.add_argument(
        "--leaderboard",
        default="eval/leaderboard",
        metavar="FOLDER",
        help="(default: eval/leaderboard)",
    )
    to.add_argument(
        "--check", action="store_true", help="change nothing; fail if it is not up to date"
    )

    to = command("show", _show, "paint an article's layers in the terminal")
    to.add_argument("article", metavar="ARTICLE", help="its id")
    corpus(to)

    command("schema", _schema, "print the JSON Schema of a line of a predictions file")

    to = command("agree", _agree, "measure how far versions of an annotation agree")
    to.add_argument(
        "versions",
        nargs="+",
        metavar="VERSION",
        help="an annotator in annotations/exports, or a folder or file of exports or text forms",
    )
    source(to)
    said = to.add_mutually_exclusive_group()
    as_json(said)
    said.add_argument("--list", action="store_true", help="list all disagreements, by kind")
    said.add_argument(
        "--worksheet", metavar="FILE", help="write the disagreements of two versions to fill in"
    )
    to.add_argument("--articles", nargs="+", metavar="ID", help="(default: all)")

    group = commands.add_parser(
        "annotations",
        help="gold as text, and gold from decisions",
        description="Gold, edited as text.",
    )
    forms = group.add_subparsers(metavar="COMMAND", required=True)
    to = command("to-text", _to_text, "print an article's gold in the text form", forms)
    to.add_argument("article", metavar="ARTICLE", help="its id")
    source(to)
    to = command("from-text", _from_text, "write an article's gold from the text form", forms)
    to.add_argument("form", metavar="FILE", help="a text form; - for standard input")
    to.add_argument(
        "--provisional",
        action="store_true",
        help="mark it as provisional, as it also stays if it was",
    )
    source(to)

    to = command("decide", _decide, "write gold and decisions from a worksheet", forms)
    to.add_argument("worksheet", metavar="FILE", help="as dateline agree --worksheet wrote it")
    source(to)

    group = commands.add_parser(
        "studio", help="annotate in Label Studio", description="Annotate in Label Studio."
    )
    actions = group.add_subparsers(metavar="COMMAND", required=True)

    def data(to: argparse.ArgumentParser) -> None:
        to.add_argument(
            "--data", metavar="FOLDER", help="the server's data (default: in your home folder)"
        )

    to = command("serve", _studio_serve, "run a Label Studio on this machine", actions)
    data(to)
    to.add_argument("--port", type=_port, default=8080, help="(default: 8080)")
    to = command("push", _studio_push, "bring articles into Label Studio", actions)
    source(to)
    data(to)
    to.add_argument("--articles", nargs="+", metavar="ID", help="(default: all)")
    to.add_argument(
        "--annotators", nargs="+", metavar="NAME", help="a project for each, apart from the others"
    )
    to.add_argument(
        "--from",
        dest="origin",
        metavar="SYSTEM|FILE",
        help="what to correct: a system as module:attr, or a predictions file",
    )
    to = command("pull", _studio_pull, "write finished annotations to annotations/exports", actions)
    source(to)
    data(to)
    to.add_argument(
        "--adjudicated", action="store_true", help="write gold and decisions of adjudications"
    )
    to = command("adjudicate", _studio_adjudicate, "ask for decisions on two versions", actions)
    to.add_argument("versions", nargs=2, metavar="ANNOTATOR", help="in annotations/exports")
    source(to)
    data(to)
    to.add_argument("--articles", nargs="+", metavar="ID", help="(default: all that both have)")
    to.add_argument(
        "--by", default="adjudicator", metavar="NAME", help="who decides (default: adjudicator)"
    )
    return top


def _port(said: str) -> int:
    if not said.isdecimal() or not 0 < int(said) < 65536:
        raise argparse.ArgumentTypeError(f"{said!r}; expected a port, 1 to 65535")
    return int(said)


def _version() -> str:
    from importlib.metadata import version

    return f"dateline {version('dateline')}"


def _annotations(options: argparse.Namespace) -> Path:
    if options.annotations:
        return Path(options.annotations)
    return annotations_beside(Path(options.corpus))


def _report(findings: list[Finding], as_json: bool = False) -> int:
    """Print findings; return 1 if one of them is an error."""
    if as_json:
        rows = [
            {"level": f.level, **{k: getattr(f, k) for k in f.__struct_fields__}} for f in findings
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(finding)
    return 1 if errors(findings) else 0


def _check(options: argparse.Namespace) -> int:
    from .checks import check

    findings = check(Path(options.corpus), _annotations(options))
    code = _report(findings, options.json)
    if not options.json:
        wrong = len(errors(findings))
        print(f"{options.corpus}: {wrong} errors, {len(findings) - wrong} warnings")
    return code


def _build(options: argparse.Namespace) -> int:
    from .adjudication import provenance
    from .checks import source_findings

    corpus = Path(options.corpus)
    source = read_source(corpus, _annotations(options))
    findings = errors(source_findings(source))
    if findings:
        return _report(findings)
    lines = provenance(_annotations(options), source.documents)
    more = ["", *lines] if lines else []
    if not options.check:
        made = build(corpus, source.documents, source.provisional, more)
        print(f"{corpus}: built from {len(source.documents)} articles, content {made}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(corpus, Path(folder), source.documents, source.provisional, more)
        return _report(_differences(corpus, Path(folder)))


def _differences(corpus: Path, made: Path) -> list[Finding]:
    """Compare a corpus with a build of it: bytes if one library wrote both, else the digest."""
    from .corpus import dataset_findings, read_documents

    for path in sorted([*made.rglob("*.parquet"), made / card.NAME]):
        there = corpus / path.relative_to(made)
        if not there.is_file():
            return [Finding("dataset-missing", str(there))]
        if there.suffix == ".parquet" and written_by(there) != written_by(path):
            documents = [d for split in SPLITS for d in _split_or_none(made, split, read_documents)]
            return list(dataset_findings(corpus, documents))
    for path in sorted([*made.rglob("*.parquet"), made / card.NAME]):
        if (corpus / path.relative_to(made)).read_bytes() != path.read_bytes():
            return [Finding("dataset-stale", str(corpus / path.relative_to(made)))]
    return []


def _split_or_none(corpus: Path, split: str, read: Callable[[Path, str], list[Any]]) -> list[Any]:
    try:
        return read(corpus, split)
    except InvalidCorpus:
        return []


def _predict(options: argparse.Namespace) -> int:
    from .leaderboard import read_card, stamp_card
    from .predictions import write_predictions
    from .system import load_system, predict

    sys.path.insert(0, os.getcwd())
    system = load_system(options.system)
    corpus = open_corpus(options.corpus, options.split)
    train = open_corpus(options.corpus, "train").documents
    output = Path(options.output)
    beside = output.parent / "system.json"
    stamped = output.name == "predictions.jsonl" and beside.exists()
    if stamped:
        read_card(beside)  # before anything is written
    predictions = predict(system, train, [document.article for document in corpus.documents])
    write_predictions(output, predictions)
    if stamped:
        stamp_card(beside, corpus)
    print(f"{output}: {options.system} on {len(predictions)} articles of {options.split}")
    return 0


def _score(options: argparse.Namespace) -> int:
    from .predictions import read_predictions
    from .score import as_json, score, verify

    corpus = open_corpus(options.corpus, options.split)
    predictions = read_predictions(
        options.predictions, [document.article for document in corpus.documents]
    )
    scored = score(corpus.documents, predictions)
    if options.verify:
        differences = verify(scored, corpus.documents, predictions)
        if differences:
            raise DatelineError(f"not what seqeval counts: {differences[0]}")
    if options.json:
        print(json.dumps(as_json(scored, corpus), ensure_ascii=False, indent=1))
        return 0
    for layer in LAYERS:
        _print_layer(layer, getattr(scored, layer), corpus)
    return 0


def _print_layer(layer: str, scored: Any, corpus: Corpus) -> None:
    from .score import signature

    if scored is None:
        print(f"{layer}: not handed in\n")
        return
    print(f"{layer:<14}{'precision':>10}{'recall':>10}{'F1':>10}{'gold':>8}")
    rows = {**scored.per_type, "micro": scored.micro}
    rows |= {"macro": scored.macro, "weighted": scored.weighted}
    for name, row in rows.items():
        figures = "".join(f"{100 * value:10.2f}" for value in row[:3])
        print(f"{name:<14}{figures}{row.support:8}")
    print(f"{signature(scored, corpus)}\n")


def _rank(options: argparse.Namespace) -> int:
    from .leaderboard import rank

    corpus = open_corpus(options.corpus, options.split)
    _, made = rank(Path(options.leaderboard), corpus, _passes(options, corpus))
    changed = [p for p, said in made.items() if not p.is_file() or p.read_text("utf-8") != said]
    if options.check and changed:
        raise DatelineError(
            f"{changed[0]}: not what the predictions score (dateline rank writes it)"
        )
    for path in changed:
        files.write(path, made[path])
    print(made[Path(options.leaderboard) / "README.md"], end="")
    return 0


def _passes(options: argparse.Namespace, corpus: Corpus) -> dict[str, list[Document]]:
    """Return the passes of the annotators who have done all articles of the split."""
    from .agreement import read_version

    articles = [document.article for document in corpus.documents]
    folders = sorted(path for path in (_annotations(options) / "exports").glob("*/"))
    found = {}
    for folder in folders:
        files = [folder / f"{article.id}.json" for article in articles]
        if all(path.is_file() for path in files):
            read = [read_version(path, articles).documents for path in files]
            found[folder.name] = [document for one in read for document in one.values()]
    return found


def _schema(options: argparse.Namespace) -> int:
    from .predictions import schema

    print(json.dumps(schema(), indent=1))
    return 0


def _to_text(options: argparse.Namespace) -> int:
    from .labelstudio import read_task
    from .textform import to_text

    article = _article(options, options.article)
    path = _annotations(options) / "gold" / f"{article.id}.json"
    if not path.is_file():
        raise InvalidCorpus(f"{path}: not there; expected the gold of {article.id!r}")
    task, findings = read_json(path)
    if not findings:
        reading = read_task(task, article, str(path))
        findings = reading.findings
        if reading.document is not None and not errors(findings):
            print(to_text(reading.document), end="")
            return 0
    return _report(errors(findings))


def _from_text(options: argparse.Namespace) -> int:
    from .checks import document_findings
    from .labelstudio import dump_task, write_task
    from .textform import form_id, from_text

    try:
        form = (
            sys.stdin.read() if options.form == "-" else Path(options.form).read_text("utf-8-sig")
        )
        form = form.replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidCorpus(
            f"{options.form}: cannot be read: {error}; expected a text form"
        ) from None
    document = from_text(form, _article(options, form_id(form)))
    findings = list(document_findings(document, options.form))
    if errors(findings):
        return _report(findings)
    path = _annotations(options) / "gold" / f"{document.id}.json"
    trail = _annotations(options) / "decisions" / f"{document.id}.jsonl"
    if trail.is_file():
        raise InvalidCorpus(
            f"{path}: is what the decisions in {trail} make; expected it changed by decisions, "
            "with dateline agree --worksheet and dateline annotations decide"
        )
    provisional = options.provisional or _kept_of(path)
    files.write(path, dump_task(write_task(document, provisional)))
    _report(findings)
    print(f"{path}: written")
    return 0


def _agree(options: argparse.Namespace) -> int:
    from .agreement import agreement, as_json, disagreements, listing, table

    articles = _chosen(options)
    versions = _versions(options, options.versions, articles)
    found = agreement(versions)
    if not found.articles:
        raise InvalidAnnotation("no two of the versions share an article; expected some to compare")
    if options.worksheet:
        return _worksheet(options, articles, versions)
    if options.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))
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


def _articles(options: argparse.Namespace) -> list[Article]:
    """Return the articles of the corpus, all of which must be sound."""
    articles, findings = read_articles(Path(options.corpus))
    if errors(findings):
        raise InvalidCorpus("\n".join(map(str, errors(findings))))
    return articles


def _chosen(options: argparse.Namespace) -> list[Article]:
    """Return the articles of the corpus, or those of --articles."""
    articles = _articles(options)
    if not options.articles:
        return articles
    known = {article.id: article for article in articles}
    unknown = [id for id in options.articles if id not in known]
    if unknown:
        raise InvalidCorpus(f"{options.corpus}: no article {unknown[0]!r}; expected ids of it")
    return [known[id] for id in dict.fromkeys(options.articles)]


def _versions(
    options: argparse.Namespace, said: Sequence[str], articles: list[Article]
) -> "list[Version]":
    """Read versions, each named by its folder or file, or in full where two would be alike."""
    from .agreement import read_version

    every = _articles(options)
    kept = {article.id for article in articles}
    paths = [_version_path(options, one) for one in said]
    if len(paths) < 2:
        raise InvalidAnnotation(f"one version, {paths[0]}; expected two or more to compare")
    names = [path.resolve().stem for path in paths]
    if len(set(names)) < len(names):
        names = [str(path) for path in paths]
    if len(set(names)) < len(names):
        raise InvalidAnnotation(f"the same version twice, of {', '.join(names)}; expected others")
    versions = [read_version(p, every, name) for p, name in zip(paths, names, strict=True)]
    return [
        version._replace(documents={k: v for k, v in version.documents.items() if k in kept})
        for version in versions
    ]


def _version_path(options: argparse.Namespace, said: str) -> Path:
    exported = _annotations(options) / "exports" / said
    return Path(said) if Path(said).exists() or not exported.is_dir() else exported


def _worksheet(
    options: argparse.Namespace, articles: list[Article], versions: "list[Version]"
) -> int:
    from .adjudication import write_worksheet
    from .agreement import disagreements

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
            before[article.id] = _decided(options, article.id)
    places = {version.name: said for version, said in zip(versions, options.versions, strict=True)}
    files.write(path, write_worksheet(places, found, before))
    count = sum(len(each) for _, each in found)
    print(f"{path}: {count} disagreements on {len(found)} articles; fill it in, and then")
    print(f"dateline annotations decide {path}")
    return 0


def _decide(options: argparse.Namespace) -> int:
    from .adjudication import adjudicate, read_worksheet

    articles = _articles(options)
    path = Path(options.worksheet)
    try:
        sheet = read_worksheet(path.read_text("utf-8-sig"), articles)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidAnnotation(f"{path}: cannot be read: {error}; expected a worksheet") from None
    except InvalidAnnotation as error:
        raise InvalidAnnotation(f"{path}: {error}") from None
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", sheet.by):
        raise InvalidAnnotation(
            f"{path}: by: {sheet.by!r}; expected a pseudonym of lower-case letters and digits"
        )
    if len(sheet.versions) != 2 or not sheet.choices:
        raise InvalidAnnotation(
            f"{path}: {len(sheet.versions)} version lines, {len(sheet.choices)} articles; "
            "expected two, and one or more"
        )
    from .agreement import read_version

    versions = [
        read_version(_version_path(options, place), articles, name)
        for name, place in sheet.versions.items()
    ]
    outcomes = []
    for article in articles:
        if article.id in sheet.choices:
            for version in versions:
                if article.id not in version.documents:
                    raise InvalidAnnotation(f"{path}: {version.name} has no {article.id!r}")
            choices = sheet.choices[article.id]
            before = _decided(options, article.id)
            outcomes.append(adjudicate(article, versions, choices, sheet.by, before))
    return _write_outcomes(options, outcomes)


def _decided(options: argparse.Namespace, article: str) -> "list[Decision]":
    from .adjudication import read_decisions

    found, findings = read_decisions(_annotations(options) / "decisions" / f"{article}.jsonl")
    if findings:
        raise InvalidAnnotation(str(findings[0]))
    return found


def _write_outcomes(options: argparse.Namespace, outcomes: "Sequence[Outcome]") -> int:
    """Write what is settled and sound, say what is not; return 1 if anything is not."""
    from .adjudication import check_outcome, decision_findings, read_rules, write_outcome
    from .checks import document_findings

    annotations = _annotations(options)
    rules = read_rules(annotations / "guidelines.md")
    code = 0
    for outcome in outcomes:  # before anything is written
        if outcome.document is not None:
            check_outcome(annotations, outcome)
    for outcome in outcomes:
        gold = annotations / "gold" / f"{outcome.article}.json"
        for problem in outcome.problems:
            print(f"{outcome.article}: {problem}")
        if outcome.document is None:
            print(f"{outcome.article}: not written, {len(outcome.problems)} to be settled first")
            code = 1
            continue
        findings = decision_findings({outcome.article: outcome.decisions}, rules)
        findings += document_findings(outcome.document, str(gold))
        _report(findings)
        if errors(findings):
            print(f"{outcome.article}: not written, {len(errors(findings))} errors first")
            code = 1
        else:
            print(f"{gold}: {write_outcome(annotations, outcome)}")
    return code


def _kept_of(path: Path) -> bool:
    """Say whether the gold that is there is provisional; refuse to write over doubts."""
    if not path.is_file():
        return False
    task, findings = read_json(path)
    said = json.dumps(task)
    if findings or '"from_name": "doubt"' in said or '"from_name": "note"' in said:
        raise InvalidCorpus(
            f"{path}: holds doubts, or is not JSON, and a text form would not keep that; "
            "expected it settled or moved away first"
        )
    return bool(isinstance(task, dict) and task.get("data", {}).get("provisional"))


def _article(options: argparse.Namespace, id: str) -> Article:
    articles, findings = read_articles(Path(options.corpus))
    for article in articles:
        if article.id == id:
            return article
    known = ", ".join(article.id for article in articles) or str(
        findings[0] if findings else "none"
    )
    raise InvalidCorpus(f"{options.corpus}: no article {id!r}; expected one of {known}")


def _show(options: argparse.Namespace) -> int:
    from rich.console import Console

    from .viewer import paint

    for split in _splits(options.corpus):
        for document in open_corpus(options.corpus, split).documents:
            if document.id == options.article:
                console = Console(highlight=False)
                for line in paint(document):
                    console.print(line)
                return 0
    raise InvalidCorpus(
        f"{options.corpus}: no article {options.article!r} in the built dataset; expected its id"
    )


def _studio_serve(options: argparse.Namespace) -> int:
    from .studio import interruptible, running, serving, sign_in, wait

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


def _studio_push(options: argparse.Namespace) -> int:
    from .studio import check_annotator, connect, push

    for annotator in options.annotators or ():
        check_annotator(annotator)
    articles = _chosen(options)
    config = _config(options)
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
            )
            print(
                f"{annotator or 'everybody'}: {done.imported} imported, {done.replaced} replaced, "
                f"{done.kept} there already, {done.url}"
            )
    return 0


def _to_correct(options: argparse.Namespace, articles: list[Article]) -> list[Document]:
    """Return the articles as documents, with what --from predicts for them."""
    from .predictions import as_document, read_predictions
    from .system import load_system, predict

    if options.origin is None:
        return [Document(article) for article in articles]
    if ":" in options.origin and not Path(options.origin).exists():
        sys.path.insert(0, os.getcwd())
        train = open_corpus(options.corpus, "train").documents
        predictions = predict(load_system(options.origin), train, articles)
    else:
        predictions = read_predictions(options.origin, articles)
    return [as_document(p, a) for p, a in zip(predictions, articles, strict=True)]


def _studio_adjudicate(options: argparse.Namespace) -> int:
    from .adjudication import page_config, page_task
    from .studio import check_annotator, connect, push_adjudication

    for name in (*options.versions, options.by):
        check_annotator(name)
    articles = _chosen(options)
    versions = _versions(options, options.versions, articles)
    both = [a for a in articles if all(a.id in version.documents for version in versions)]
    if not both:
        raise InvalidAnnotation("the versions share no article; expected some to adjudicate")
    tasks = [page_task(article, versions) for article in both]
    names = versions[0].name, versions[1].name
    config = page_config(_config(options), names)
    with connect(_data(options)) as client:
        done = push_adjudication(client, _corpus_name(options), names, options.by, config, tasks)
    print(
        f"{names[0]} and {names[1]}: {done.imported} imported, {done.replaced} replaced, "
        f"{done.kept} there already, {done.url}"
    )
    return 0


def _pull_adjudicated(options: argparse.Namespace) -> int:
    from .adjudication import Outcome, adjudicate, agreed, fingerprint, read_page, unexplained
    from .agreement import read_version
    from .studio import connect, pull_adjudication

    articles = _articles(options)
    known = {article.id: article for article in articles}
    with connect(_data(options)) as client:
        tasks = list(pull_adjudication(client, _corpus_name(options)))
    exports = _annotations(options) / "exports"
    versions = {
        name: read_version(exports / name, articles, name) for task in tasks for name in task.names
    }
    outcomes = []
    for task in sorted(tasks, key=lambda task: task.article):
        both = [versions[name] for name in task.names]
        problem = task.said
        if task.article not in known:
            problem = "no such article"
        elif not all(task.article in version.documents for version in both):
            problem = f"not in the exports of {' and '.join(task.names)}"
        elif fingerprint(known[task.article], both) != task.fingerprint:
            problem = "the exports have changed since the adjudication was made"
        if problem:
            outcomes.append(Outcome(task.article, None, [], [problem]))
            continue
        article = known[task.article]
        page = read_page(task.result, article, both)
        before = _decided(options, article.id)
        outcome = adjudicate(article, both, page.choices, task.by, before)
        problems = [*page.problems, *outcome.problems]
        if outcome.document is not None:
            common = agreed(*(version.documents[article.id] for version in both))
            problems += unexplained(page.drawn, outcome.document, common)
        document = None if problems else outcome.document
        outcomes.append(outcome._replace(document=document, problems=problems))
    return _write_outcomes(options, outcomes)


def _config(options: argparse.Namespace) -> str:
    """Return the labelling configuration of the annotations, checked."""
    from .labelstudio import check_config

    config = _annotations(options) / "labels.xml"
    if not config.is_file():
        raise InvalidCorpus(f"{config}: not there; expected the labelling configuration")
    try:
        check_config(config.read_text("utf-8"))
    except InvalidAnnotation as error:
        raise InvalidAnnotation(f"{config}: {error}") from None
    return config.read_text("utf-8")


def _studio_pull(options: argparse.Namespace) -> int:
    from .studio import connect, pull

    if options.adjudicated:
        return _pull_adjudicated(options)

    articles = _articles(options)
    exports = _annotations(options) / "exports"
    with connect(_data(options)) as client:
        rows = pull(client, _corpus_name(options), articles, exports)
    for row in rows:
        if row.state in ("same", "open"):
            continue
        said = f": {row.said}" if row.said else ""
        print(f"{row.annotator or 'everybody'} {row.article}: {row.state}{said}")
        _report(list(row.findings))
    states = Counter(row.state for row in rows)
    print(", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "no task")
    return 1 if states["wrong"] or states["newer here"] else 0


def _corpus_name(options: argparse.Namespace) -> str:
    """Return the name that marks a corpus's projects on a server."""
    corpus = Path(options.corpus)
    name = str(card.read(corpus)[0].get("pretty_name", corpus.absolute().name))
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "corpus"


def _data(options: argparse.Namespace) -> Path:
    from .studio import default_data

    return Path(options.data) if options.data else default_data()


def _splits(corpus: str) -> list[str]:
    """Return the splits of a corpus: those of a folder that are there, all of a Hub id."""
    if not Path(corpus).is_dir():
        return list(SPLITS)
    return [s for s in SPLITS if (Path(corpus) / data_file("documents", s)).is_file()]
