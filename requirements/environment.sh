#!/bin/sh
# Makes a virtual environment with pip in it, from any Python that is recent enough, without root where it can be.
set -eu
env=$1
python=
for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or later is needed and was not found. Name one with PYTHON=… make …" >&2
    exit 1
fi

has() { "$python" -c "import $1" 2>/dev/null; }

if ! has ensurepip && ! has pip && command -v apt-get >/dev/null; then
    sudo=
    [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
    if [ -z "$sudo" ] || $sudo true 2>/dev/null; then
        $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends python3-venv >/dev/null || true
    fi
fi
if has ensurepip && has venv; then
    "$python" -m venv "$env"
elif has pip && has venv; then
    "$python" -m venv --without-pip "$env"
    "$python" -m pip --quiet --python "$env/bin/python" install pip
else
    echo "$($python --version) comes without venv and pip. Install them and run make again:" >&2
    echo "    Debian, Ubuntu: sudo apt install python3-venv        Fedora: sudo dnf install python3-pip" >&2
    exit 1
fi
