"""Credentials and presentations: opened, verified step by step, issued."""
