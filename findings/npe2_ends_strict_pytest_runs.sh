#!/usr/bin/env bash
# pytest where warnings are errors, in an environment into which napari's manifest checker came.
#
# Guessed: a checker of YAML files changes nothing for tests that never import it.
# True:    npe2 brings a plugin that pytest loads by itself; its import declares a model in a way
# that pydantic deprecates, so the run ends before a single test. Without the plugin all is well.
# Matters: a test suite with `filterwarnings = error` cannot have npe2 beside it, or has to name
# `-p no:npe2`. clickmend has that filter, and therefore no npe2 among its test requirements.
# Versions: npe2 0.10.0 pydantic 2.14.3 pytest 9.2.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check npe2==0.10.0 pydantic==2.14.3 pytest==9.2.0
cd "$place"
echo "def test_nothing(): pass" > test_nothing.py
if "$place/venv/bin/python" -W error -m pytest -q test_nothing.py > strict.log 2>&1; then
  echo "it passes now"
  exit 1
fi
grep -q "PydanticDeprecatedSince20" strict.log
"$place/venv/bin/python" -W error -m pytest -q -p no:npe2 test_nothing.py > plain.log 2>&1
grep -q "1 passed" plain.log
echo "still so"
