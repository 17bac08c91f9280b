"""The Model Context Protocol without what it is spoken about: messages, tools with arguments, standard input.

`agent_messages.py` knows the messages and no tool, `tool.py` what a tool is, `stdio.py` one of the two
transports. The tools themselves, and the transport over HTTP, are in `ogpld/web/agents/`.
"""
