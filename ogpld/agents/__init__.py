"""Let language models ask: a Model Context Protocol server over one release (`ogpld mcp`).

`desk.py` knows the answers and no protocol; `server.py` knows the protocol and no answers.
"""
