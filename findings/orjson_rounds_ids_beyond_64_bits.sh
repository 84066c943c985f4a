#!/usr/bin/env bash
# Ids of 128 bits (a UUID as a whole number) in JSON, read by orjson, msgspec, pydantic and Python's json, and written
# by orjson.
#
# Guessed: the number as it is, as Python's whole numbers have no end; or an error, as orjson raises when it is to write
# one.
# True:    orjson reads every number beyond 64 bits as a float: 2^64 + 1 is 18446744073709551616.0, and two ids that
# differ in their last digits are equal. The others are exact. Whole numbers below -2^63 become floats too.
# Matters: objects from two pictures get one id, a lookup by id finds nothing, and written again the file holds 1.8e19
# for a number of twenty digits. Keep such ids as strings.
# Versions: msgspec 0.23.0 orjson 3.13.0 pydantic-core 2.50.5
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check msgspec==0.23.0 orjson==3.13.0 \
  pydantic-core==2.50.5
"$place/venv/bin/python" - <<'PYTHON'
import json

import msgspec
import orjson
import pydantic_core

for first, second in ((2**64, 2**64 + 1), (2**127 + 1, 2**127 + 99), (-(2**63) - 1, -(2**63) - 2)):
    text = str([first, second]).encode()
    found = orjson.loads(text)
    print(text.decode(), "by orjson", found)
    assert found[0] == found[1] and isinstance(found[0], float)
    for read in (json.loads, msgspec.json.decode, pydantic_core.from_json):
        assert read(text) == [first, second]
assert orjson.loads(str(2**64 - 1)) == 2**64 - 1 and orjson.loads(str(-(2**63))) == -(2**63)
assert orjson.dumps(orjson.loads(str(2**64 + 1))) == b"1.8446744073709552e+19"
try:
    orjson.dumps(2**64)
except TypeError as error:
    print("to write it:", error)
else:
    raise AssertionError("written")
print("still so")
PYTHON
