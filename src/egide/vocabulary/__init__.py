"""The nouns every room shares: claims, facts, services, offers, findings, decisions.

Nothing here decides anything; a value that two rooms exchange is defined here and nowhere else.
"""
