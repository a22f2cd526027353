"""What is kept of negotiations and transfers, and sent until it arrived.

Each step is one transaction: the process with its version, the event that tells it, the key of the message that caused it, the message
that it causes. The state is written before anything is sent. Several steps that come together share one commit (`writer`); each is
whole or absent.
"""
