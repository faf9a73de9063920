"""A gate without network: the list of tickets that a phone carries, and the scans that come up later."""
