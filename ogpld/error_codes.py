"""`ERRORS`: every code of an error, with its class, HTTP status, exit code, meaning and remedy.

A code is what programs compare, so it never changes its name or status once released. The command line
prints it (`ogpld: <code>: ...`), a problem document has it as `code` (RFC 9457), and `/errors/<code>` is
its page and the `type` of the problem. `tests/test_errors.py` holds the
table to the source: every code that is raised is here, and every code here is raised.

Sentences that people meet on pages are marked for the catalogues. Nothing is imported but what imports
nothing itself, so that every layer may use it. Long because every code stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpld.wording import marked


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
              marked("The server failed to answer; this is a fault in ogpld or in its data."),
              marked("Ask again later, and tell the operator the id: the server's log has the rest"
                     " under it.")),
    ErrorCode("config", "ConfigError", 500,
              "A setting is unknown, or its value cannot be used.",
              "Correct the setting that the message names.", 2),
    ErrorCode("usage", "UsageError", 400,
              "The command line, or the class of a document to be checked, cannot be used as given.",
              "Correct what the message names; `ogpld COMMAND --help` lists what there is.", 2),
    ErrorCode("unreachable", "Unreachable", 500,
              "The server to be examined does not answer.",
              "Check the address, and whether the server is running.", 2),
    ErrorCode("examination-limit", "ExaminationLimitError", 500,
              "The number of requests was spent before the server was examined whole.",
              "Read what was found so far, and allow more with --max-requests or ask less with --only.", 2),
    # Of building and publishing
    ErrorCode("source", "SourceError", 400,
              "A source, or a table to be checked, cannot be read or mapped; file, row and column are named.",
              "Correct the table or its mapping there."),
    ErrorCode("table-column", "TableColumnError", 400,
              marked("A column of the table to match is not there, or it cannot be told which one is"
                     " meant."),
              marked("Name the column, or give its number; the answer lists them.")),
    ErrorCode("table-too-large", "SourceError", 413,
              marked("The table to match has more rows, cells or characters than are taken at once."),
              marked("Send it in parts, or run 'ogpld match' on your own machine.")),
    ErrorCode("model", "ModelError", 500,
              "Ontology, shapes or code lists contradict themselves.",
              "Correct the file that the message names, and build again."),
    ErrorCode("gate-refused", "GateRefusedError", 500,
              "The data breaks a shape, so nothing was published; the release in service stays.",
              "Correct the data where the report says, and build again."),
    ErrorCode("build-worker", "BuildWorkerError", 500,
              "A process that did a part of a build was killed, or no worker is left; nothing was published.",
              "Build with fewer processes (--jobs 1), with more memory, or with the cluster's workers back."),
    ErrorCode("release", "ReleaseError", 500,
              "A release is missing, damaged or cannot be written.",
              "Go back to another release with `ogpld releases use N`, or build again."),
    ErrorCode("base-moved", "ReleaseError", 500,
              "The build has another base IRI than the current release, so every IRI would change.",
              "Set base_iri as before, or build with --move-base if that is meant."),
    ErrorCode("export", "ExportError", 500,
              "A release cannot be written as plain files.",
              "Do what the message says, and run the command again: it goes on where it was."),
    ErrorCode("difference", "DifferenceError", 500,
              "A difference between releases was made of other data than it is applied to.",
              "Build the release in full, with --full."),
    ErrorCode("publish-locked", "PublishLockedError", 500,
              "Another publisher is at work in the same home.",
              "Wait until it has ended, and try again.", 75),
    # Of remote stores
    ErrorCode("store-failed", "StoreFailedError", 502,
              "A remote store gave no answer that can be used.",
              "Ask again later; the operator finds the reason in the store's log."),
    ErrorCode("store-incomplete", "StoreIncompleteError", 502,
              "A remote store gave, or holds, less than all; a part of an answer is never used.",
              "Ask for less; the operator pushes the release again (ogpld push)."),
    ErrorCode("store-unreachable", "StoreUnreachableError", 503,
              "A remote store cannot be reached, or says that it cannot answer now.",
              "Ask again after the time Retry-After says.", 75),
    # Of mirrors that releases are fetched from
    ErrorCode("mirror-failed", "MirrorError", 500,
              "A mirror gives something else than it lists; nothing of it was put in service.",
              "Name another mirror (ogpld pull URL URL), and tell whoever runs this one."),
    ErrorCode("mirror-unreachable", "MirrorUnreachableError", 500,
              "A mirror cannot be reached, answers too late, or cannot answer now.",
              "Run the command again: it goes on where it was.", 75),
    ErrorCode("validator-failed", "OgpldError", 500,
              "The validator failed on a document or a shape; nothing was validated.",
              "Report the message with the document: this is a fault in ogpld or in what it uses."),
    # Of documents sent to be checked
    ErrorCode("document-malformed", "DocumentError", 400,
              marked("The document cannot be read in its format; the answer says where, when that is"
                     " known."),
              marked("Correct the document there, or name its media type.")),
    ErrorCode("document-forbidden", "DocumentError", 400,
              marked("The document uses what is not read here, such as contexts or entities from"
                     " elsewhere."),
              marked("Write what is meant into the document itself.")),
    ErrorCode("document-too-large", "DocumentError", 413,
              marked("The document, a part of it, or its report is too large; the answer names the"
                     " limit."),
              marked("Shorten it, or send it in parts.")),
    ErrorCode("document-type", "DocumentError", 415,
              marked("The type of the document is not one that can be checked, or does not fit its"
                     " content."),
              marked("Send one of the types listed at /validate, under its own media type.")),
    ErrorCode("document-missing", "", 400,
              marked("The request to check a document has none."),
              marked("Send a file, a text or a body.")),
    ErrorCode("two-documents", "", 400,
              marked("The form has a file and a text."),
              marked("Send one of the two.")),
    ErrorCode("form", "", 400,
              marked("The form cannot be read."),
              marked("Send multipart/form-data as /validate makes it, or the document alone as the body.")),
    ErrorCode("task-stopped", "TaskStoppedError", 503,
              marked("Checking was stopped by a limit, which the answer names: time, memory, size or"
                     " queue."),
              marked("Send less at once, or ask again after the time that Retry-After says.")),
    ErrorCode("task-failed", "OgpldError", 500,
              "Checking failed; this is a fault in ogpld.",
              "Tell the operator the time: the server's log names the kind of fault."),
    # Of reconciliation
    ErrorCode("reconciliation-json", "", 400,
              "A reconciliation request is not JSON; the answer says line and column.",
              "Send one JSON object (Reconciliation API 0.2)."),
    ErrorCode("reconciliation-query", "", 400,
              "A query is not as the Reconciliation API has it; the answer says where.",
              "Correct it there; the contract lists types and properties."),
    ErrorCode("reconciliation-size", "", 400,
              "One request asks for more than is answered; the answer names the limit.",
              "Send several requests."),
    # Of queries
    ErrorCode("query", "QueryError", 400,
              marked("The query cannot be answered."),
              marked("Read the message, which says why.")),
    ErrorCode("query-missing", "", 400,
              marked("The request has no query."),
              marked("Send it as the parameter query, or as the body.")),
    ErrorCode("query-repeated", "", 400,
              "The parameter query is given more than once (SPARQL 1.1 Protocol, section 2.1).",
              "Send one query a request."),
    ErrorCode("query-id", "", 400,
              "Query-Id is not 16 to 64 letters, digits or hyphens.",
              "Send a random identifier of that form, or none."),
    ErrorCode("origin", "", 403,
              "A page of another site asks at /mcp, as a page that was made to look like this site would.",
              "Ask from a program, or have the operator name the page's origin in the setting mcp_origins."),
    ErrorCode("not-running", "", 404,
              "No such query of this client is running.",
              "Nothing needs to be done: it has ended, or never ran."),
    ErrorCode("query-syntax", "QuerySyntaxError", 400,
              marked("The query is not SPARQL 1.1; the answer says line and column."),
              marked("Correct it there; prefixes must be declared, none are predefined.")),
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
    ErrorCode("query-search", "QuerySearchError", 400,
              "A search for words in a query is not one that is offered, or finds more than may be found.",
              "Write it as /docs/contract#text-search says; the answer says what is wrong."),
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
              marked("The query asks for LOAD, an update, or SERVICE that is not answered here."),
              marked("Leave that out; combine with other endpoints in the client.")),
    ErrorCode("service-failed", "ServiceFailedError", 502,
              "An endpoint that SERVICE names gave no answer that can be used: it cannot be reached, is slow,"
              " or answers with something else than results.",
              "Ask again later, or write SERVICE SILENT, which passes over an endpoint that fails."),
    ErrorCode("service-limit", "ServiceLimitError", 413,
              "The answer of an endpoint that SERVICE names is larger than a limit, or has blank nodes; a"
              " part of it is never used.",
              "Put VALUES or a narrower pattern into the clause, and select IRIs and literals only."),
    ErrorCode("query-too-complex", "QueryTooComplexError", 400,
              "The query nests deeper, or chains longer, than is answered here; the answer names the bound.",
              "Split it into several queries."),
    ErrorCode("query-too-large", "QueryTextTooLargeError", 413,
              marked("The text of the query is longer than is read here."),
              marked("Shorten it; long VALUES can be sent in several queries.")),
    ErrorCode("result-too-large", "QueryTooLargeError", 413,
              marked("The result is larger than a limit, which the answer names; a part of it is"
                     " never sent."),
              marked("Page with ORDER BY, LIMIT and OFFSET (lists: filter, or page), or take the"
                     " dumps at /dump.")),
    ErrorCode("query-stopped", "QueryStoppedError", 503,
              marked("A limit ended the query, and the answer names it: deadline, memory or queue."),
              marked("Ask for less, or ask again after the time that Retry-After says.")),
    ErrorCode("query-cancelled", "CancelledError", 503,
              "The query was ended because its caller asked for it.",
              "Ask again when the answer is wanted after all."),
    ErrorCode("budget-spent", "BudgetSpentError", 429,
              marked("This client has spent its query time, its failed queries or its work on pages;"
                     " they come back minute by minute."),
              marked("Ask again after the time that Retry-After says; the dumps at /dump cost nothing.")),
    ErrorCode("client-busy", "ClientBusyError", 429,
              marked("This client has as many queries, checks or pages under way as one client may"
                     " have at once."),
              marked("Ask one after the other, or again after the time that Retry-After says.")),
    # Of forms and headers
    ErrorCode("not-acceptable", "", 406,
              marked("None of the media types or profiles asked for can be had here; `available`"
                     " lists what can."),
              marked("Ask for one of those.")),
    ErrorCode("xml", "NotWritableError", 406,
              "The answer cannot be written as XML.",
              "Ask for another format, such as JSON or Turtle."),
    ErrorCode("xml-name", "NotWritableError", 406,
              "A property has no name that an element of RDF/XML can have.",
              "Ask for another format, such as Turtle."),
    ErrorCode("xml-text", "NotWritableError", 406,
              "A value holds a character that XML cannot have.",
              "Ask for another format, such as JSON or Turtle."),
    ErrorCode("workbook", "NotWritableError", 406,
              "The answer holds what an Excel workbook cannot: a row, column, text or character too many.",
              "Ask for another format, such as CSV, or for fewer rows."),
    ErrorCode("parquet", "NotWritableError", 406,
              "The answer holds what a Parquet column cannot: a whole number of more than 64 bits.",
              "Ask for another format, such as CSV."),
    ErrorCode("content-coding", "", 406,
              "Accept-Encoding refuses every content coding that can be had.",
              "Leave out identity;q=0 and *;q=0, or accept gzip."),
    ErrorCode("content-encoding", "", 415,
              "The request is compressed, which is not read here.",
              "Send it plain."),
    ErrorCode("charset", "", 415,
              "The request is in a character encoding that is not read here.",
              "Send it as UTF-8."),
    ErrorCode("not-utf-8", "", 400,
              marked("The request is not UTF-8."),
              marked("Encode the text as UTF-8.")),
    ErrorCode("media-type", "", 415,
              marked("The body of the request has a media type that is not read here."),
              marked("Send one of those that the answer lists.")),
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
              marked("The request is not HTTP that is understood here."),
              marked("Correct the request.")),
    ErrorCode("not-found", "", 404,
              marked("There is nothing at this address."),
              marked("Look for it from the home page, or with a query.")),
    ErrorCode("not-exported", "", 404,
              "This copy of the site has no such page: it is made of files, and cannot compute answers.",
              "Lists, documents and dumps are here as a whole; ask them with SPARQL in the browser."),
    ErrorCode("method-not-allowed", "", 405,
              marked("This address does not answer that method; Allow lists those it answers."),
              marked("Use GET.")),
    ErrorCode("method-unknown", "", 501,
              "There is no such method of HTTP here; methods are written in capitals.",
              "Use GET."),
    ErrorCode("http-version", "", 505,
              "The request is of a version of HTTP that is not spoken here.",
              "Use HTTP/1.1."),
    ErrorCode("request-timeout", "", 408,
              "The request did not come whole in the time there is for it.",
              "Send it again, over a faster connection or in parts."),
    ErrorCode("busy", "", 503,
              marked("There are more connections or uploads than this server takes at once."),
              marked("Ask again later, with fewer connections.")),
    ErrorCode("request-too-large", "", 413,
              marked("The body of the request is larger than is read here."),
              marked("Send less.")),
    ErrorCode("re-identified", "", 301,
              "The thing has another IRI now; Location leads there.",
              "Follow Location, and use that IRI from now on."),
    ErrorCode("withdrawn", "", 410,
              marked("The thing, data set or graph was withdrawn; the answer names the last release"
                     " that had it."),
              marked("See how it was in that release, and what changed after.")),
    ErrorCode("unknown-parameter", "", 400,
              marked("The address or the form has a parameter that is not known; `available` lists"
                     " those that are."),
              marked("Correct its name or leave it out.")),
    ErrorCode("parameter", "", 400,
              marked("Something that was chosen or typed is missing, or is not what can be asked for."),
              marked("Choose from what the form proposes.")),
    ErrorCode("parameters", "", 400,
              marked("The request has more than 1,000 parameters."),
              marked("Send fewer.")),
    ErrorCode("parameter-repeated", "", 400,
              marked("A parameter is given more than once that has one value."),
              marked("Give it once.")),
    ErrorCode("parameter-empty", "", 400,
              marked("A parameter has no value."),
              marked("Give it a value or leave it out.")),
    ErrorCode("language-unknown", "", 400,
              "The parameter lang names a language that pages are not in.",
              "Name one of those in available, or leave it out."),
    ErrorCode("search-text", "", 400,
              marked("The text that is looked for is longer than any name."),
              marked("Look for a name, or for a few words of it.")),
    ErrorCode("parameter-of-pages", "", 400,
              "A parameter of pages is given for an answer that has none.",
              "Leave it out: the answer is whole."),
    ErrorCode("filter-unknown", "", 400,
              marked("A list is filtered by a value that is not there; `available` lists those that are."),
              marked("Choose one of those; `suggestion` is the nearest.")),
    ErrorCode("too-many-filters", "", 400,
              marked("A list is filtered by more values than one request may have."),
              marked("Ask in several requests, or with SPARQL.")),
    ErrorCode("limit", "", 400,
              marked("The size of a page is no number in range; `most` is the largest."),
              marked("Give a number from 1 to that.")),
    ErrorCode("modified-since", "", 400,
              marked("What stands for “changed since” is neither a date nor a time."),
              marked("Give one such as 2026-11-28 or 2026-11-28T12:00:00Z.")),
    ErrorCode("frame-unknown", "", 400,
              "There is no JSON-LD frame of that name; `available` lists those there are.",
              "Name one of those."),
    ErrorCode("frame-missing", "", 400,
              "A framed answer is asked for without saying by which frame.",
              "Name a class, such as frame=commitment."),
    # Of queries with a permanent address
    ErrorCode("query-unstable", "", 400,
              "A query is to have a permanent address, and its answer may be another each time.",
              "Leave out what makes it so: NOW, RAND, UUID, STRUUID, BNODE, blank nodes of a template."),
    ErrorCode("query-removed", "", 410,
              marked("The query at this address was removed: what it said must not be public."),
              marked("Ask again without it at /sparql; /erasures says what was erased.")),
    ErrorCode("queries-full", "", 507,
              marked("The register of queries with a permanent address is full; none is taken out to"
                     " make room."),
              marked("Keep text and release; the operator raises queries_bytes or frees the disk.")),
    ErrorCode("queries-unavailable", "", 503,
              marked("The register of queries cannot be read or written now."),
              marked("Ask again later; the operator looks whether the home can be written.")),
    # Of releases and what is derived from them
    ErrorCode("pruned", "", 410,
              marked("The data of this release is not kept any more."),
              marked("What it changed is kept at its page; /releases lists the releases there are.")),
    ErrorCode("erased", "", 410,
              marked("What was here was erased: it is in no release any more, and in no file of this"
                     " site."),
              marked("Delete your copies; /erasures says when and why.")),
    ErrorCode("release-erased", "", 301,
              "Something was erased from this release, which has another digest and so another id since.",
              "Follow Location; /erasures says when and why, and names both digests."),
    ErrorCode("release-gap", "", 410,
              marked("A release that is needed for this was removed, so it cannot be told any more."),
              marked("Use the dumps or the data of a release that /releases lists.")),
    ErrorCode("no-dumps", "", 404,
              marked("The release has no dumps."),
              marked("Take the newest complete ones at /dump/current, or ask the documents or /sparql.")),
    ErrorCode("difference-too-large", "", 413,
              marked("More statements changed between the two releases than are listed thing by thing."),
              marked("Take the RDF Patch, or ask for fewer releases.")),
    ErrorCode("list-incomplete", "", 500,
              "Things of a list have no description, so the list is not shown: it would be quietly short.",
              "Tell the operator: the release in service is damaged."),
    ErrorCode("log-damaged", "", 500,
              "The changes of a release cannot be read, so the feeds end there.",
              "Harvest the dumps or the catalogue until this is mended: the data is whole."),
    ErrorCode("release-damaged", "", 503,
              marked("A past release, or a file of a release, is damaged and cannot be had."),
              marked("Ask another release: /releases lists them.")),
    ErrorCode("past-busy", "", 503,
              marked("Other past releases are being asked, and there is no room for this one now."),
              marked("Ask again after the time that Retry-After says.")),
    ErrorCode("past-memory", "", 503,
              marked("The past release needs more memory to be asked than past releases get here."),
              marked("Take its data from its files, which its page lists.")),
    ErrorCode("picture-busy", "", 503,
              "The PNG of a chart cannot be painted now, because others are being painted.",
              "Ask again after the time that Retry-After says, or take the SVG."),
)  # fmt: skip

#: Every kind of error by its code, in the order of the table.
ERRORS = {row.code: row for row in _CODES}
