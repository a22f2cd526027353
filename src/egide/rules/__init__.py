"""Puts a dated rulebook to facts: three answers, reasons, the one question that decides, the smallest repair."""
