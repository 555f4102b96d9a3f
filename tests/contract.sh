#!/bin/sh
# Judge the GitHub traffic of the whole suite by GitHub's own API descriptions. JUDGE is a folder with contract.py, its
# requirements.txt and the descriptions; it is not part of this repository.
#   usage: sh tests/contract.sh VENV_BIN JUDGE
set -eu
bin=$1 judge=$2
[ -f "$judge/contract.py" ] || { echo "no contract.py in $judge: nothing judged" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
KIREJI_SANDBOX_TRAFFIC="$work/traffic" "$bin/python" -m pytest -n auto tests/stories tests/adapters/github
"$bin/python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet -r "$judge/requirements.txt"
cat "$work"/traffic/*.jsonl > "$work/all.jsonl"
"$work/venv/bin/python" "$judge/contract.py" --no-responses "$work/all.jsonl"
# The stand-in's answers, for information: GitHub's description forbids the null conclusion that GitHub itself sends.
"$work/venv/bin/python" "$judge/contract.py" "$work/all.jsonl" | grep -v "body.*conclusion: None is not one of" || true
