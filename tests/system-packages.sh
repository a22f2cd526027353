#!/bin/sh
# Installs what tests/system-packages.txt names and this machine lacks, where it may; else fails with that list.
set -eu
list=$(dirname "$0")/system-packages.txt
command -v dpkg >/dev/null || exit 0
missing=
for package in $(sed 's/#.*//' "$list"); do
    if ! command -v "$package" >/dev/null && ! dpkg -s "$package" 2>/dev/null | grep -q "^Status: install ok installed"; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

sudo=
[ "$(id -u)" -eq 0 ] || sudo='sudo -n'
if [ -n "$sudo" ] && ! $sudo true 2>/dev/null; then
    echo "The tests need these packages, and installing them needs root:" >&2
    echo "    sudo apt-get install$missing" >&2
    exit 1
fi
echo "Installing what the tests need:$missing"
$sudo apt-get update -qq
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
