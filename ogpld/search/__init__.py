"""Things of a release by what they are called: an index, and who asks it."""
