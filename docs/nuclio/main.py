"""clickmend as a function of Nuclio, for those who run CVAT with it; see docs/interop.md."""

import json
from typing import Any

from pydantic import ValidationError

from clickmend.core.errors import ClickmendError
from clickmend.core.settings import settings
from clickmend.projects.opening import start_session
from clickmend.projects.photos import Photos
from clickmend.projects.store import Store
from clickmend.server.interop.cvat import Invocation, interaction
from clickmend.server.interop.mender import Mender
from clickmend.server.interop.pictures import decoded
from clickmend.server.interop.priors import Priors


def init_context(context: Any) -> None:
    """Once in each worker; the weights are read with the first click."""
    store = Store(settings().home.expanduser())
    photos = Photos(store)
    context.user_data.mender = Mender(start_session, read=photos.read, priors=Priors(store, photos))


def handler(context: Any, event: Any) -> Any:
    """One request of CVAT."""
    mender = context.user_data.mender
    body = event.body if isinstance(event.body, dict) else json.loads(event.body)
    try:
        asked = Invocation.model_validate(body)
        mended = mender.mend(decoded(asked.image), asked.marks(), any_order=True)
        answer, status = interaction(mended, asked.threshold), 200
    except (ClickmendError, ValidationError) as error:
        answer, status = {"error": str(error)}, 400
    return context.Response(
        body=json.dumps(answer), headers={}, content_type="application/json", status_code=status
    )
