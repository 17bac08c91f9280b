"""Answer requests with nothing but what is below the routes; run by `tests/web/test_without_flask.py`.

Reads a list of requests from stdin, writes what they are answered with to stdout, both as JSON.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from ogpld.release import ReleaseStore
from ogpld.settings_reader import load_settings
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.request import ReleaseRequest
from ogpld.web.documents.answer_document import answer_document
from ogpld.web.http.http_messages import Response
from ogpld.web.lists.answer_list import answer_list
from ogpld.web.pages.answer import answer
from ogpld.web.sparql.callers import QueryCallers
from ogpld.web.sparql.endpoint import answer_sparql


def _respond(release: OpenRelease, callers: QueryCallers, sent: dict[str, Any]) -> Response:
    request = ReleaseRequest.plain(
        release, sent["path"], method=sent["method"], headers=sent["headers"], data=sent["body"]
    )
    _, first, *rest = request.path.split("/")
    if first == "sparql":
        return answer(request, answer_sparql, callers)
    if len(rest) == 1:
        name, _, suffix = rest[0].partition(".")
        return answer(request, answer_list, name, suffix)
    return answer(request, answer_document, *rest)


def main() -> None:
    """Answer what is asked about the current release; settings come by environment."""
    settings = load_settings()
    releases = ReleaseStore(settings.home)
    current = releases.current()
    assert current is not None
    release = OpenRelease.open(current, releases, settings)
    callers = QueryCallers(settings)
    answers = []
    for sent in json.load(sys.stdin):
        response = _respond(release, callers, sent)
        if response.file is not None:
            part = response.file
            body = part.path.read_bytes()[part.start : part.end]
        else:
            body = response.get_data()
        answers.append(
            {
                "status": response.status_code,
                "headers": list(response.get_wsgi_headers({"REQUEST_METHOD": sent["method"]})),
                "body": base64.b64encode(body).decode(),
            }
        )
    release.store.close()
    assert "flask" not in sys.modules
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
