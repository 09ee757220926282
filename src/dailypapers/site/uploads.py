"""How much may come with a form: known before any of it is read."""

from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from dailypapers.community.media import LARGEST_PICTURE, LARGEST_VIDEO

MOST: Final = {"/submit/confirm": LARGEST_VIDEO + 2 * LARGEST_PICTURE + 2**20}
"""Bytes of a whole form, by its address."""
USUAL: Final = 20 * 2**20


class BoundedUploads(FileUploadHandler):
    """Comes before the handlers that keep files, keeps none, and refuses a form that is too large."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raise `RequestDataTooBig`, which is answered with 400, before a byte of the body is read."""
        path = self.request.path if self.request is not None else ""
        if content_length > MOST.get(path, USUAL):
            raise RequestDataTooBig(f"a form of {content_length:,} bytes at {path}")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing was kept here."""
        return
