"""The Model Context Protocol over standard input and output: one message a line (2026-07-28, "stdio").

Standard output belongs to the protocol. Requests are answered in turn; each has its deadline.
"""

from __future__ import annotations

from typing import BinaryIO

from ogpld.agents.agent_messages import reply_to
from ogpld.agents.tool import Toolbox


def serve_lines(toolbox: Toolbox, lines: BinaryIO, replies: BinaryIO) -> None:
    """Answer until the input ends, or nobody reads the replies any more."""
    for line in lines:
        if not line.strip():
            continue
        reply = reply_to(line, toolbox)
        if reply.message is None:
            continue
        try:
            replies.write(reply.body + b"\n")
            replies.flush()
        except BrokenPipeError:
            return
