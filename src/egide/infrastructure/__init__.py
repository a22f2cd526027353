"""Reads infrastructure code, and finds out where each resource stands: which offer, region and country, and who can reach it.

Readers take bytes. A piece that can't be used is a problem with its place, and the rest goes on.
"""

from egide.infrastructure.resources import SENSITIVE, UNKNOWN, FileRead, Read, Remark, Resource, Standing, Where, Withheld

__all__ = ["SENSITIVE", "UNKNOWN", "FileRead", "Read", "Remark", "Resource", "Standing", "Where", "Withheld"]
