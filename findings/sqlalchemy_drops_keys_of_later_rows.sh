#!/usr/bin/env bash
# Rows of labels put into a table at once by SQLAlchemy (insert with a list of dictionaries), where the first row has no
# score and a later one has; and the same by insert().values(list).
#
# Guessed: both scores are stored, and what a row leaves out is NULL; or an error that the keys differ, as there is
# where a later row lacks a key of the first.
# True:    the first row's keys decide: a key that only later rows have is left out of the statement, and its numbers
# are gone in every row. Nothing is raised or warned of. With the row that has all keys first, the same list is refused.
# A key that is no column at all passes likewise, where values() refuses it.
# Matters: results of several networks, or old and new records, have different keys, and which numbers arrive hangs on
# the order of the list. Give each row all keys, with None for what it lacks.
# Versions: sqlalchemy 2.1.9
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check sqlalchemy==2.1.9
"$place/venv/bin/python" - <<'PYTHON'
from sqlalchemy import Column, Float, Integer, MetaData, Table, create_engine, delete, exc, insert, select

labels = Table("labels", MetaData(), Column("id", Integer), Column("score", Float))
engine = create_engine("sqlite://")
labels.metadata.create_all(engine)


def stored(rows, *, values=False):
    with engine.begin() as connection:
        connection.execute(delete(labels))
        if values:
            connection.execute(insert(labels).values(rows))
        else:
            connection.execute(insert(labels), rows)
        return [tuple(row) for row in connection.execute(select(labels).order_by(labels.c.id))]


rows = [{"id": 1}, {"id": 2, "score": 0.5}]
for values in (False, True):
    print("the poorer row first:", stored(rows, values=values))
    assert stored(rows, values=values) == [(1, None), (2, None)]
named = [{"id": 1, "name": "cat"}]
for refused, values in ((rows[::-1], False), (named, True)):
    try:
        stored(refused, values=values)
    except (exc.StatementError, exc.CompileError) as error:
        print("refused:", refused, type(error).__name__)
    else:
        raise AssertionError(refused)
print("a key that is no column:", stored(named))
assert stored(named) == [(1, None)]
assert stored([{"id": 1, "score": None}, rows[1]]) == [(1, None), (2, 0.5)]
print("still so")
PYTHON
