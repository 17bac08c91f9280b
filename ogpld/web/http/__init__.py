"""What every answer has: media types, negotiation, caching, problems, redirects, files."""
