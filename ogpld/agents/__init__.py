"""Let language models ask: a Model Context Protocol server over one release (`ogpld mcp`).

`agent_tools.py` knows the answers and no protocol; `server.py` knows the protocol and no answers.
"""
