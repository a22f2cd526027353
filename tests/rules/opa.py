"""Puts cases to a Rego module, run by itself: the interpreter is native, may crash and never gives memory back.

Reads JSON objects ``{"module", "query", "cases"}`` from standard input, one a line, and writes one JSON answer a line.
"""

from __future__ import annotations

import json
import sys

from regopy import Interpreter  # type: ignore[import-untyped]


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        interpreter = Interpreter()
        interpreter.add_module("module", asked["module"])
        interpreter.set_input_term("{}")
        bundle = interpreter.build(asked["query"])
        for case in asked["cases"]:
            interpreter.set_input_term(json.dumps(case))
            sys.stdout.write(f"{interpreter.query_bundle(bundle)}\n")


if __name__ == "__main__":
    main()
