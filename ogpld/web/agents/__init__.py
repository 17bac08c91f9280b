"""What language models can ask of a release: tools, their answers with receipts, and the transport over HTTP."""
