"""Negotiate, agree, transfer: the Dataspace Protocol 2025-1, provider and consumer.

``messages`` are what travels, ``machines`` what may happen next, ``processes`` what is kept and sent again until it arrived, ``protocol``
what is answered to whom. Identity, policies and data planes reach them as callables that `egide.app` passes.
"""
