"""The worksheet: disagreements as a text file, to be decided in an editor.

    by: carla
    version ana: annotations/exports/ana
    version bo: annotations/exports/bo

    @ an-article

    [1] entities head label 9-14
      She [Oslo] blamed.
      ana:
        GPE [Oslo]
      bo:
        ORG [Oslo]
    choice: ana
    rule: E14
    reason: a capital that acts

    [+] entities [Bo]#2
    choice: other
      PERSON [Bo]#2
    rule: E1
    reason: both missed it

A block of one's own begins with ``[+]``, a layer and a text of the article: whatever the layer has
at that place gives way to the lines below ``choice: other``.
"""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dateline.agreement import Disagreement
from dateline.documents import LAYERS, Article, InvalidAnnotation, Span, ground, occurrence

from .decisions import NEITHER, OTHER, Choice, Decision
from .settling import AMENDMENT

_HELP = """\
# The disagreements of {first} and {second}. Fill in what stands after the colons:
#   by       your pseudonym
#   choice   {first}, {second}, {neither} (nothing is annotated there), or {other}, and then the
#            annotation indented below it, as the lines of {first} and {second} show it
#   rule     of the guidelines, such as E7; several are separated by commas
#   reason   in one line
# "]#2" is the second occurrence of that text in the article. What neither has, or both have wrong,
# is a block of your own: "[+] entities [a text there]#2", then choice: {other}, and so on.
"""
_NUMBERED = re.compile(r"\[(\d+)\] (\w+) (\w+) ([\w ]+) (\d+)-(\d+)")
_OWN = re.compile(r"\[\+\] (\w+) \[(.+)\](?:#(\d+))?")
_FIELD = re.compile(r"(by|choice|rule|reason|version [^:]+): *(.*)")


class Sheet(NamedTuple):
    """What a worksheet holds."""

    by: str
    versions: dict[str, str]
    """Name → where the version was read from."""
    choices: dict[str, list[Choice]]
    """Article → what is chosen, or not yet."""


def write_worksheet(
    versions: Mapping[str, str],
    articles: Sequence[tuple[Article, Sequence[Disagreement]]],
    before: Mapping[str, Sequence[Decision]],
) -> str:
    """Return a worksheet.

    Args:
        versions: The two versions' names, and where they lie.
        articles: Each article with its disagreements.
        before: Article → decisions that were made, and are filled in.
    """
    first, second = versions
    who = {decision.by for made in before.values() for decision in made}
    lines = [_HELP.format(first=first, second=second, neither=NEITHER, other=OTHER)]
    lines += [f"by: {who.pop() if len(who) == 1 else ''}".rstrip()]
    lines += [f"version {name}: {place}" for name, place in versions.items()]
    for article, found in articles:
        made = {decision.key: decision for decision in before.get(article.id, ())}
        lines += ["", f"@ {article.id}"]
        for number, one in enumerate(found, 1):
            place = f"{one.span.start}-{one.span.end}"
            lines += ["", f"[{number}] {one.layer} {one.part} {one.kind} {place}"]
            lines += [f"  {one.span.in_context(article.text)}"]
            lines += [f"  {' '.join(note.split())}" for note in one.notes]
            for name, value in one.versions.items():
                lines += [f"  {name}:", *(f"    {line}" for line in value or ("(nothing)",))]
            known = made.get(one.key)
            lines += _filled(known if known and known.versions == one.versions else None)
        for decision in before.get(article.id, ()):
            if decision.part == AMENDMENT:
                n = occurrence(article.text, decision.span.bare())
                at = f"[{decision.span.of(article.text)}]" + ("" if n is None else f"#{n}")
                lines += ["", f"[+] {decision.layer} {at}", *_filled(decision)]
    return "\n".join(lines) + "\n"


def _filled(decision: Decision | None) -> list[str]:
    if decision is None:
        return ["choice:", "rule:", "reason:"]
    value = decision.value if decision.choice == OTHER else ()
    return [
        f"choice: {decision.choice}",
        *(f"  {line}" for line in value),
        f"rule: {decision.rule}".rstrip(),
        f"reason: {decision.reason}".rstrip(),
    ]


