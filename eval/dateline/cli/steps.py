"""The next step: the last line that each command prints on the way from a text to the dataset.

Each function here returns one step, for what a command has found; a command line in it stands last,
and goes on with the folders that were named to the command before it.
"""

import argparse
import itertools
import shlex
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.documents import Finding, errors

from .options import annotations_folder

if TYPE_CHECKING:
    from dateline.studio import Pulled

_UNFINISHED = ("open", "unfinished", "skipped")
_LISTED = 12
"""Articles that a command line names one by one, at most."""


def say(step: str) -> None:
    """Print the next step."""
    print(f"next: {step}")


def command(options: argparse.Namespace, said: str, *more: str) -> str:
    """Return a command line, with the folders of *options* where they are not the usual ones."""
    words = ["dateline", *said.split(), *more]
    if options.corpus != "corpus":
        words += ["--corpus", options.corpus]
    if getattr(options, "annotations", None):
        words += ["--annotations", options.annotations]
    if said.startswith("studio ") and getattr(options, "data", None):
        words += ["--data", options.data]
    return shlex.join(words)


def to_annotate(options: argparse.Namespace, articles: Sequence[str]) -> str:
    """Return the step after `new`: articles without two versions are pushed, others compared."""
    push = command(options, "studio push", "--articles", *_named(articles))
    return _compare(options, articles) or f"{push} --annotators NAME NAME"


def after_push(options: argparse.Namespace) -> str:
    """Return the step after `studio push`."""
    return f"annotate and submit there, then {command(options, 'studio pull')}"


def after_pull(options: argparse.Namespace, rows: Sequence["Pulled"]) -> str:
    """Return the step after `studio pull`.

    What has two versions and no gold, or a version that has come with this pull, is compared, even
    while other tasks are not finished.
    """
    again = command(options, "studio pull")
    states: Counter[str] = Counter(row.state for row in rows)
    if states["wrong"] or states["newer here"]:
        return f"settle what is wrong or newer here, then {again}"
    come = {row.article for row in rows if row.state in ("new", "changed")}
    gold, versions = annotations_folder(options) / "gold", _versions(options)
    to_do = [
        article
        for article in sorted({row.article for row in rows} & set(versions))
        if article in come or not (gold / f"{article}.json").is_file()
    ]
    left = ", ".join(f"{states[state]} {state}" for state in _UNFINISHED if states[state])
    agree = _compare(options, to_do, {row.annotator for row in rows})
    if agree:
        return f"{left}; meanwhile {agree}" if left else agree
    if left:
        return f"annotate and submit what is left ({left}), then {again}"
    if to_do:
        push = command(options, "studio push", "--articles", *_named(to_do))
        return f"a second annotator, with {push} --annotators NAME"
    return command(options, "check")


def after_agree(options: argparse.Namespace, undecided: Sequence[tuple[Sequence[str], int]]) -> str:
    """Return the step after `agree`.

    *undecided* has the pairs of versions of which no gold has been made, as they were named, each
    with the number of its disagreements.
    """
    if not undecided:
        return command(options, "check")
    pair, count = undecided[0]
    more = ("--articles", *options.articles) if options.articles else ()
    numbers = itertools.chain([""], itertools.count(2))
    sheet = next(path for n in numbers if not Path(path := f"sheet{n}.txt").exists())
    worksheet = command(options, "agree", *pair, "--worksheet", sheet, *more)
    if not count:
        return f"no disagreement; gold is made by {worksheet}"
    exports = annotations_folder(options) / "exports"
    if not all((exports / name).is_dir() for name in pair):
        return worksheet
    return f"{worksheet}, or {command(options, 'studio adjudicate', *pair, *more)}"


def after_worksheet(options: argparse.Namespace, sheet: Path) -> str:
    """Return the step after `agree --worksheet`."""
    return f"fill it in, then {command(options, 'annotations decide', str(sheet))}"


def after_adjudicate(options: argparse.Namespace) -> str:
    """Return the step after `studio adjudicate`."""
    again = command(options, "studio pull", "--adjudicated")
    return f"decide every DECIDE region there and submit, then {again}"


def after_gold(options: argparse.Namespace, code: int, again: str) -> str:
    """Return the step after gold was made, or, by *code*, not all of it; *again* makes it."""
    return f"settle what is said above, then {again}" if code else command(options, "check")


def after_check(options: argparse.Namespace, findings: Sequence[Finding]) -> str:
    """Return the step after `check`, or after a `build` that has *findings*."""
    wrong = errors(list(findings))
    if wrong and all(finding.name.startswith("dataset-") for finding in wrong):
        return command(options, "build")
    if wrong and all(finding.name == "gold-missing" for finding in wrong):
        return to_annotate(options, [finding.id for finding in wrong])
    if findings:
        count, level = len(wrong or findings), "error" if wrong else "warning"
        said = f"{count} {level}{'s' * (count != 1)}"
        return f"see to the {said} above, then {command(options, 'check')}"
    return after_build(options)


def after_build(options: argparse.Namespace) -> str:
    """Return the step after `build`, when all is as it should be."""
    board = Path("Makefile").exists() and Path("eval/leaderboard").exists()
    if options.corpus == "corpus" and board:
        return "make leaderboard"
    return "commit the corpus and its annotations"


def _named(articles: Sequence[str]) -> Sequence[str]:
    return articles if len(articles) <= _LISTED else ["ID"]


def _versions(options: argparse.Namespace) -> dict[str, list[str]]:
    """Return, for each article with exports, whose they are."""
    found = defaultdict(list)
    for path in sorted((annotations_folder(options) / "exports").glob("*/*.json")):
        found[path.stem].append(path.parent.name)
    return found


def _compare(
    options: argparse.Namespace, articles: Iterable[str], before: Collection[str] = ()
) -> str:
    """Return the command that compares what two have made of articles, ``""`` if there is none.

    Annotators in *before* come before others.
    """
    versions = _versions(options)
    pairs = [
        sorted(versions[article], key=lambda name: (name not in before, name))[:2]
        for article in articles
        if len(versions.get(article, ())) > 1
    ]
    if not pairs:
        return ""
    both = {article for article, names in versions.items() if {*pairs[0]} <= {*names}}
    chosen = both & {*articles}
    few = ("--articles", *sorted(chosen)) if chosen != both and len(chosen) <= _LISTED else ()
    return command(options, "agree", *pairs[0], *few)
