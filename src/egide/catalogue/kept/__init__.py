"""The catalogue in a database: documents as they came, what each states, and what was withdrawn since. Nothing is changed or deleted.

A document states many things of a subject: these stand in one row, so that a hundred thousand offers are some hundred thousand rows.
Importing the package loads no database library.
"""
