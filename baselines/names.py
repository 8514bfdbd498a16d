"""Names by their capitals, word lists and context: people, bodies, places and the rest.

A name is sought in a *run* of capitalised words. What a run holds is settled by word lists, by the
word that heads it (``Ministry``, ``River``), by a title before it, and by the other names of the
article: who has a full name once is known by the last name afterwards.

>>> text = Text("In Lima, President Ada Quispe met the Water Council. Quispe smiled.")
>>> [(text.surface((one.start, one.end)), one.label) for one in names(text, [])]
[('Lima', 'GPE'), ('Ada Quispe', 'PERSON'), ('Water Council', 'ORG'), ('Quispe', 'PERSON')]
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from .lexicons import Form, form, forms, load, plural
from .phrases import FUNCTION_WORDS
from .runs import is_capital, is_heading, on_one_line, opens_sentence, runs
from .text import Mention, Range, Text, longest_matches

_LISTS = {
    "works": "WORK_OF_ART",
    "products": "PRODUCT",
    "events": "EVENT",
    "laws": "LAW",
    "facilities": "FAC",
    "demonyms": "NORP",
    "groups": "NORP",
    "locations": "LOC",
    "regions": "GPE",
    "cities": "GPE",
    "organisations": "ORG",
    "countries": "GPE",
}
"""Word lists by label; of a name in two of them the later list decides."""

_HEADS = {
    "location_heads": "LOC",
    "facility_heads": "FAC",
    "event_heads": "EVENT",
    "law_heads": "LAW",
    "organisation_heads": "ORG",
}
_OPENERS = {"location_openers": "LOC", "organisation_openers": "ORG"}
_NUMBERED = {
    "Law": "LAW",
    "Resolution": "LAW",
    "Article": "LAW",
    "Decree": "LAW",
    "Berth": "FAC",
    "Terminal": "FAC",
    "Gate": "FAC",
    "Highway": "FAC",
    "Route": "FAC",
    "Hurricane": "EVENT",
}
_SPEAKS = frozenset("in speak speaks spoke speaking into learn learning fluent".split())
_LOCATES = frozenset("in at near from outside around across".split())
_DATELINE = frozenset({",", "—", "–", "-", "("})
_WORKS = frozenset("film movie novel book song album play series painting titled entitled".split())


@cache
def _known() -> dict[Form, str]:
    """Return the label of every listed name, and of the plural of who belongs to a people."""
    known: dict[Form, str] = {}
    for name, label in _LISTS.items():
        for entry in load(name):
            known[form(entry)] = label
            if label == "NORP":
                known.setdefault(form(plural(entry)), label)
    return known


@cache
def _titles() -> frozenset[Form]:
    return forms("titles") | frozenset((word.capitalize(),) for word in load("title_heads"))


def names(text: Text, values: Iterable[Mention]) -> list[Mention]:
    """Return the names in *text*, in order, none overlapping another.

    Args:
        text: The text.
        values: Its value expressions; capitals in dates and money are no names.
    """
    listed = _listed(text)
    dated = frozenset(
        token for one in values if one.label != "CARDINAL" for token in range(one.start, one.end)
    )
    found: list[Mention] = []
    headings = {line for line in text.paragraphs if is_heading(text, line)}
    for run in runs(text, dated):
        heading = text.paragraph(run[0]) in headings
        found.extend(_in_run(text, run, listed, heading))
    found.extend(
        Mention(*span, label) for span, label in listed.items() if not is_capital(text, span[0])
    )
    found.extend(_works(text))
    return _consistent(text, found)


def _listed(text: Text) -> dict[Range, str]:
    """Return the listed names, with nationality and language told apart by context."""
    known = _known()
    found = {
        (start, end): known[tuple(text.words[start:end])]
        for start, end in longest_matches(text.words, known)
        if on_one_line(text, start, end)
    }
    for start, end in longest_matches(text.words, forms("languages")):
        spoken = text.word(start - 1) in _SPEAKS and not is_capital(text, end)
        followed = (
            end < len(text) and text.word(end).isalpha() and text.word(end) not in FUNCTION_WORDS
        )
        if spoken and not followed:
            found[start, end] = "LANGUAGE"
    return found


def _in_run(text: Text, run: Range, listed: dict[Range, str], heading: bool) -> Iterator[Mention]:
    """Yield the names in a run: the whole by its head, else its parts one after the other."""
    start, end = _without_opener(text, run, listed)
    while start < end:
        if heading:
            piece = _longest_listed(listed, start, end)
            mention = Mention(start, piece, listed[start, piece]) if piece else None
        else:
            mention = _name_from(text, start, end, listed)
        if mention:
            yield mention
            start = mention.end
        else:
            start += 1


def _without_opener(text: Text, run: Range, listed: dict[Range, str]) -> Range:
    """Drop a word that has its capital only because it begins a sentence."""
    start, end = run
    opener = text.words[start]
    while start < end and text.lower[start] in FUNCTION_WORDS and not _starts_listed(listed, start):
        if len(opener) > 1 and opener.isupper() and opener not in ("THE", "AND"):
            break
        start += 1
    return start, end


def _starts_listed(listed: dict[Range, str], start: int) -> bool:
    return any(span[0] == start for span in listed)


def _longest_listed(listed: dict[Range, str], start: int, end: int) -> int | None:
    return max((stop for first, stop in listed if first == start and stop <= end), default=None)


def _name_from(text: Text, start: int, end: int, listed: dict[Range, str]) -> Mention | None:
    """Return the name that begins at *start* in what is left of a run."""
    if not is_capital(text, start):
        return None
    if start + 1 < len(text) and text.words[start] in _NUMBERED and text.words[start + 1].isdigit():
        return Mention(start, start + 2, _NUMBERED[text.words[start]])
    known = _longest_listed(listed, start, end)
    headed = _headed(text, start, end)
    if headed and (known is None or headed.end > known):
        return headed
    title = _title_end(text, start, end)
    if title and (known is None or title >= known):
        return _person(text, title, end, listed) if title < end else None
    person = _person(text, start, end, listed) if _is_given(text, start, end) else None
    if person and (known is None or person.end > known):
        return person
    if known:
        return Mention(start, known, listed[start, known])
    if _title_between(text, start, end):
        return None
    return _unlisted(text, start, end, listed)


def _headed(text: Text, start: int, end: int) -> Mention | None:
    """Return the longest name from *start* that a head word ends or begins."""
    words = text.words
    for name, label in _OPENERS.items():
        for opener in forms(name):
            after = start + len(opener)
            if tuple(words[start:after]) == opener and after < end:
                stop = _before_second_and(text, after, end)
                return Mention(start, stop, label)
    for stop in range(end, start + 1, -1):
        head = _head_label(words[stop - 1])
        if head is None or _title_between(text, start, stop - 1) or _joins_two(text, start, stop):
            continue
        return Mention(start, stop, head)
    return None


@cache
def _head_label(word: str) -> str | None:
    return next((label for name, label in reversed(_HEADS.items()) if word in load(name)), None)


def _joins_two(text: Text, start: int, stop: int) -> bool:
    """Say whether ``and`` stands between two names, the first with a head of its own."""
    inner = range(start, stop)
    return any(text.words[token] == "and" and _ends_name(text, start, token) for token in inner)


def _ends_name(text: Text, start: int, token: int) -> bool:
    first = tuple(text.words[start:token])
    return first in _known() or _head_label(text.words[token - 1]) is not None


def _before_second_and(text: Text, after: int, end: int) -> int:
    """Cut ``Ministry of Health and Bank of Peru`` before the second body."""
    for token in range(after + 1, end - 1):
        if text.words[token] == "and" and _head_label(text.words[token + 1]) == "ORG":
            return token
    return end


def _title_end(text: Text, start: int, end: int) -> int | None:
    """Return where the title ends that begins at *start*, with all its words."""
    titles = _titles()
    position = start
    while position < end:
        lengths = (
            n for n in range(4, 0, -1) if tuple(text.words[position : position + n]) in titles
        )
        length = next(lengths, 0)
        if position + length > end or not length:
            break
        position += length
        if position < end and text.words[position] in ("-", "."):
            position += 1
    return position if position > start else None


def _title_between(text: Text, start: int, end: int) -> bool:
    """Say whether a title follows in the run, so that what comes first only specifies it."""
    titles = frozenset(load("title_heads"))
    return any(
        text.lower[token] in titles and is_capital(text, token) for token in range(start + 1, end)
    )


def _is_given(text: Text, start: int, end: int) -> bool:
    return end - start > 1 and text.words[start] in load("given_names")


def _person(text: Text, start: int, end: int, listed: dict[Range, str]) -> Mention | None:
    """Return the person's name that begins at *start*."""
    if not is_capital(text, start):
        return None
    if (known := _longest_listed(listed, start, end)) and not _is_given(text, start, end):
        return Mention(start, known, listed[start, known])
    stop = start + 1
    while stop < end and text.words[stop] not in ("of", "for", "and", "the", "on", "&"):
        stop += 1
    while stop > start and not is_capital(text, stop - 1):
        stop -= 1
    return Mention(start, stop, "PERSON")


