#!/usr/bin/env bash
# Ids and areas taken from NumPy arrays (int64, int32, bytes) put into whole-number columns of SQLite, by Python's
# sqlite3 and by SQLAlchemy.
#
# Guessed: whole numbers, as Python's own and as NumPy's doubles come in; or an error that the type is not supported.
# True:    each becomes a blob of the number's bytes: id 7 is 07 00 00 00 00 00 00 00. Asked for the row with id 7, none
# is found; asked for ids above a million, it is, for SQLite holds each blob greater than each number. The sum of the
# areas is 0. Asked with a NumPy number again, the row is found, so a round trip in one script works. float32 goes in as
# a blob by sqlite3, and as a number by SQLAlchemy into a Float column.
# Matters: what one tool wrote another does not find, joins are empty, and areas add up to 0; nothing is raised. Call
# int() or .tolist() before.
# Versions: numpy 2.4.6 sqlalchemy 2.1.9
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 sqlalchemy==2.1.9
"$place/venv/bin/python" - <<'PYTHON'
import sqlite3

import numpy as np
from sqlalchemy import Column, Float, Integer, MetaData, Table, create_engine, func, insert, select

table = sqlite3.connect(":memory:")
table.execute("CREATE TABLE objects (id INTEGER, area INTEGER, score REAL)")
table.execute("INSERT INTO objects VALUES (?, ?, ?)", (np.int64(7), np.uint8(200), np.float64(0.5)))
table.execute("INSERT INTO objects VALUES (?, ?, ?)", (np.int32(8), np.uint16(300), np.float32(0.5)))
for question, answer in (
    ("SELECT typeof(id), typeof(area), typeof(score) FROM objects", [("blob", "blob", "real"), ("blob",) * 3]),
    ("SELECT hex(id) FROM objects", [("0700000000000000",), ("08000000",)]),
    ("SELECT count(*) FROM objects WHERE id = 7", [(0,)]),
    ("SELECT count(*) FROM objects WHERE id > 1000000", [(2,)]),
    ("SELECT sum(area) FROM objects", [(0.0,)]),
):
    found = table.execute(question).fetchall()
    print(question, found)
    assert found == answer
assert table.execute("SELECT count(*) FROM objects WHERE id = ?", (np.int64(7),)).fetchone() == (1,)

objects = Table("objects", MetaData(), Column("id", Integer), Column("area", Integer), Column("score", Float))
engine = create_engine("sqlite://")
objects.metadata.create_all(engine)
with engine.begin() as connection:
    rows = [{"id": np.int64(7), "area": np.int64(200), "score": np.float32(0.5)}]
    connection.execute(insert(objects), rows)
    found = connection.execute(select(objects).where(objects.c.id == 7)).all()
    total, score = connection.execute(select(func.sum(objects.c.area), func.sum(objects.c.score))).one()
    again = connection.execute(select(objects).where(objects.c.id == np.int64(7))).all()
print("by SQLAlchemy:", found, total, score, "asked with a NumPy number:", len(again))
assert found == [] and total == 0 and score == 0.5 and len(again) == 1
print("still so")
PYTHON
