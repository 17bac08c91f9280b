"""A request with the release that answers it, and the state that server, adapter and views share."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from ogpld.formats.negotiation import Offer
from ogpld.stores import CancelToken
from ogpld.web.current.open_release import OpenRelease
from ogpld.web.current.past_releases import PastReleases
from ogpld.web.http.http_messages import FileRange, Request
from ogpld.web.http.responses import HTML, IMMUTABLE, LIVE
from ogpld.wording import Wording

#: Where the state of a request stands in its WSGI environment.
STATE = "ogpld.state"


@dataclass(slots=True)
class RequestState:
    """What is noted of a request between the server and the views.

    Attributes:
        release: the release in service, leased by `ResponseCache` while the request is answered.
        past: the kept releases that are not in service.
        cancel: ends the request's query when the client leaves.
        cacheable: whether the answer may be repeated to others; a view says so.
        file: what is to be sent of a file in the place of a body.
        client: who asks, as the budget names it, "" as long as nobody wanted to know.
        rate_limits: RateLimit headers of a client that was charged.
        failed_services: endpoints that SERVICE SILENT passed over.
        charged_seconds: time of this request that the client's queries and checks were charged with.
        query_digest: stands for what the caller's query says, for logs; "" where there is none.
        query_text: the query.
    """

    release: OpenRelease = field(init=False)
    past: PastReleases = field(init=False)
    cancel: CancelToken = field(default_factory=CancelToken)
    cacheable: bool = False
    file: FileRange | None = None
    client: str = ""
    rate_limits: dict[str, str] = field(default_factory=dict)
    failed_services: tuple[str, ...] = ()
    charged_seconds: float = 0.0
    query_digest: str = ""
    query_text: str = ""

    def add_rate_limits(self, headers: Mapping[str, str]) -> None:
        """Add RateLimit headers to those of other buckets; a bucket's newer state replaces its older."""
        if not self.rate_limits:
            self.rate_limits = dict(headers)
            return
        for name, value in headers.items():
            items = [*self.rate_limits.get(name, "").split(", "), *value.split(", ")]
            by_bucket = {item.partition(";")[0]: item for item in items if item}
            self.rate_limits[name] = ", ".join(by_bucket.values())


def state_of(environ: dict[str, Any]) -> RequestState:
    """Return the state of a request, which its environment keeps from the first look on."""
    state: RequestState | None = environ.get(STATE)
    if state is None:
        state = environ[STATE] = RequestState()
    return state


class ReleaseRequest(Request):
    """A request, and the release it is answered from.

    Attributes:
        state: shared by everybody who answers the request.
        release: the release in service, or a kept one where the address names it.
    """

    def __init__(self, environ: dict[str, Any], **options: bool) -> None:
        super().__init__(environ, **options)
        self.state = state_of(environ)
        self.release = self.state.release

    @classmethod
    def plain(cls, release: OpenRelease, path: str, **values: Any) -> ReleaseRequest:
        """Return a request that came through no server; `values` as Werkzeug's EnvironBuilder has them."""
        environ = Request.from_values(path, **values).environ
        state_of(environ).release = release
        return cls(environ)

    def of(self, release: OpenRelease) -> ReleaseRequest:
        """Return the same request to another release; the state stays one."""
        other = copy(self)
        other.release = release
        return other

    def wording_in(self, language: str) -> Wording:
        """Return how a language of pages says things, with what it calls members of the release."""
        return self.release.wording_in(language)

    @property
    def context_address(self) -> str:
        """The address of the JSON-LD context of the release."""
        return self.release.context.address("/context.jsonld")


def caching_of(request: ReleaseRequest, offer: Offer) -> str:
    """Return how long a form may be kept; pages change with our frame, what is past does not."""
    return IMMUTABLE if request.release.path_prefix and offer is not HTML else LIVE
