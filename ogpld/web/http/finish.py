"""What is done to every answer before it is sent: preconditions, CORS, a policy for pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from ogpld.web.http.http_messages import Request, Response
from ogpld.web.http.preconditions import REPEATED, outcome
from ogpld.web.http.problems import failed_precondition
from ogpld.web.http.responses import CSP, EXPOSED

#: Characters that HTML cannot have (HTML Living Standard 13.2.3.5): a page shows U+FFFD for them.
_NO_HTML = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def judge_preconditions(request: Request, response: Response) -> Response:
    """Return the answer, or 304 where the preconditions of the request say so (RFC 9110 section 13).

    Raises:
        Problem: 412 where one of them fails.
    """
    if response.status_code not in range(200, 300) or response.file is not None:
        return response
    result = outcome(request.environ, list(response.headers))
    if result == HTTPStatus.PRECONDITION_FAILED:
        raise failed_precondition()
    if result == HTTPStatus.NOT_MODIFIED:
        headers = [(n, v) for n, v in response.headers if n.lower() in REPEATED]
        response.close()
        return Response(status=304, headers=headers)
    return response


def add_common_headers(response: Response, rate_limits: Mapping[str, str]) -> Response:
    """Add what every answer has: CORS, no sniffing, and a policy for pages."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.setdefault("Access-Control-Expose-Headers", EXPOSED)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.update(rate_limits)
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers["Referrer-Policy"] = "no-referrer"
        if not response.direct_passthrough and _NO_HTML.search(body := response.get_data()):
            response.set_data(_NO_HTML.sub("\ufffd".encode(), body))
    response.headers.setdefault("Cache-Control", "no-store")
    return response
