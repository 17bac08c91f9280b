"""Every error a user can meet, with a stable code and what to do next.

    OgpldError
    ├── ConfigError          a setting is unknown or unusable
    ├── UsageError           the command line was misused                      (exit 2)
    ├── SourceError          a source file, row or column cannot be read or mapped
    ├── DocumentError        a document sent to be checked cannot be read       (400, 413, 415)
    ├── ModelError           ontology, shapes or code lists contradict themselves
    ├── ReleaseError         a release is missing, damaged or cannot be written
    │   ├── PublishLockedError   another publisher holds the lock              (exit 75)
    │   └── DifferenceError      a difference does not fit the release it changes
    ├── NotWritableError     one output form cannot carry what is to be written (406)
    ├── GateRefusedError     the data breaks a shape: nothing is published
    └── QueryError           a caller's query was refused or stopped
        ├── QuerySyntaxError     400, carries line and column
        │   └── QueryUnsupportedError    right SPARQL that the engine gets wrong
        │       ├── QueryGraphUnsupportedError
        │       ├── QueryNumberError
        │       ├── QueryPathError
        │       └── QueryRegexError
        ├── QueryForbiddenError  403, SERVICE, LOAD or update
        ├── QueryTooLargeError   413, text or result past a limit
        └── QueryStoppedError    503, deadline, memory or queue; says which

`code` never changes once released; `hint` says what to do next; `where` says file, row, column.
Standard library only, so that every layer may raise these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """Point at the place in a source an error or finding comes from.

    `row` counts from 1 with the header as row 1 (as CSVW's sourceRow and RFC 7111 do);
    `line` is for files that are not tables.
    """

    file: str
    row: int | None = None
    column: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


class OgpldError(Exception):
    """Base of every error this program raises on purpose."""

    code = "error"
    exit_code = 1
    status = 500

    def __init__(self, message: str, *, hint: str = "", where: Where | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n  -> {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"


class ConfigError(OgpldError):
    """A setting is unknown or its value cannot be used."""

    code = "config"
    exit_code = 2


class UsageError(OgpldError):
    """The command line was given something it cannot use."""

    code = "usage"
    exit_code = 2


class SourceError(OgpldError):
    """A source cannot be read or mapped; `where` names file, row and column."""

    code = "source"


class DocumentError(OgpldError):
    """A document sent to be checked cannot be read; `code` says which kind of bad it is.

    `document-malformed`, `document-forbidden` (400), `document-too-large` (413), `document-type` (415).
    """

    code = "document-malformed"
    status = 400

    def __init__(
        self, message: str, *, hint: str = "", where: Where | None = None, code: str = ""
    ) -> None:
        super().__init__(message, hint=hint, where=where)
        self.code = code or self.code
        self.status = {"document-too-large": 413, "document-type": 415}.get(self.code, 400)


class ModelError(OgpldError):
    """Ontology, shapes or code lists contradict themselves."""

    code = "model"


class ReleaseError(OgpldError):
    """A release is missing, damaged or cannot be written."""

    code = "release"


class DifferenceError(ReleaseError):
    """A difference names lines that are not there, or adds lines that are: it was made of other data."""

    code = "difference"


class PublishLockedError(ReleaseError):
    """Another publisher is at work in the same home."""

    code = "publish-locked"
    exit_code = 75


class NotWritableError(OgpldError):
    """One output form cannot carry what is to be written; others can. `code` says why.

    `xml-name`: RDF/XML has no element for a property. `xml-text`: a text holds what XML cannot have.
    `xml`: it is no XML for another reason.
    """

    code = "xml"
    status = 406

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.code = code


class GateRefusedError(OgpldError):
    """The data breaks a shape; the current release goes on being served."""

    code = "gate-refused"


class QueryError(OgpldError):
    """A caller's query was refused or stopped."""

    code = "query"
    status = 400


class QuerySyntaxError(QueryError):
    """The query text is not SPARQL 1.1; `line` and `column` count from 1."""

    code = "query-syntax"

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryUnsupportedError(QuerySyntaxError):
    """SPARQL 1.1 allows it, and the engine would answer it wrongly; the message names what and where."""

    code = "query-unsupported"


class QueryGraphUnsupportedError(QueryUnsupportedError):
    """A GRAPH clause that cannot be written out graph by graph."""

    code = "query-graph-unsupported"


class QueryNumberError(QueryUnsupportedError):
    """A number in the query is outside of what the engine, or the number's datatype, can hold."""

    code = "query-number"


class QueryRegexError(QueryUnsupportedError):
    """A regular expression that XPath does not allow, or that the engine has no words for."""

    code = "query-regex"


class QueryPathError(QueryUnsupportedError):
    """A path that may have no steps begins or ends at a term that the data does not have."""

    code = "query-path"


class QueryForbiddenError(QueryError):
    """The query asks for SERVICE, LOAD or an update."""

    code = "query-forbidden"
    status = 403


class QueryTooLargeError(QueryError):
    """The text or the result is past a limit; the message names it."""

    code = "result-too-large"
    status = 413


class QueryStoppedError(QueryError):
    """A limit ended the query (deadline, memory, queue); the message names it."""

    code = "query-stopped"
    status = 503

    def __init__(self, message: str, *, limit: str, retry_after: int = 10, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.limit = limit
        self.retry_after = retry_after
