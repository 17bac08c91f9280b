"""What language models ask of a release: tools, answers with receipts, the transport over HTTP."""
