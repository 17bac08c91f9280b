"""Make submitted JSON-LD safe to parse: our context put in, no other fetched, nothing dropped.

JSON-LD 1.1 section 3.1 lets `@context` be an address anywhere in a document. Ours may be named,
because it is known here; every other address is refused by name. It is put in where it stands. What
a JSON-LD processor drops silently (an `@id` that is no IRI, a tag that is no language) is an
error here: silence would pass for agreement.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from ogpld.errors import DocumentError
from ogpld.iris import Iris
from ogpld.language_tags import language_tag_problem
from ogpld.model.context import Context
from ogpld.validate.document_text import DocumentText, excerpt
from ogpld.validate.json_names import ContextTerms
from ogpld.validate.json_text import JsonString, check_depth, check_json, values

#: Places at which our context may be named; each is a copy of it to be read.
CONTEXTS = 1_000

_NO_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_WORD_KEY = re.compile(r'"[^"@:\\]++"\s*+:')


def with_own_context(document: DocumentText, base: str, context: Context | None) -> str:
    """Return the document with our context written out where it was named.

    Raises:
        DocumentError: for bad JSON, too deep nesting, or another remote context.
    """
    check_depth(document)
    check_json(document)
    inlining = _ContextInlining.of(document, base, context)
    for value in values(document):
        inlining.see(value)
    return inlining.text()


def check_not_silent(document: DocumentText, base: str) -> None:
    """Refuse a document without statements when its keys are words and no context explains them.

    Raises:
        DocumentError: with what is missing.
    """
    if '"@context"' not in document.text and _WORD_KEY.search(document.text):
        raise document.error(
            "it makes no statement: none of its keys has a meaning, as it has no @context",
            hint=f'begin it with "@context": "{Iris(base).context}"',
        )


@dataclass(slots=True)
class _ContextInlining:
    """Collects where our context stands, and refuses every other address."""

    document: DocumentText
    base: str
    context: Context | None
    places: list[JsonString] = field(default_factory=list)
    ours: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    broken: JsonString | None = None
    names: ContextTerms = field(default_factory=ContextTerms)
    texts: frozenset[str] = frozenset()
    language_maps: set[str] = field(default_factory=set)
    no_languages: dict[str, JsonString] = field(default_factory=dict)

    @classmethod
    def of(cls, document: DocumentText, base: str, context: Context | None) -> _ContextInlining:
        """Begin with the addresses of our context, and its keys whose values are IRIs or codes."""
        if context is None:
            return cls(document, base, context)
        keys = [key for names in context.keys.values() for key in names]
        links = {key.name for key in keys if key.kind in {"id", "code"}}
        links |= {"id", "type", *(key.name for key in context.reverse.values())}
        texts = frozenset(key.name for key in keys if key.kind == "lang")
        paths = ("context.jsonld", f"context/{context.digest}.jsonld")
        root = "/" + "".join(base.split("/", 3)[3:])
        ours = {start + path for path in paths for start in ("", root, base)}
        return cls(
            document, base, context, ours=frozenset(ours), links=frozenset(links), texts=texts
        )

    def see(self, value: JsonString) -> None:
        """Look at one value."""
        if value.defines is not None:
            self.names.define(value.defines, value.text)
        if value.key == "@context":
            self._see_context(value)
        elif value.key == "@import":
            raise self._remote(value)
        elif value.key == "@language" and language_tag_problem(value.text):
            raise self._no_language(value.text, value.start)
        elif value.key == "@container" and value.text == "@language" and value.defines:
            self.language_maps.add(value.defines)
        elif value.key in {"@id", "@type"} and _NO_IRI.search(value.text):
            raise self._no_iri(value)
        elif value.owner and not value.key.startswith("@") and language_tag_problem(value.key):
            self.no_languages.setdefault(value.owner, value)
        if self.broken is None and value.key in self.links and _NO_IRI.search(value.text):
            self.broken = value  # if it turns out to be a key of our context, which may come later

    def text(self) -> str:
        """Return the document with our context in its places."""
        self.names.check(self.document)
        maps = self.language_maps | (self.texts if self.places else set())
        for name in sorted(maps & self.no_languages.keys()):
            value = self.no_languages[name]
            raise self._no_language(value.key, value.start)
        if not self.places or self.context is None:
            return self.document.text
        if self.broken:
            raise self._no_iri(self.broken)
        body = json.dumps(self.context.body, ensure_ascii=False)
        pieces, end = [], 0
        for place in self.places:
            pieces += [self.document.text[end : place.start], body]
            end = place.end
        return "".join([*pieces, self.document.text[end:]])

    def _see_context(self, value: JsonString) -> None:
        if value.text not in self.ours:
            raise self._remote(value)
        if len(self.places) >= CONTEXTS:
            raise self.document.error(
                f"it names its context more than {CONTEXTS:,} times",
                at=value.start,
                code="document-too-large",
                hint="name it once at the top, and list the things in @graph",
            )
        self.places.append(value)

    def _no_language(self, tag: str, at: int) -> DocumentError:
        return self.document.error(
            f"'{excerpt(tag)}' is not a language tag: {language_tag_problem(tag)}",
            at=at,
            hint='write a tag as RFC 5646 has it, such as "en", "sr-Latn" or "x-easy"',
        )

    def _no_iri(self, value: JsonString) -> DocumentError:
        return self.document.error(
            f"'{excerpt(value.text)}' is not an IRI",
            at=value.start,
            hint="percent-encode what an IRI may not have, such as %20",
        )

    def _remote(self, value: JsonString) -> DocumentError:
        alternative = f", or name {Iris(self.base).context}" if self.context else ""
        return self.document.error(
            f"it names the JSON-LD context '{excerpt(value.text)}', and nothing is fetched here",
            at=value.start,
            code="document-forbidden",
            hint=f"put the context into the document{alternative}",
        )
