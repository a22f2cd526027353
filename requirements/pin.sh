#!/bin/sh
# Chooses every version again, from pyproject.toml, for all platforms and Python 3.11 or later.
# One choice for all: dev.txt first, then its parts from it. No file records where packages came from.
set -eu
cd "$(dirname "$0")/.."
uv=${1:-uv}
pin() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make pins" "$@"
}
pin --upgrade --all-extras --group dev pyproject.toml requirements/build.in --output-file requirements/dev.txt
pin --constraints requirements/dev.txt pyproject.toml --output-file requirements/main.txt
pin --constraints requirements/dev.txt requirements/build.in --output-file requirements/build.txt
pin --constraints requirements/dev.txt --extra server --extra postgresql --extra observe --extra federation --extra planner pyproject.toml --output-file requirements/site.txt
