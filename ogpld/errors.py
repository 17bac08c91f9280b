"""The errors this program raises on purpose: what went wrong, where, and what to do next.

Long because every error stands here with its fields.

    OgpldError
    ├── ConfigError              a setting is unknown or unusable
    ├── UsageError               the command line was misused
    ├── Unreachable              a server to be examined does not answer
    ├── ExaminationLimitError    or has more than is asked for
    ├── SourceError              a source file, row or column cannot be read or mapped
    │   └── TableColumnError     a column of a table to match is unknown or cannot be told
    ├── DocumentError            a document sent to be checked cannot be read
    ├── BuildWorkerError         a process that did a part of a build was killed
    ├── ModelError               ontology, shapes or code lists contradict themselves
    ├── ExportError              an export cannot be written
    ├── ReleaseError             a release is missing, damaged or cannot be written
    │   ├── PublishLockedError       another publisher holds the lock
    │   └── DifferenceError          a difference does not fit the release it changes
    ├── StoreFailedError         a remote store gave no answer that can be used
    │   ├── StoreIncompleteError     or one that is not whole
    │   └── StoreUnreachableError    or none
    ├── MirrorError              a mirror gives something else than it lists
    │   └── MirrorUnreachableError   or nothing
    ├── NotWritableError         one output form cannot carry what is to be written
    ├── GateRefusedError         the data breaks a shape: nothing is published
    └── QueryError               a caller's query was refused or stopped
        ├── QuerySyntaxError         the text is not SPARQL 1.1
        │   └── QueryUnsupportedError    right SPARQL that the engine gets wrong
        │       ├── QueryGraphUnsupportedError
        │       ├── QueryNumberError
        │       ├── QueryPathError
        │       ├── QueryRegexError
        │       └── QuerySearchError
        ├── QueryForbiddenError      SERVICE, LOAD or an update
        ├── ServiceFailedError       an endpoint that SERVICE names gave no answer
        │   └── ServiceLimitError        or one that cannot be used
        ├── QueryTooComplexError     the text nests or chains past a bound
        ├── QueryTooLargeError       the result is past a limit
        │   └── QueryTextTooLargeError   the text is
        ├── QueryStoppedError        a limit ended it; says which
        │   ├── CancelledError           its caller did
        │   └── TaskStoppedError         a limit ended the checking of a document
        └── BudgetSpentError         the client has to wait
            └── ClientBusyError          until what it has under way has ended

`code` is stable; `ERRORS` (`ogpld.error_codes`) has for each its status, exit code, meaning and remedy.
`hint` says what to do next in this very case; `where` says file, row and column. Errors cross processes by
`to_dict` and `from_dict`. Standard library only, so that every layer may raise these.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from ogpld.error_codes import ERRORS, ErrorCode

__all__ = [
    "ERRORS",
    "BudgetSpentError",
    "BuildWorkerError",
    "CancelledError",
    "ClientBusyError",
    "ConfigError",
    "DifferenceError",
    "DocumentError",
    "ErrorCode",
    "ExaminationLimitError",
    "ExportError",
    "GateRefusedError",
    "MirrorError",
    "MirrorUnreachableError",
    "ModelError",
    "NotWritableError",
    "OgpldError",
    "PublishLockedError",
    "QueryError",
    "QueryForbiddenError",
    "QueryGraphUnsupportedError",
    "QueryNumberError",
    "QueryPathError",
    "QueryRegexError",
    "QuerySearchError",
    "QueryStoppedError",
    "QuerySyntaxError",
    "QueryTextTooLargeError",
    "QueryTooComplexError",
    "QueryTooLargeError",
    "QueryUnsupportedError",
    "ReleaseError",
    "ServiceFailedError",
    "ServiceLimitError",
    "SourceError",
    "StoreFailedError",
    "StoreIncompleteError",
    "StoreUnreachableError",
    "TableColumnError",
    "TaskStoppedError",
    "Unreachable",
    "UsageError",
    "Where",
]


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
    """Base of every error this program raises on purpose.

    Args:
        message: what is wrong, half a sentence.
        hint: what to do next, "" when nobody knows.
        where: the place in a source.
        code: one of `ERRORS` that belongs to the class; that of the class when left out.
    """

    code = "error"
    #: Attributes beside the four of every error: keywords of the constructor with JSON values.
    fields: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, message: str, *, hint: str = "", where: Where | None = None, code: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where
        self.code = code or type(self).code

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f"\n  -> {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint}"

    @property
    def status(self) -> int:
        """HTTP status of an answer with this error."""
        return ERRORS[self.code].status

    @property
    def exit_code(self) -> int:
        """What the command line ends with."""
        return ERRORS[self.code].exit_code

    def to_dict(self) -> dict[str, Any]:
        """Return all that the error says as JSON, for another process."""
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "where": asdict(self.where) if self.where else None,
            **{name: getattr(self, name) for name in self.fields},
        }

    @staticmethod
    def from_dict(content: dict[str, Any]) -> OgpldError:
        """Return the error that `to_dict` described, of the class that its code belongs to.

        Raises:
            KeyError: for a code that is not in `ERRORS`, or one of HTTP only.
        """
        error_class = _CLASSES[ERRORS[content["code"]].error]
        more = {name: content[name] for name in error_class.fields}
        error = error_class(content["message"], hint=content["hint"], code=content["code"], **more)
        error.where = Where(**content["where"]) if content["where"] else None
        return error


class ConfigError(OgpldError):
    """A setting is unknown or its value cannot be used."""

    code = "config"


class UsageError(OgpldError):
    """The command line was given something it cannot use."""

    code = "usage"


class Unreachable(OgpldError):
    """A server cannot be examined: it does not answer."""

    code = "unreachable"


class ExaminationLimitError(OgpldError):
    """The number of requests is spent before a server was examined whole."""

    code = "examination-limit"


class SourceError(OgpldError):
    """A source cannot be read or mapped; `where` names file, row and column."""

    code = "source"


class TableColumnError(SourceError):
    """A column of a table to match is unknown or cannot be told; `parameter` says which one is meant."""

    code = "table-column"
    fields = ("parameter",)

    def __init__(self, message: str, *, parameter: str, **more: Any) -> None:
        super().__init__(message, **more)
        self.parameter = parameter


class DocumentError(OgpldError):
    """A document sent to be checked cannot be read.

    `code` says why: `document-malformed`, `document-forbidden`, `document-too-large` or `document-type`.
    """

    code = "document-malformed"


class ModelError(OgpldError):
    """Ontology, shapes or code lists contradict themselves."""

    code = "model"


class ReleaseError(OgpldError):
    """A release is missing, damaged or cannot be written."""

    code = "release"


class ExportError(OgpldError):
    """An export cannot be written."""

    code = "export"


class DifferenceError(ReleaseError):
    """A difference names lines that are not there, or adds lines that are: it was made of other data."""

    code = "difference"


class PublishLockedError(ReleaseError):
    """Another publisher is at work in the same home."""

    code = "publish-locked"


class StoreFailedError(OgpldError):
    """A remote store gave no answer that can be used."""

    code = "store-failed"


class StoreIncompleteError(StoreFailedError):
    """A remote store gave or holds less than all; a part of it is never used."""

    code = "store-incomplete"


class StoreUnreachableError(StoreFailedError):
    """A remote store cannot be reached, or says that it cannot answer now."""

    code = "store-unreachable"


class MirrorError(OgpldError):
    """A mirror gives what cannot be used, or nothing that is a release."""

    code = "mirror-failed"


class MirrorUnreachableError(MirrorError):
    """A mirror cannot be reached, answers too late, or says that it cannot answer now."""

    code = "mirror-unreachable"


class NotWritableError(OgpldError):
    """One output form cannot carry what is to be written; others can. `code` says why.

    `xml-name`: RDF/XML has no element for a property. `xml-text`: a text holds what XML cannot have.
    `xml`: it is no XML for another reason. `workbook`: Excel has a limit that it passes.
    `parquet`: a number needs more than 64 bits.
    """

    code = "xml"


class GateRefusedError(OgpldError):
    """The data breaks a shape; the current release goes on being served."""

    code = "gate-refused"


class BuildWorkerError(OgpldError):
    """A process that did a part of a build was killed, or the cluster is gone; nothing was published."""

    code = "build-worker"


class QueryError(OgpldError):
    """A caller's query was refused or stopped; `line` and `column` count from 1, None for no place."""

    code = "query"
    fields: ClassVar[tuple[str, ...]] = ("line", "column")

    def __init__(
        self,
        message: str,
        *,
        line: int | None = None,
        column: int | None = None,
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.line = line
        self.column = column


class QuerySyntaxError(QueryError):
    """The query text is not SPARQL 1.1."""

    code = "query-syntax"


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


class QuerySearchError(QueryUnsupportedError):
    """A search for words that is not one, stands where none can, or finds too much."""

    code = "query-search"


class QueryForbiddenError(QueryError):
    """The query asks for SERVICE, LOAD or an update."""

    code = "query-forbidden"


class ServiceFailedError(QueryError):
    """An endpoint that SERVICE names gave no answer; `endpoint` says which."""

    code = "service-failed"
    fields = (*QueryError.fields, "endpoint")

    def __init__(self, message: str, *, endpoint: str, **more: Any) -> None:
        super().__init__(message, **more)
        self.endpoint = endpoint


class ServiceLimitError(ServiceFailedError):
    """The answer of an endpoint is past a limit of ours, or has blank nodes."""

    code = "service-limit"


class QueryTooComplexError(QueryError):
    """The text nests deeper or chains longer than any honest query."""

    code = "query-too-complex"


class QueryTooLargeError(QueryError):
    """The result is past a limit; the message names it."""

    code = "result-too-large"


class QueryTextTooLargeError(QueryTooLargeError):
    """The text itself is too large."""

    code = "query-too-large"


class QueryStoppedError(QueryError):
    """A limit ended the query (deadline, memory, queue).

    Attributes:
        limit: which one.
        retry_after: seconds after which asking again may help.
    """

    code = "query-stopped"
    fields = ("limit", "retry_after")

    def __init__(
        self, message: str, *, limit: str, retry_after: int = 10, hint: str = "", code: str = ""
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.limit = limit
        self.retry_after = retry_after


class CancelledError(QueryStoppedError):
    """The caller ended its own query."""

    code = "query-cancelled"


class TaskStoppedError(QueryStoppedError):
    """A limit ended the task (deadline, memory, size, queue), or it crashed; `limit` says which."""

    code = "task-stopped"


class BudgetSpentError(QueryError):
    """A client has spent what it had; `retry_after` says after how many seconds it may ask again."""

    code = "budget-spent"
    fields = ("retry_after",)

    def __init__(self, message: str, *, retry_after: int, hint: str = "", code: str = "") -> None:
        super().__init__(message, hint=hint, code=code)
        self.retry_after = retry_after


class ClientBusyError(BudgetSpentError):
    """A client has as much under way as one client may have at once."""

    code = "client-busy"


def _family(error_class: type[OgpldError]) -> dict[str, type[OgpldError]]:
    """Return a class and all that are derived from it, by name."""
    names = {error_class.__name__: error_class}
    for derived in error_class.__subclasses__():
        names |= _family(derived)
    return names


_CLASSES = _family(OgpldError)
