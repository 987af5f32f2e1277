"""What pages and calls answer alike: the status of a refusal, where a form leads back to, and a file to keep."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import Response

from imgpolicy.errors import BadRequestError, DeniedError, ImgPolicyError, RegisterError


def status_of(error: ImgPolicyError, method: str) -> int:
    """The HTTP status of a refusal: about its form, who asks, what the register holds, or what is asked."""
    if isinstance(error, BadRequestError):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, DeniedError):
        return HTTPStatus.FORBIDDEN
    if isinstance(error, RegisterError):
        return HTTPStatus.NOT_FOUND if method == "GET" else HTTPStatus.CONFLICT
    # Who only asks for what is there can mend nothing in how they ask.
    return HTTPStatus.CONFLICT if method == "GET" else HTTPStatus.UNPROCESSABLE_ENTITY


def inside(address: str) -> str:
    """The path of this desk that a form wants to be led back to; the first page for any other address."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def download(name: str, data: bytes) -> Response:
    """The file, to be kept under this name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": disposition})
