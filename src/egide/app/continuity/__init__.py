"""Continuity of a service, the loss of a qualification, and the test of the acceptable offer."""
