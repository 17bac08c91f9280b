"""The release in service, kept releases, and what is cached of their answers."""
