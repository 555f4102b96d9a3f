#!/bin/sh
# What action.yml runs, a word a step. `place` says where the wheels and the state are kept; `install WHEELS` makes the
# environment from the hashed lock; `review` reviews. The wheels come from the workflow's cache and are checked against the
# lock each time, so what somebody else put into the cache is refused. The working directory may hold a pull request's
# code: nothing is read from it.
set -eu
here=${GITHUB_ACTION_PATH:?} temp=${RUNNER_TEMP:-/tmp}/kireji
venv=$temp/venv
case ${PROVIDER:-} in
bedrock* | vertex) lock=$here/deploy/clouds.txt ;;
*) lock=$here/deploy/action.txt ;;
esac
mkdir -p "$temp"
cd "$temp"
case ${1:?} in
place)
  version=$(python3 -c 'import platform, sys; sys.version_info < (3, 11) and sys.exit(1); print(sys.implementation.cache_tag, platform.machine(), sep="-")') || {
    echo "::error title=Kireji::python3 is missing or older than 3.11: use a runner such as ubuntu-24.04, or actions/setup-python before this step"
    exit 2
  }
  sum=$(cat "$lock" "$here/deploy/uv.txt" | sha256sum | cut -c1-16)
  {
    echo "wheels=$temp/wheels"
    echo "state=$temp/state.json"
    echo "key=kireji-wheels-${RUNNER_OS:-Linux}-$version-$sum"
  } >>"$GITHUB_OUTPUT"
  ;;
install)
  export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CONFIG=1
  wheels=${2:?}
  if [ "${HIT:-}" != true ]; then
    python3 -m pip download --quiet --require-hashes --only-binary :all: -d "$wheels" -r "$lock" -r "$here/deploy/uv.txt"
  fi
  # pip would take ten seconds over what uv does in one, and two to install uv: its wheel is checked and unpacked here.
  set -- "$wheels"/uv-[0-9]*.whl
  sum=$(sha256sum "$1" | cut -d' ' -f1)
  if [ $# -ne 1 ] || [ ${#sum} -ne 64 ] || ! grep -q -- "--hash=sha256:$sum\b" "$here/deploy/uv.txt"; then
    echo "::error title=Kireji::The cached wheel of uv is not the one that Kireji's lock names: delete the cache kireji-wheels-* of this repository and run again"
    exit 1
  fi
  rm -rf "$temp/uv"
  python3 -m zipfile -e "$1" "$temp/uv"
  uv=$(echo "$temp"/uv/uv-*.data/scripts/uv)
  chmod +x "$uv"
  "$uv" venv --quiet --clear --python python3 "$venv"
  "$uv" pip sync --quiet --offline --no-index --find-links "$wheels" --require-hashes --python "$venv/bin/python" "$lock"
  ;;
review)
  # -B: the next run has another machine, so to write bytecode would only take time.
  PYTHONPATH=$here exec "$venv/bin/python" -B -P -m app.entry.action
  ;;
esac
