#!/bin/sh
# What action.yml runs, a word a step. `place` says where the wheels and the state are kept; `install WHEELS` makes the
# environment from the hashed lock; `review` reviews. The wheels come from the workflow's cache and are checked against the
# lock each time, so what somebody else put into the cache is refused. The working directory may hold a pull request's
# code: nothing is read from it.
set -eu
here=${GITHUB_ACTION_PATH:?} temp=${RUNNER_TEMP:-/tmp}/kireji
venv=${KIREJI_SANDBOX_VENV:-$temp/venv} # the tests have one already
case ${PROVIDER:-} in
bedrock* | vertex) lock=$here/deploy/clouds.txt ;;
*) lock=$here/requirements.lock ;;
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
  [ -z "${KIREJI_SANDBOX_VENV:-}" ] || exit 0
  export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CONFIG=1
  wheels=${2:?}
  if [ "${HIT:-}" != true ]; then
    python3 -m pip download --quiet --require-hashes --only-binary :all: -d "$wheels" -r "$lock" -r "$here/deploy/uv.txt"
  fi
  # pip would take ten seconds over what uv does in one.
  python3 -m pip install --quiet --target "$temp/uv" --no-index --find-links "$wheels" --require-hashes -r "$here/deploy/uv.txt"
  "$temp/uv/bin/uv" venv --quiet --clear --python python3 "$venv"
  "$temp/uv/bin/uv" pip sync --quiet --offline --no-index --find-links "$wheels" --require-hashes --python "$venv/bin/python" "$lock"
  ;;
review)
  PYTHONPATH=$here exec "$venv/bin/python" -P -m app.entry.action
  ;;
esac
