#!/bin/sh
# Make a virtual environment with PYTHON at VENV. A bare Debian splits the venv module off into a package of its own:
# as root it is installed, otherwise the command to run is named.
set -eu
python=$1 venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "kireji needs Python 3.11 or newer; $python is $("$python" --version 2>&1). Name another: make PYTHON=python3.12" >&2
  exit 2
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "$python has no venv module. On Debian: sudo apt-get install python3-venv" >&2
    exit 2
  fi
fi
"$python" -m venv --clear "$venv"
