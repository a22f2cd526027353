"""Égide tells, with the law in hand and the proof attached, where a digital service may run, until when, and how to leave."""

__version__ = "0.1.0"
