"""spaCy's DocBin: articles as spaCy's ``Doc`` objects, with their annotations as spans of tokens.

What is where in a ``Doc`` (https://spacy.io/api/docbin)::

    doc.ents                entities, with their label
    doc.spans["quotes"]     every fragment of every quote, with the quote's kind as label
    doc.spans["cues"]  ["sources"]  ["speakers"]
    doc.spans["events"]     triggers, with the event's type as label
    doc.spans["realis"]  ["polarity"]   the triggers again, with that as label
    doc.spans["arguments"]  with their role as label
    doc.user_data           the article's id, title, licence and so on

Spans of one quote or event have the same ``id_``: ``quote-1``, ``event-1`` and on, in each article.
A ``Doc`` has Dateline's own tokens, and its sentences. White space that is not one space behind a
token is a token too, as in spaCy's own tokenizers, so that ``doc.text`` is the article's text.

spaCy is an extra: ``pip install 'dateline[spacy]'``.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from .documents import Article, DatelineError, Document, InvalidCorpus, Span
from .tokens import sentences, tokenize

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as TokenSpan
    from spacy.vocab import Vocab

GROUPS = ("quotes", "cues", "sources", "speakers", "events", "realis", "polarity", "arguments")
"""The keys of ``doc.spans``; all are there, be they empty."""


def to_docbin(documents: Iterable[Document]) -> bytes:
    """Return *documents*, in their order, as the bytes of a ``.spacy`` file.

    Raises:
        DatelineError: spaCy is not installed.
        InvalidCorpus: an annotation is not a whole number of tokens, which spaCy cannot say.
    """
    try:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab
    except ImportError:
        raise DatelineError(
            "spaCy is not installed; expected the extra 'spacy' (pip install 'dateline[spacy]')"
        ) from None
    vocab = Vocab()
    found = DocBin(attrs=["ENT_IOB", "ENT_TYPE", "SENT_START"], store_user_data=True)
    for document in documents:
        found.add(_doc(document, vocab))
    return found.to_bytes()


def _doc(document: Document, vocab: "Vocab") -> "Doc":
    from spacy.tokens import Doc
    from spacy.util import get_words_and_spaces

    text = document.text
    words, spaces = get_words_and_spaces([text[a:b] for a, b in tokenize(text)], text)
    doc = Doc(vocab, words=words, spaces=spaces, user_data=_metadata(document.article))
    starts = {start for start, _ in sentences(text)}
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts

    def at(span: Span, label: str = "", id: str = "") -> "TokenSpan":
        found = doc.char_span(span.start, span.end, label=label, span_id=id)
        if found is None:
            raise InvalidCorpus(
                f"{document.id}: [{span.start}, {span.end}) {span.in_context(text, 20)!r}; "
                "expected a whole number of tokens"
            )
        return found

    groups: dict[str, list[TokenSpan]] = {key: [] for key in GROUPS}
    for number, quote in enumerate(document.quotes, 1):
        id = f"quote-{number}"
        groups["quotes"] += [at(fragment, quote.kind, id) for fragment in quote.fragments]
        groups["cues"] += [at(quote.cue, "CUE", id)] if quote.cue else []
        groups["sources"] += [at(quote.source, "SOURCE", id)] if quote.source else []
        groups["speakers"] += [at(speaker, "SPEAKER", id) for speaker in quote.speakers]
    for number, event in enumerate(document.events, 1):
        id = f"event-{number}"
        groups["events"].append(at(event, event.type, id))
        groups["realis"].append(at(event, event.realis, id))
        groups["polarity"].append(at(event, event.polarity, id))
        groups["arguments"] += [at(argument, argument.role, id) for argument in event.arguments]
    doc.set_ents([at(entity, entity.label) for entity in document.entities])
    for key, spans in groups.items():
        doc.spans[key] = spans
    return doc


def _metadata(article: Article) -> dict[str, str | None]:
    known: dict[str, str | None] = msgspec.to_builtins(article)
    del known["text"]
    return known
