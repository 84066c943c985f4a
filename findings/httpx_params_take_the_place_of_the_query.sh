#!/usr/bin/env bash
# A mask asked for by HTTPX at an address that has a query (?session=5), with one more parameter given beside it; and of
# a parameter given twice the one that a server by Starlette and HTTPX itself take for it.
#
# Guessed: the parameter is added to the query, as Requests does it; a name asked for in a query of two gives the same
# one on both sides, for Starlette's own test client is HTTPX.
# True:    HTTPX drops the address's query: ?frame=2 is all that is sent; with an empty dictionary nothing is left, and
# the client's own parameters do so too. Of a=1&a=2 HTTPX takes the first, Starlette the last; of a header sent twice
# HTTPX gives both, joined by a comma, and Starlette the first.
# Matters: an address with a token, a session or a version in it is asked for another thing than the one it names, and
# the answer, of a default session say, looks right. Put all into params, or use httpx.URL(…).copy_merge_params.
# Versions: httpx 0.28.1 requests 2.34.2 starlette 1.10.0
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check httpx==0.28.1 requests==2.34.2 \
  starlette==1.10.0
"$place/venv/bin/python" - <<'PYTHON'
import httpx
import requests
from starlette.datastructures import Headers, QueryParams

ADDRESS = "http://localhost/mask?session=5"
echo = httpx.MockTransport(lambda request: httpx.Response(200, text=request.url.query.decode()))


def sent(params=None):
    with httpx.Client(transport=echo) as client:
        return client.get(ADDRESS, params=params).text


by_requests = requests.Request("GET", ADDRESS, params={"frame": 2}).prepare().url
print("HTTPX", sent({"frame": 2}), "Requests", by_requests)
assert by_requests.endswith("?session=5&frame=2")
assert sent() == "session=5"
assert sent({"frame": 2}) == "frame=2"
assert sent({}) == ""
with httpx.Client(transport=echo, params={"user": 1}) as client:
    print("with parameters of the client:", client.get(ADDRESS).text)
    assert client.get(ADDRESS).text == "user=1"
assert str(httpx.URL(ADDRESS).copy_merge_params({"frame": 2})).endswith("?session=5&frame=2")

twice = "id=1&id=2"
print("of", twice, "HTTPX takes", httpx.QueryParams(twice)["id"], "and Starlette", QueryParams(twice)["id"])
assert httpx.QueryParams(twice)["id"] == dict(httpx.QueryParams(twice))["id"] == "1"
assert QueryParams(twice)["id"] == dict(QueryParams(twice))["id"] == "2"
pairs = [(b"x-mask", b"1"), (b"x-mask", b"2")]
print("of a header twice HTTPX takes", httpx.Headers(pairs)["x-mask"], "and Starlette", Headers(raw=pairs)["x-mask"])
assert httpx.Headers(pairs)["x-mask"] == "1, 2" and Headers(raw=pairs)["x-mask"] == "1"
print("still so")
PYTHON
