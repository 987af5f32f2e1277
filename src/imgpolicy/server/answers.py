"""What pages and calls answer alike: the status of a refusal, and a file to keep."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from imgpolicy.errors import DeniedError, ImgPolicyError, RegisterError


def status_of(error: ImgPolicyError, method: str) -> int:
    """The HTTP status of a refusal: it is about who asks, about what the register holds, or about what is asked."""
    if isinstance(error, DeniedError):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, RegisterError):
        return HTTPStatus.NOT_FOUND if method == "GET" else HTTPStatus.CONFLICT
    return HTTPStatus.BAD_REQUEST


def download(name: str, data: bytes) -> Response:
    """The file, to be kept under this name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
