"""Identifiers of issuers, and the documents that they lead to."""