def _unlisted(text: Text, start: int, end: int, listed: dict[Range, str]) -> Mention | None:
    """Return a name that no list knows, labelled by its shape and the words beside it."""
    stop = start + 1
    while (
        stop < end
        and text.words[stop] not in ("of", "for", "and", "the", "on")
        and not any(first == stop for first, _ in listed)
    ):
        stop += 1
    while stop > start + 1 and not is_capital(text, stop - 1):
        stop -= 1
    word, before = text.words[start], text.word(start - 1)
    single, opens = stop - start == 1, opens_sentence(text, start)
    if single and opens and word.isupper() and len(word) > 4 and text.word(stop) in _DATELINE:
        return Mention(start, stop, "GPE")
    if single and word.isupper() and 1 < len(word) < 7 and word.isalpha():
        return Mention(start, stop, "ORG")
    if single and (opens or len(word) == 1):
        return None
    if before in _LOCATES:
        return Mention(start, stop, "GPE")
    return Mention(
        start, stop, "ORG" if single or before == "the" or stop - start > 3 else "PERSON"
    )


def _works(text: Text) -> Iterator[Mention]:
    """Yield the titles of works: capitals between quotation marks after a word such as ``film``."""
    for token in range(1, len(text)):
        if text.words[token] in ("“", '"') and text.word(token - 1) in _WORKS:
            end = token + 1
            while end < len(text) and text.words[end] not in ("”", '"') and end - token < 12:
                end += 1
            if (
                token + 1 < end < len(text)
                and text.words[end] in ("”", '"')
                and is_capital(text, token + 1)
            ):
                yield Mention(token + 1, end, "WORK_OF_ART")


