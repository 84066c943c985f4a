"""What MONAI Label's client has of a server: ``ADDRESS PASSWORD PHOTO LABEL PARAMS``."""

import base64
import json
import sys
import tempfile
from pathlib import Path

from monailabel.client import MONAILabelClient

address, password, photo, label, params = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    client = MONAILabelClient(address, tmpdir=folder)
    told = {"asks_for_a_token": client.auth_enabled()}
    client.update_auth(client.auth_token("me", password))
    told["valid"] = client.auth_valid_token()
    told["info"] = client.info()
    mask, answer = client.infer("clickmend", "photo", json.loads(params), label or None, photo)
    told["params"], told["mask"] = answer, base64.b64encode(Path(mask).read_bytes()).decode()
json.dump(told, sys.stdout)
