"""The document about a thing, in every form, with its versions and signposts."""