def read_worksheet(text: str, articles: Iterable[Article]) -> Sheet:
    """Read a worksheet that has been filled in.

    Raises:
        InvalidAnnotation: a line cannot be read, or is of an article that is not known. The
            message names the line.
    """
    return _Reader(articles).sheet(text.replace("\r\n", "\n"))


class _Reader:
    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = {article.id: article for article in articles}
        self.head = {"by": ""}
        self.choices: dict[str, list[Choice]] = {}
        self.article: Article | None = None
        self.block: Choice | None = None
        self.field = ""
        self.given: set[str] = set()

    def sheet(self, text: str) -> Sheet:
        for number, line in enumerate(text.split("\n"), 1):
            try:
                self._line(line)
            except InvalidAnnotation as error:
                raise InvalidAnnotation(f"line {number}: {error}") from None
        self._close()
        places = {
            name.partition(" ")[2]: place for name, place in self.head.items() if name != "by"
        }
        return Sheet(self.head["by"].strip(), places, self.choices)

    def _line(self, line: str) -> None:
        if not line.strip() or line.startswith("#"):
            return
        if line[0].isspace():
            # Below "choice:" it is an annotation, elsewhere it is for people to read.
            if self.field == "choice" and self.block is not None:
                if self.block.choice != OTHER:
                    raise InvalidAnnotation(
                        f"{line.strip()!r:.60} below choice: {self.block.choice}; expected it "
                        f"below choice: {OTHER} alone"
                    )
                self.block = self.block._replace(value=(*self.block.value, line.rstrip()))
            elif self.field:
                raise InvalidAnnotation(f"{line.strip()!r:.60}; expected {self.field} in one line")
            return
        field = _FIELD.fullmatch(line.rstrip())
        if line.startswith("@ "):
            self._close()
            self.article = self._known(line[2:].strip())
            self.choices.setdefault(self.article.id, [])
        elif line.startswith("["):
            self._close()
            self.block = self._block(line.rstrip())
        elif field is None:
            raise InvalidAnnotation(f"cannot read {line[:60]!r}; expected a field such as choice:")
        elif field[1] in ("choice", "rule", "reason"):
            if self.block is None:
                raise InvalidAnnotation(f"{field[1]} of nothing; expected it below a [number]")
            self.field, said = field[1], field[2].strip()
            if self.field in self.given:
                raise InvalidAnnotation(f"a second {self.field}; expected one a block")
            self.given.add(self.field)
            self.block = {
                "choice": self.block._replace(choice=said),
                "rule": self.block._replace(rule=said),
                "reason": self.block._replace(reason=said),
            }[self.field]
        elif self.head.get(field[1]):
            raise InvalidAnnotation(f"a second {field[1]}; expected one")
        else:
            self.head[field[1]] = field[2]

    def _known(self, id: str) -> Article:
        if id not in self.articles or id in self.choices:
            raise InvalidAnnotation(f"article {id!r} is unknown or repeated; expected each once")
        return self.articles[id]

    def _block(self, line: str) -> Choice:
        numbered, own = _NUMBERED.fullmatch(line), _OWN.fullmatch(line)
        layer = (numbered and numbered[2]) or (own and own[1])
        if self.article is None or layer not in LAYERS:
            raise InvalidAnnotation(
                f"cannot read {line[:60]!r}; expected a block as it was written, "
                "or [+] LAYER [text], below an @ line"
            )
        if numbered:
            return Choice(layer, numbered[3], Span(int(numbered[5]), int(numbered[6])), "")
        assert own is not None
        span = ground(self.article.text, own[2], int(own[3]) if own[3] else None)
        return Choice(layer, AMENDMENT, span, "")

    def _close(self) -> None:
        if self.block is not None and self.article is not None:
            there = self.choices[self.article.id]
            if any(other[:3] == self.block[:3] for other in there):
                layer, part, span = self.block[:3]
                raise InvalidAnnotation(
                    f"a second block on {layer} {part} at {span.start}; expected one"
                )
            lines = textwrap.dedent("\n".join(self.block.value).expandtabs(2)).split("\n")
            value = tuple(line for line in lines if line)
            there.append(self.block._replace(value=value))
        self.block, self.field, self.given = None, "", set()
