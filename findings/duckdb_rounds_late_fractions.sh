#!/usr/bin/env bash
# 30000 annotations whose boxes and areas are whole numbers, and one more with fractions (a box that begins at 1.5), read
# from JSON by DuckDB and Polars, and put into a Polars table from Python.
#
# Guessed: a column of floats; or an error that the last row does not fit, as DuckDB raises where a list becomes an
# object late, and as Polars raises for the same rows as lines of JSON.
# True:    the kind of a column is that of the first rows, and later numbers are made to fit. DuckDB rounds, from JSON,
# lines of JSON and CSV: 1.5 becomes 2, 12.7 becomes 13. Polars cuts, from JSON and from Python: 1 and 12. It raises
# for lines of JSON and for CSV.
# Matters: sets are often joined from boxes drawn on pixels and boxes of a detector. All boxes of the second part move by
# up to a pixel, and two tools give two tables. Give the columns' kinds, or sample_size=-1 in DuckDB and
# infer_schema_length=None in Polars.
# Versions: duckdb 2.0.1 polars 2.1.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1 polars==2.1.0
"$place/venv/bin/python" - <<'PYTHON'
import json
import os
import tempfile

import duckdb
import polars

whole = [{"id": n, "bbox": [1, 2, 3, 4], "area": 12} for n in range(30_000)]
late = {"id": 30_000, "bbox": [1.5, 2.5, 3.5, 4.25], "area": 12.7}
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
with open("set.json", "w") as file:
    json.dump([*whole, late], file)
with open("set.ndjson", "w") as file:
    file.writelines(json.dumps(one) + "\n" for one in [*whole, late])
with open("set.csv", "w") as file:
    file.write("id,area\n")
    file.writelines(f"{one['id']},{one['area']}\n" for one in [*whole, late])


def by_duckdb(name, columns="bbox, area", options=""):
    reader = "read_csv" if name.endswith("csv") else "read_json"
    return duckdb.sql(f"select {columns} from {reader}('{name}'{options}) where id = 30000").fetchall()[0]


for name in ("set.json", "set.ndjson"):
    print("DuckDB", name, by_duckdb(name))
    assert by_duckdb(name) == ([2, 2, 4, 4], 13)
    assert by_duckdb(name, options=", sample_size=-1") == (late["bbox"], late["area"])
assert by_duckdb("set.csv", "area") == (13,)

cut = {**late, "bbox": [1, 2, 3, 4], "area": 12}
assert polars.read_json("set.json").row(-1, named=True) == cut
assert polars.DataFrame([*whole, late]).row(-1, named=True) == cut
print("Polars", polars.read_json("set.json").row(-1, named=True))
assert polars.read_json("set.json", infer_schema_length=None).row(-1, named=True) == late
for read, name in ((polars.read_ndjson, "set.ndjson"), (polars.read_csv, "set.csv")):
    try:
        print("it is read now", read(name).row(-1))
        raise SystemExit(1)
    except polars.exceptions.ComputeError:
        pass
folder.cleanup()
print("still so")
PYTHON
