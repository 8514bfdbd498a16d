"""Value expressions by pattern: dates, times, percentages, money, quantities and numbers.

>>> text = Text("About 40 people paid $3m in 2019.")
>>> [(text.surface((one.start, one.end)), one.label) for one in values(text)]
[('About 40', 'CARDINAL'), ('$3m', 'MONEY'), ('2019', 'DATE')]
"""

import re
from functools import cache

from .lexicons import load
from .text import Mention, Text, apart

_UNITS_UNDER_TEN = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
)
_ABOUT = (
    "about|around|approximately|roughly|some|nearly|almost|over|well over|under|up to|at least"
    "|at most|more than|less than|fewer than|no more than|no fewer than|no less than|as many as"
    "|as much as|close to"
)
_DAYS = "days?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies)|quarters?|weekends?"
_HOURS = "hours?|minutes?|seconds?|nights?|evenings?|mornings?|afternoons?"
_SEASONS = "spring|summer|autumn|winter"
_PART = "early|late|mid|the end of|the start of|the beginning of"
_DAY_PARTS = "morning|afternoon|evening|night"


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


def _listed(*names: str) -> str:
    entries = {entry for name in names for entry in load(name)}
    longest_first = sorted(entries, key=lambda entry: (-len(entry), entry))
    return "|".join(re.escape(entry).replace("'", "['’]") for entry in longest_first)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return label and pattern, the more telling first."""
    below = f"(?:{_any(_UNITS_UNDER_TEN)})"
    small = f"(?:(?:{_any(_TENS)})(?:[- ]{below})?|{_any(_TEENS)}|{below})"
    scale = "(?:hundred|thousand|million|billion|trillion)"
    words = (
        f"(?:(?:{small}|an?|half an?|several|a few)"
        rf"(?: {scale})+(?: and {small}|(?: {small}))*|{small})"
    )
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    figure = rf"(?:(?:{digits})(?:[- ]?(?:{scale}|bn|mn|tn|m|k|b|dozen)\b)?)"
    number = rf"(?:{figure}|{words}|(?:an?|two|three|several) dozen|half a dozen)"
    spread = rf"(?:(?:between )?{number}(?: ?(?:-|–|to|and|or) ?{number})?)"
    about = rf"(?:(?:{_ABOUT}) )?"
    signs = r"(?:[A-Z]{1,3}\$|[$€£¥₹₽₪₩₴])"
    coins = _listed("currencies")
    of_country = r"(?:[A-Z][a-z]+ |US )?"
    month, weekday = (
        f"(?:{_listed(name)})(?:(?<=\\b[A-Z][a-z]{{2}})\\.)?" for name in ("months", "weekdays")
    )
    day = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?"
    year = r"(?:1[5-9]|20)\d\d"
    relative = "last|next|this|past|coming|following|previous|recent|current|same"
    counted = (
        rf"(?:{about}(?:{number}|an?(?! seconds?\b)|several|many|a few)"
        rf"|(?:the )?(?:last|past|next|first|final) (?:{number}|few)|recent)"
    )
    since = "(?: (?:ago|later|earlier|before|old|from now))?"
    clock = r"\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\b\.?| ?(?:GMT|BST|EST|UTC|CET)\b)|\d{1,2}:\d\d\b"
    when = rf"{weekday}|{relative}|yesterday|tomorrow|early|late"
    dates = (
        rf"(?:{weekday},? )?{day} (?:of )?{month}(?:,? {year})?",
        rf"(?:{weekday},? )?{month} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? {year})?",
        rf"(?:(?:{_PART})[- ])?(?:{relative} )?{month},? {year}",
        rf"(?:{_PART})[- ](?:{year}|{month}|{_SEASONS})",
        r"\d{4}-\d\d-\d\d",
        rf"(?:{relative}) (?:\w+ )?(?:{_DAYS}|{_SEASONS}|{weekday}|{month})",
        rf"(?:{number}|several)-(?:day|week|month|year|decade)(?:-old)?s?",
        rf"{counted} (?:{_DAYS}){since}",
        rf"(?:{_PART} )?(?:the )?(?:{year}|'?\d0)s",
        rf"(?:{_SEASONS}|Q[1-4])(?: of)? {year}",
        rf"{weekday}|{_listed('holidays')}",
        r"(?:January|February|April|June|July|August|September|October|November|December)",
        r"(?<=\bin )(?:March|May)|(?<=\b(?:by|of) )(?:March|May)|(?<=since )(?:March|May)",
        "yesterday|today|tomorrow|(?:the )?weekend|(?<=for )(?:days|weeks|months|years|decades)",
        rf"(?<![\d.,$€£]){year}(?![\d%]|[.,]\d)",
    )
    times = (
        rf"(?:(?:{when}) )+(?:{_DAY_PARTS})",
        rf"(?:early|late)(?: on)? {weekday}",
        rf"{counted} (?:{_HOURS}){since}",
        rf"{number}-(?:hour|minute|second)s?",
        clock,
        "overnight|midnight|noon|midday|dawn|dusk|tonight|nightfall|sunrise|sunset",
    )
    rows = (
        ("MONEY", rf"{about}{signs} ?{figure}(?: ?(?:-|–|to) ?{signs}? ?{figure})?"),
        ("MONEY", rf"{about}{spread} {of_country}(?:{coins})"),
        ("MONEY", rf"{about}(?:hundreds|thousands|millions|billions) of {of_country}(?:{coins})"),
        ("PERCENT", rf"{about}{spread} ?(?:%|(?:per cent|percent|pc|percentage points?|pp)\b)"),
        ("QUANTITY", rf"{about}(?:{spread}[- ]?)(?:{_listed('units')})"),
        *(("TIME", pattern) for pattern in times),
        *(("DATE", pattern) for pattern in dates),
        (
            "ORDINAL",
            rf"(?:{_any(_TENS)})-(?:{_any(_ORDINALS)})|{_any(_ORDINALS)}|\d+(?:st|nd|rd|th)",
        ),
        (
            "CARDINAL",
            rf"{about}(?:(?:tens|hundreds) of )?(?:dozens|scores|hundreds|thousands|millions)",
        ),
        ("CARDINAL", rf"(?:{about}(?!{year}\b))?{spread}"),
    )
    return tuple(
        (label, re.compile(rf"(?<!\w)(?:{_case(label, pattern)})(?!\w)")) for label, pattern in rows
    )


def _case(label: str, pattern: str) -> str:
    """Match the words of a pattern at the start of a sentence too; names keep their case."""
    return rf"(?:{pattern})" if label in ("MONEY", "QUANTITY") else rf"(?i:{pattern})"


def values(text: Text) -> list[Mention]:
    """Return the value expressions of *text*, in order, the longest where they overlap."""
    first = {start: token for token, (start, _) in enumerate(text.tokens)}
    last = {end: token + 1 for token, (_, end) in enumerate(text.tokens)}
    found: list[tuple[int, int, Mention]] = []
    for rank, (label, pattern) in enumerate(_patterns()):
        for match in pattern.finditer(text.text):
            start, end = _bare(match)
            if start in first and end in last and not _is_pronoun(text.text, start, end):
                found.append((start - end, rank, Mention(first[start], last[end], label)))
    return apart((mention for _, _, mention in sorted(found)), len(text))


def _bare(match: re.Match[str]) -> tuple[int, int]:
    """Return the offsets of a match without the determiner that it begins with."""
    start, end = match.span()
    if match.group().lower().startswith("the "):
        start += len("the ")
    return start, end


def _is_pronoun(text: str, start: int, end: int) -> bool:
    """Say whether a number word stands alone for a thing, and counts nothing: ``no one``."""
    alone = text[start:end].lower() in (
        "one",
        "a",
        "an",
        "second",
        "may",
        "march",
        "mar",
        "sun",
        "sat",
    )
    return alone and not text[end:].lower().startswith((" of ", " or two"))
