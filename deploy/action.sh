#!/bin/sh
# What action.yml runs, a word a step. `place` says where the wheels and the state are kept; `install WHEELS` makes the
# environment from the hashed lock; `review` reviews. The working directory may hold a pull request's code: nothing is read
# from it.
#
# The wheels come from the workflow's cache and are checked against the lock each time: a wheel that somebody swapped is not
# installed. That is all the check can do. actions/cache unpacks an entry wherever its paths say, so whoever can write
# an entry under our key in this scope can put a file anywhere that the runner's user may write, these scripts among them.
# Two things stand against that: nobody can foretell the keys without the secret that is in them (an entry that is there
# cannot be replaced, but its name can be listed), and no workflow that runs a pull request's code should share the scope.
# `cache: off` does without all of it.
set -eu
here=${GITHUB_ACTION_PATH:?} temp=${RUNNER_TEMP:-/tmp}/kireji
venv=$temp/venv
case ${PROVIDER:-} in
bedrock* | vertex) lock=$here/deploy/clouds.txt ;;
*) lock=$here/deploy/action.txt ;;
esac
# Of a job's environment nothing says what Python imports: PYTHONPATH may be the pull request's code.
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE PYTHONPLATLIBDIR PYTHONINSPECT PYTHONBREAKPOINT PYTHONCASEOK
export PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1
mkdir -p "$temp"
cd "$temp"

# What is missing is named in one line, and what to do; then the step ends.
lack() {
  echo "::error title=Kireji::$1"
  exit 2
}

# Python 3.11 or newer, by either of its names, as $python.
find_python() {
  old=
  for python in python3 python; do
    if found=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); then
      "$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' && return
      old=$found
    fi
  done
  remedy="use a runner such as ubuntu-24.04, or actions/setup-python with 3.11 or newer before this step"
  [ -z "$old" ] || lack "Python is too old: $old, and Kireji needs 3.11 or newer: $remedy"
  lack "Python is missing, under the names python3 and python: $remedy"
}

case ${1:?} in
place)
  case ${CACHE:-on} in
  on | true) cache=true ;;
  off | false) cache=false ;;
  *) lack "cache must be on or off" ;;
  esac
  if [ "${RUNNER_OS:-}" = Windows ]; then
    lack "Windows runners are missing what Kireji's Action needs (POSIX file locks and process groups): let this job run on ubuntu-24.04, whatever the code under review is for"
  fi
  find_python
  version=$("$python" -I -c 'import hashlib, ssl, zipfile, platform, sys; print(sys.implementation.cache_tag, platform.machine(), sep="-")') ||
    lack "$python is missing parts of its own library (hashlib, ssl or zipfile): install the whole of Python, or use actions/setup-python before this step"
  if [ "${KIREJI_SEARCH:-}" != off ] && ! command -v git >/dev/null; then
    echo "::warning title=Kireji::git is missing, so that reviews do without searching the repository: install git"
  fi
  sum=$("$python" -I "$here/deploy/wheels.py" sum "$lock" "$here/deploy/uv.txt") || sum=
  [ ${#sum} -eq 16 ] || lack "The sum of Kireji's locks could not be made, so that nothing can be kept in the cache: the lines above say why"
  tag=
  if [ -n "${SECRET:-}" ]; then
    tag=-$(printf %s "$SECRET" | "$python" -I "$here/deploy/wheels.py" tag) || lack "The cache's keys could not be made"
  fi
  {
    echo "cache=$cache"
    echo "wheels=$temp/wheels"
    echo "state=$temp/state.json"
    echo "key=kireji-wheels-${RUNNER_OS:-Linux}-$version-$sum$tag"
    echo "kept=kireji-state$tag"
  } >>"$GITHUB_OUTPUT"
  ;;
install)
  export PIP_DISABLE_PIP_VERSION_CHECK=1 UV_NO_CONFIG=1
  wheels=${2:?}
  find_python
  if [ "${HIT:-}" != true ]; then
    "$python" -c 'import pip' 2>/dev/null ||
      lack "$python has no pip: install it (on Debian: apt-get install python3-pip), or use actions/setup-python before this step"
    "$python" -m pip download --quiet --require-hashes --only-binary :all: -d "$wheels" -r "$lock" -r "$here/deploy/uv.txt" ||
      lack "Kireji's packages could not be downloaded for this runner: the lines above say which; ubuntu-24.04 has them all"
  fi
  # pip would take ten seconds over what uv does in one, and two to install uv: its wheel is checked and unpacked here.
  uv=$("$python" -I "$here/deploy/wheels.py" uv "$wheels" "$here/deploy/uv.txt" "$temp/uv") || {
    echo "::error title=Kireji::The cached wheel of uv is not the one that Kireji's lock names: delete the cache kireji-wheels-* of this repository and run again"
    exit 1
  }
  "$uv" venv --quiet --clear --python "$python" "$venv"
  "$uv" pip sync --quiet --offline --no-index --find-links "$wheels" --require-hashes --python "$venv/bin/python" "$lock"
  ;;
review)
  [ -x "$venv/bin/python" ] || lack "The environment that the step before makes is missing: $venv/bin/python; run the whole action"
  # -I: nothing is imported from elsewhere, in its child processes neither. -B: the next run has another machine, so to
  # write bytecode would only take time.
  exec "$venv/bin/python" -I -B -c 'import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_module("kireji.entry.action", run_name="__main__")' "$here/app"
  ;;
esac
