"""`ERRORS`: every code of an error, with its class, HTTP status, exit code, meaning and remedy.

A code is what programs compare, so it never changes its name or status once released. The command line
prints it (`ogpld: <code>: ...`), a problem document has it as `code` (RFC 9457), and `/errors/<code>` is
its page and the `type` of the problem. `tests/test_errors.py` holds the
table to the source: every code that is raised is here, and every code here is raised.

Standard library only, so that every layer may use it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One kind of error.

    Attributes:
        code: its stable name.
        error: name of its class in `ogpld.errors`; "" for an error of HTTP only (`Problem`).
        status: HTTP status of the answer that carries the code. Errors of this program that are no fault of
            the caller are answered as `internal`, whatever their own code.
        meaning: what happened, a sentence.
        remedy: what to do next, a sentence.
        exit_code: what the command line ends with: 2 for wrong usage, 75 for "try again later"
            (EX_TEMPFAIL of sysexits.h), else 1.
    """

    code: str
    error: str
    status: int
    meaning: str
    remedy: str
    exit_code: int = 1

    @property
    def is_internal(self) -> bool:
        """Whether it is a fault of ours, which HTTP answers as `internal` without a word of what it is."""
        return bool(self.error) and self.status == 500  # noqa: PLR2004  (Internal Server Error)

    @property
    def path(self) -> str:
        """Path of its page, which is the `type` of a problem.

        An absolute-path reference, as all Link targets here are: it names no host, so it leads to the page
        on every server, and has the full path that RFC 9457 section 3.1.1 asks of relative references.
        """
        return f"/errors/{self.code}"


