"""Send requests within limits of number, bytes and seconds, under a User-Agent of our own."""

from __future__ import annotations

import ipaddress
import re
import shlex
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Late

from ogpld.doctor.examination_limits import ExaminationLimits
from ogpld.errors import ExaminationLimitError

#: A header with this value is not sent at all; requests and curl would send one of their own.
ABSENT = "\0absent"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: A part that repeats often enough to be written as a repetition.
_RUN = re.compile(r"(.{2,40}?)\1{99,}", re.DOTALL)


@dataclass(frozen=True)
class Response:
    """An answer with the request it answers.

    Attributes:
        method: of the request.
        url: of the request.
        sent: headers of the request that matter.
        data: body of the request.
        status: 0 when there was no answer.
        headers: of the answer, names in lower case.
        body: at most the bytes the limits allow.
        cut: whether more was there.
        error: why there was no answer.
    """

    method: str
    url: str
    sent: Mapping[str, str]
    data: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether it is a complete 200."""
        return self.status == 200 and not self.cut  # noqa: PLR2004

    @property
    def type(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def status_line(self) -> str:
        """Status and media type, or why there is no answer."""
        if self.error:
            return self.error
        cut = ", more than is read" if self.cut else ""
        return f"{self.status} {self.type or 'without a type'}{cut}"

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def curl(self) -> str:
        """Return the request as a line for the shell."""
        words = ["curl", "-sSI" if self.method == "HEAD" else "-sSi"]
        if self.method not in {"GET", "HEAD"} and not (self.method == "POST" and self.data):
            words += ["-X", self.method]
        for name, value in self.sent.items():
            if value == ABSENT:
                words += ["-H", f"{name}:"]
            else:
                words += ["-H", f"{name}: {value}" if value else f"{name};"]
        if self.data:
            words += ["--data-binary", self.data]
        return " ".join(map(_shell_word, [*words, self.url]))


def _shell_word(word: str) -> str:
    """Quote a word for the shell; what repeats itself many times is repeated there."""
    run = _RUN.search(word)
    if run is None:
        return shlex.quote(word)
    unit, times = run[1], len(run[0]) // len(run[1])
    again = f"printf {shlex.quote(unit.replace('%', '%%') + '%.0s')} $(seq {times})"
    before, after = word[: run.start()], word[run.end() :]
    return f'{shlex.quote(before)}"$({again})"{shlex.quote(after)}'


class Client:
    """Send requests within limits; equal requests are sent once."""

    def __init__(
        self,
        limits: ExaminationLimits,
        tick: Callable[[], None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self.sent = 0
        self._tick = tick
        self._sleep = sleep
        self._clock = clock
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers["User-Agent"] = limits.agent
        self._session.headers["Accept-Encoding"] = "identity"
        self._session.headers["Accept"] = "*/*"
        self._cache: dict[tuple[object, ...], Response] = {}
        self._private: dict[str, bool] = {}

    def get(
        self, url: str, accept: str = "*/*", *, fresh: bool = False, **headers: str
    ) -> Response:
        """Ask for an address without following redirects; `fresh` asks again what is known.

        Further headers are named with underscores: `if_none_match`.
        """
        named = {"Accept": accept} | {
            name.replace("_", "-").title(): value for name, value in headers.items()
        }
        return self.ask("GET", url, named, fresh=fresh)

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        data: str = "",
        *,
        fresh: bool = False,
    ) -> Response:
        """Send a request of any method.

        Raises:
            ExaminationLimitError: when the number of requests is spent.
        """
        sent = dict(headers or {"Accept": "*/*"})
        key = (method, url, tuple(sorted(sent.items())), data)
        if not fresh and key in self._cache:
            return self._cache[key]
        reply = self._send(method, url, sent, data)
        if reply.status == 429 and reply.headers.get("retry-after", "").isdecimal():  # noqa: PLR2004
            self._sleep(min(float(reply.headers["retry-after"]), self.limits.seconds))
            reply = self._send(method, url, sent, data)
        self._cache[key] = reply
        return reply

    def follow(self, url: str, accept: str = "*/*", hops: int = 5) -> Response:
        """Ask for an address and follow redirects."""
        reply = self.get(url, accept)
        while reply.status in _REDIRECTS and hops:
            target = urljoin(reply.url, reply.headers.get("location", ""))
            reply, hops = self.get(target, accept), hops - 1
        return reply

    def head(self, url: str, hops: int = 5) -> Response:
        """Send HEAD and follow redirects."""
        reply = self.ask("HEAD", url)
        while reply.status in _REDIRECTS and hops:
            target = urljoin(reply.url, reply.headers.get("location", ""))
            reply, hops = self.ask("HEAD", target), hops - 1
        return reply

    def _send(self, method: str, url: str, headers: Mapping[str, str], data: str) -> Response:
        if self.sent >= self.limits.requests:
            raise ExaminationLimitError(
                f"the examination has sent {self.sent} requests, which is its limit",
                hint="allow more with --max-requests",
            )
        self.sent += 1
        self._tick()
        lower = {name: None if value == ABSENT else value for name, value in headers.items()}
        try:
            with self._session.request(
                method,
                url,
                headers=lower,
                data=data.encode() or None,
                timeout=self.limits.seconds,
                allow_redirects=False,
                stream=True,
            ) as answer:
                body, cut = self._read(answer)
                received = {name.lower(): value for name, value in answer.headers.items()}
                status = answer.status_code
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            reason = (
                "no answer in time" if isinstance(error, requests.Timeout | Late) else "no answer"
            )
            return Response(method, url, headers, data, error=f"{reason} ({type(error).__name__})")
        return Response(method, url, headers, data, status, received, body, cut)

    def _read(self, answer: requests.Response) -> tuple[bytes, bool]:
        """Read what the limits allow, as it arrives: the clock counts for the whole body."""
        parts, size, ends = [], 0, self._clock() + self.limits.seconds
        while part := answer.raw.read1(65_536, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self.limits.bytes or self._clock() > ends:
                return b"".join(parts)[: self.limits.bytes], True
        return b"".join(parts), False

    def private(self, url: str) -> bool:
        """Say whether an address leads to this machine or a private network."""
        host = urlsplit(url).hostname or ""
        if host not in self._private:
            try:
                addresses = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
            except OSError:
                addresses = set()
            self._private[host] = any(not ipaddress.ip_address(a).is_global for a in addresses)
        return self._private[host]
