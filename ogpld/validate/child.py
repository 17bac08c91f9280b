"""The process in which foreign shapes run: no network, no files, bounded memory, killed when late.

    python -m ogpld.validate.child CHANNEL_FD

It is sent the documents one by one, and last what to answer with (`sandbox.py`). Shapes come from
anybody, so nothing of them runs anywhere else: their patterns and queries may take for ever, and
what pySHACL has to judge is Python's own regular expressions and rdflib's SPARQL.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from ogpld.errors import OgpldError
from ogpld.rdf import PREFIXES, Quad, serialise
from ogpld.report import Report
from ogpld.shacl import judge
from ogpld.shacl.validation_results import report_graph
from ogpld.shacl.validator import ValidationReport, validate
from ogpld.validate.documents import read_document
from ogpld.workers import confinement as confine
from ogpld.workers import messages as wire

#: The descriptor of the channel once everything else is closed.
_CHANNEL = 3
#: Statements read from a file; what really bounds them is the memory the process may take.
_STATEMENTS = 100_000_000

Message = tuple[dict[str, Any], bytes]


def main() -> None:
    """Answer one request of the parent process, and end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    first = socket.socket(fileno=int(sys.argv[1]))
    documents: list[Message] = []
    while (message := wire.receive(first)) is not None and message[0]["role"] != "run":
        documents.append(message)
    if message is None:
        return
    head = message[0]
    judge.warm_up()
    confine.forbid_core_files()
    confine.drop_network()
    confine.limit_memory(head["memory"])
    confine.forbid_new_files(first.detach())
    channel = socket.socket(fileno=_CHANNEL)
    wire.send(channel, *_answer(head["format"], documents, channel))
    os._exit(0)  # nothing may be imported or written on the way out


def _answer(form: str, documents: list[Message], channel: socket.socket) -> Message:
    """Return the answer, whatever happens."""

    def progress(done: int, of: int) -> None:
        wire.send(channel, {"done": done, "of": of})

    try:
        return _validation_answer(form, documents, progress)
    except MemoryError:
        return {"stopped": "memory"}, b""
    except OgpldError as error:
        return {"error": error.to_dict()}, b""
    except Exception as error:  # noqa: BLE001  (a validator that fails is an answer too)
        message = f"{type(error).__name__}: {error}"
        failure = OgpldError(message, hint="nothing was validated", code="validator-failed")
        return {"error": failure.to_dict()}, b""


def _validation_answer(
    form: str, documents: list[Message], progress: Callable[[int, int], None]
) -> Message:
    graphs: dict[str, list[Quad]] = {"data": [], "shapes": []}
    for head, body in documents:
        graphs[head["role"]] += read_document(
            body,
            head["type"],
            name=head["name"],
            base=head["base"],
            context=None,
            statements=_STATEMENTS,
        )
    outcome = validate(graphs["data"], graphs["shapes"], progress=progress)
    report = Report.of(result.finding() for result in outcome.results)
    answer = {
        "conforms": report.conforms,
        "compiled": outcome.compiled,
        "delegated": [[str(d.node), d.reason] for d in outcome.delegated],
    }
    return answer, _body(form, outcome, report)


def _body(form: str, outcome: ValidationReport, report: Report) -> bytes:
    if form == "turtle":
        prefixes = {name: PREFIXES[name] for name in ("sh", "xsd")}
        return serialise([q.triple for q in report_graph(outcome.results)], "ttl", prefixes)
    if form == "json":
        return (report.as_json() + "\n").encode()
    verdict = "conforms" if report.conforms else f"does not conform: {report.summary()}"
    return f"{report.as_text()}\n{verdict}\n".lstrip("\n").encode()


if __name__ == "__main__":
    main()