_CODES = (
    # Of this program and its settings
    ErrorCode("error", "OgpldError", 500,
              "Something failed that has no code of its own.",
              "Read the message, which says what failed."),
    ErrorCode("internal", "", 500,
              "The server failed to answer; this is a fault in ogpld or in its data.",
              "Ask again later, and tell the operator address and time: the server's log has the rest."),
    ErrorCode("config", "ConfigError", 500,
              "A setting is unknown, or its value cannot be used.",
              "Correct the setting that the message names.", 2),
    ErrorCode("usage", "UsageError", 400,
              "The command line, or the class of a document to be checked, cannot be used as given.",
              "Correct what the message names; `ogpld COMMAND --help` lists what there is.", 2),
    ErrorCode("unreachable", "Unreachable", 500,
              "The server to be examined does not answer, or the number of requests is spent.",
              "Check the address, or allow more with --max-requests.", 2),
    # Of building and publishing
    ErrorCode("source", "SourceError", 400,
              "A source, or a table to be checked, cannot be read or mapped; file, row and column are named.",
              "Correct the table or its mapping there."),
    ErrorCode("model", "ModelError", 500,
              "Ontology, shapes or code lists contradict themselves.",
              "Correct the file that the message names, and build again."),
    ErrorCode("gate-refused", "GateRefusedError", 500,
              "The data breaks a shape, so nothing was published; the release in service stays.",
              "Correct the data where the report says, and build again."),
    ErrorCode("release", "ReleaseError", 500,
              "A release is missing, damaged or cannot be written.",
              "Go back to another release with `ogpld releases use N`, or build again."),
    ErrorCode("base-moved", "ReleaseError", 500,
              "The build has another base IRI than the current release, so every IRI would change.",
              "Set base_iri as before, or build with --move-base if that is meant."),
    ErrorCode("difference", "DifferenceError", 500,
              "A difference between releases was made of other data than it is applied to.",
              "Build the release in full, with --full."),
    ErrorCode("publish-locked", "PublishLockedError", 500,
              "Another publisher is at work in the same home.",
              "Wait until it has ended, and try again.", 75),
    ErrorCode("validator-failed", "OgpldError", 500,
              "The validator failed on a document or a shape; nothing was validated.",
              "Report the message with the document: this is a fault in ogpld or in what it uses."),
    # Of documents sent to be checked
    ErrorCode("document-malformed", "DocumentError", 400,
              "The document cannot be read in its format; the answer says where, when that is known.",
              "Correct the document there, or name its media type."),
    ErrorCode("document-forbidden", "DocumentError", 400,
              "The document uses what is not read here, such as contexts or entities from elsewhere.",
              "Write what is meant into the document itself."),
    ErrorCode("document-too-large", "DocumentError", 413,
              "The document, or a part of it, is larger than is read here; the answer names the limit.",
              "Shorten it, or send it in parts."),
    ErrorCode("document-type", "DocumentError", 415,
              "The type of the document is not one that can be checked, or does not fit its content.",
              "Send one of the types listed at /validate, under its own media type."),
    ErrorCode("document-missing", "", 400,
              "The request to check a document has none.",
              "Send a file, a text or a body."),
    ErrorCode("two-documents", "", 400,
              "The form has a file and a text.",
              "Send one of the two."),
    ErrorCode("form", "", 400,
              "The form cannot be read.",
              "Send multipart/form-data as /validate makes it, or the document alone as the body."),
    ErrorCode("task-stopped", "TaskStoppedError", 503,
              "Checking was stopped by a limit, which the answer names: time, memory, size or queue.",
              "Send less at once, or ask again after the time that Retry-After says."),
    ErrorCode("task-failed", "OgpldError", 500,
              "Checking failed; this is a fault in ogpld.",
              "Tell the operator the time: the server's log names the kind of fault."),
    # Of queries
    ErrorCode("query", "QueryError", 400,
              "The query cannot be answered.",
              "Read the message, which says why."),
    ErrorCode("query-missing", "", 400,
              "The request has no query.",
              "Send it as the parameter query, or as the body."),
    ErrorCode("query-repeated", "", 400,
              "The parameter query is given more than once (SPARQL 1.1 Protocol, section 2.1).",
              "Send one query a request."),
    ErrorCode("query-id", "", 400,
              "Query-Id is not 16 to 64 letters, digits or hyphens.",
              "Send a random identifier of that form, or none."),
    ErrorCode("not-running", "", 404,
              "No such query of this client is running.",
              "Nothing needs to be done: it has ended, or never ran."),
    ErrorCode("query-syntax", "QuerySyntaxError", 400,
              "The query is not SPARQL 1.1; the answer says line and column.",
              "Correct it there; prefixes must be declared, none are predefined."),
    ErrorCode("query-escape", "QueryError", 400,
              "A \\u escape stands outside of strings and IRIs.",
              "Write the character itself."),
    ErrorCode("query-unsupported", "QueryUnsupportedError", 400,
              "SPARQL 1.1 allows the query, but the engine would answer it wrongly; the answer says where.",
              "Write it another way; /docs/sparql-deviations lists how."),
    ErrorCode("query-graph-unsupported", "QueryGraphUnsupportedError", 400,
              "A GRAPH clause cannot be asked graph by graph, and the engine would answer it wrongly.",
              "Write it another way; /docs/sparql-deviations lists how."),
    ErrorCode("query-number", "QueryNumberError", 400,
              "A number in the query is outside of what the engine, or its datatype, can hold.",
              "Write a number in range, or compare texts."),
    ErrorCode("query-regex", "QueryRegexError", 400,
              "A regular expression is not one of XPath and XQuery Functions, section 5.6.1, or unsupported.",
              "Write it with what XPath has; the answer says what is wrong in it."),
    ErrorCode("query-path", "QueryPathError", 400,
              "A path that may have no steps begins or ends at a term that the data does not have.",
              "Begin at a term of the data, or use a path of at least one step."),
    ErrorCode("query-unknown-function", "QueryError", 400,
              "The query calls a function that is not known here.",
              "Use the functions of SPARQL 1.1 section 17.4."),
    ErrorCode("query-failed", "QueryError", 400,
              "The query is right SPARQL, but its evaluation failed.",
              "Take parts away until it is answered; only the data of this endpoint can be asked for."),
    ErrorCode("query-rdf12", "QueryError", 400,
              "The result has triple terms or text directions, which RDF 1.1 has no form for.",
              "State the parts as triples of their own, or use SELECT."),
    ErrorCode("dataset-iri", "QueryError", 400,
              "A graph of the dataset is not named by an absolute IRI.",
              "Name graphs by the IRIs that the service description lists."),
    ErrorCode("query-forbidden", "QueryForbiddenError", 403,
              "The query asks for SERVICE, LOAD or an update; this endpoint only reads its own data.",
              "Leave that out; combine with other endpoints in the client."),
    ErrorCode("query-too-complex", "QueryTooComplexError", 400,
              "The query nests deeper, or chains longer, than is answered here; the answer names the bound.",
              "Split it into several queries."),
    ErrorCode("query-too-large", "QueryTextTooLargeError", 413,
              "The text of the query is longer than is read here.",
              "Shorten it; long VALUES can be sent in several queries."),
    ErrorCode("result-too-large", "QueryTooLargeError", 413,
              "The result is larger than a limit, which the answer names; a part of it is never sent.",
              "Page with ORDER BY, LIMIT and OFFSET (lists: filter, or page), or take the dumps at /dump."),
    ErrorCode("query-stopped", "QueryStoppedError", 503,
              "A limit ended the query, and the answer names it: deadline, memory or queue.",
              "Ask for less, or ask again after the time that Retry-After says."),
    ErrorCode("query-cancelled", "CancelledError", 503,
              "The query was ended because its caller asked for it.",
              "Ask again when the answer is wanted after all."),
    ErrorCode("budget-spent", "BudgetSpentError", 429,
              "This client has spent its query time, its failed queries or its work on pages; they come back"
              " minute by minute.",
              "Ask again after the time that Retry-After says; the dumps at /dump cost nothing."),
    ErrorCode("client-busy", "ClientBusyError", 429,
              "This client has as many queries, checks or pages under way as one client may have at once.",
              "Ask one after the other, or again after the time that Retry-After says."),
    # Of forms and headers
    ErrorCode("not-acceptable", "", 406,
              "None of the media types or profiles asked for can be had here; `available` lists what can.",
              "Ask for one of those."),
    ErrorCode("xml", "NotWritableError", 406,
              "The answer cannot be written as XML.",
              "Ask for another format, such as JSON or Turtle."),
    ErrorCode("xml-name", "NotWritableError", 406,
              "A property has no name that an element of RDF/XML can have.",
              "Ask for another format, such as Turtle."),
    ErrorCode("xml-text", "NotWritableError", 406,
              "A value holds a character that XML cannot have.",
              "Ask for another format, such as JSON or Turtle."),
    ErrorCode("content-coding", "", 406,
              "Accept-Encoding refuses identity, the only content coding there is.",
              "Leave out identity;q=0 and *;q=0."),
    ErrorCode("content-encoding", "", 415,
              "The request is compressed, which is not read here.",
              "Send it plain."),
    ErrorCode("charset", "", 415,
              "The request is in a character encoding that is not read here.",
              "Send it as UTF-8."),
    ErrorCode("not-utf-8", "", 400,
              "The request is not UTF-8.",
              "Encode the text as UTF-8."),
    ErrorCode("media-type", "", 415,
              "The body of the request has a media type that is not read here.",
              "Send one of those that the answer lists."),
    ErrorCode("accept-datetime", "", 400,
              "Accept-Datetime is no HTTP date (RFC 7089 section 2.1.1).",
              "Send one such as Thu, 26 Nov 2026 12:00:00 GMT."),
    ErrorCode("precondition-failed", "", 412,
              "If-Match or If-Unmodified-Since does not hold (RFC 9110 section 13.1).",
              "Ask without them, or name the ETag of the present answer."),
    ErrorCode("range", "", 416,
              "The file does not have the bytes asked for (RFC 9110 section 14.2).",
              "Ask for bytes that it has; Content-Range says how many there are."),
    ErrorCode("header-too-large", "", 431,
              "A header of the request is longer than is read here.",
              "Shorten it."),
    # Of addresses and parameters
    ErrorCode("bad-request", "", 400,
              "The request is not HTTP that is understood here.",
              "Correct the request."),
    ErrorCode("not-found", "", 404,
              "There is nothing at this address.",
              "Look for it from the home page, or with a query."),
    ErrorCode("method-not-allowed", "", 405,
              "This address does not answer that method; Allow lists those it answers.",
              "Use GET."),
    ErrorCode("request-too-large", "", 413,
              "The body of the request is larger than is read here.",
              "Send less."),
    ErrorCode("re-identified", "", 301,
              "The thing has another IRI now; Location leads there.",
              "Follow Location, and use that IRI from now on."),
    ErrorCode("withdrawn", "", 410,
              "The thing was withdrawn; the answer names the last release that had it.",
              "See how it was in that release, and what changed after."),
    ErrorCode("unknown-parameter", "", 400,
              "The address has a parameter that is not known there; `available` lists those that are.",
              "Correct its name or leave it out."),
    ErrorCode("parameter", "", 400,
              "A parameter of a named query is missing, unknown, or has a value that cannot be used.",
              "Give the parameters as the page of the query lists them."),
    ErrorCode("parameters", "", 400,
              "The request has more than 1,000 parameters.",
              "Send fewer."),
    ErrorCode("parameter-repeated", "", 400,
              "A parameter is given more than once that has one value.",
              "Give it once."),
    ErrorCode("parameter-empty", "", 400,
              "A parameter has no value.",
              "Give it a value or leave it out."),
    ErrorCode("parameter-of-pages", "", 400,
              "A parameter of pages is given for an answer that has none.",
              "Leave it out: the answer is whole."),
    ErrorCode("filter-unknown", "", 400,
              "A list is filtered by a value that is not there; `available` lists those that are.",
              "Choose one of those; `suggestion` is the nearest."),
    ErrorCode("too-many-filters", "", 400,
              "A list is filtered by more values than one request may have.",
              "Ask in several requests, or with SPARQL."),
    ErrorCode("limit", "", 400,
              "The size of a page is no number in range; `most` is the largest.",
              "Give a number from 1 to that."),
    ErrorCode("modified-since", "", 400,
              "The parameter modified_since is neither a date nor a time.",
              "Give one such as 2026-11-28 or 2026-11-28T12:00:00Z."),
    ErrorCode("frame-unknown", "", 400,
              "There is no JSON-LD frame of that name; `available` lists those there are.",
              "Name one of those."),
    ErrorCode("frame-missing", "", 400,
              "A framed answer is asked for without saying by which frame.",
              "Name a class, such as frame=commitment."),
    # Of releases and what is derived from them
    ErrorCode("pruned", "", 410,
              "The data of this release is not kept any more.",
              "What it changed is kept at its page; /releases lists the releases there are."),
    ErrorCode("erased", "", 410,
              "What was here was erased: it is in no release any more, and in no file of this site.",
              "Delete your copies; /erasures says when and why."),
    ErrorCode("release-erased", "", 301,
              "Something was erased from this release, which has another digest and so another id since.",
              "Follow Location; /erasures says when and why, and names both digests."),
    ErrorCode("release-gap", "", 410,
              "A release that is needed for this was removed, so it cannot be told any more.",
              "Use the dumps or the data of a release that /releases lists."),
    ErrorCode("no-dumps", "", 404,
              "The release has no dumps.",
              "Take the newest complete ones at /dump/current, or ask the documents or /sparql."),
    ErrorCode("difference-too-large", "", 413,
              "More statements changed between the two releases than are listed thing by thing.",
              "Take the RDF Patch, or ask for fewer releases."),
    ErrorCode("list-incomplete", "", 500,
              "Things of a list have no description, so the list is not shown: it would be quietly short.",
              "Tell the operator: the release in service is damaged."),
    ErrorCode("log-damaged", "", 500,
              "The changes of a release cannot be read, so the feeds end there.",
              "Harvest the dumps or the catalogue until this is mended: the data is whole."),
    ErrorCode("release-damaged", "", 503,
              "A past release is damaged and cannot be asked.",
              "Ask another release: /releases lists them."),
    ErrorCode("past-busy", "", 503,
              "Other past releases are being asked, and there is no room for this one now.",
              "Ask again after the time that Retry-After says."),
    ErrorCode("past-memory", "", 503,
              "The past release needs more memory to be asked than past releases get here.",
              "Take its data from its files, which its page lists."),
)  # fmt: skip

#: Every kind of error by its code, in the order of the table.
ERRORS = {row.code: row for row in _CODES}
