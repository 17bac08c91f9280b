"""What describes a release to whoever looks for data: DCAT, VoID, feeds, citations."""