def _consistent(text: Text, found: Sequence[Mention]) -> list[Mention]:
    """Give every name in the article its label wherever it stands, and a last name its person's."""
    full = [one for one in found if one.label == "PERSON" and one.end - one.start > 1]
    known: dict[Form, str] = {}
    for mention in found:
        known.setdefault(tuple(text.words[mention.start : mention.end]), mention.label)
    for mention in full:
        known[text.words[mention.end - 1],] = "PERSON"
        for size in range(2, mention.end - mention.start):
            known.setdefault(tuple(text.words[mention.end - size : mention.end]), "PERSON")
    known = {words: label for words, label in known.items() if words not in _never()}
    relabelled = [
        one._replace(label=known.get(tuple(text.words[one.start : one.end]), one.label))
        for one in found
    ]
    taken = {token for one in relabelled for token in range(one.start, one.end)}
    again = [
        Mention(start, end, known[tuple(text.words[start:end])])
        for start, end in longest_matches(text.words, known)
        if taken.isdisjoint(range(start, end)) and on_one_line(text, start, end)
    ]
    return _without_overlaps(relabelled + again)


@cache
def _never() -> frozenset[Form]:
    """Return the words that are no name on their own: titles, heads and months."""
    heads = {(entry,) for name in _HEADS for entry in load(name) if " " not in entry}
    return frozenset(heads) | _titles() | forms("months", "weekdays")


def _without_overlaps(found: Iterable[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start, one.start - one.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept
