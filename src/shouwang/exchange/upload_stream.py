"""Takes uploaded files straight into encrypted files: no clear copy on disk, a limit, and a clear answer when full."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import uuid
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from shouwang.accounts.secret_fields import keys
from shouwang.kernel.errors import UserError
from shouwang.kernel.sealed_file import SealedWriter, read_sealed

LARGEST_MEGABYTES = 100
LARGEST = LARGEST_MEGABYTES * 1_000_000
OPEN_TO_ALL, LARGEST_FROM_STRANGERS = "/report/", 1_000_000
STRANGERS_A_MINUTE = 10
_taken_from_strangers: deque[float] = deque(maxlen=STRANGERS_A_MINUTE)


class SealedUpload(UploadedFile):
    """An upload that lies encrypted under `stored_as`, with the keyed digest of its content."""

    def __init__(self, name: str, size: int, stored_as: str, digest: bytes) -> None:
        super().__init__(file=None, name=name, size=size)
        self.stored_as, self.digest = stored_as, digest


@contextlib.contextmanager
def taken(file: Any, what: str) -> Iterator[bytes]:
    """An upload's bytes, for work that keeps nothing of it: the stored file goes with the block.

    Raises UserError when nothing was sent.
    """
    if not isinstance(file, SealedUpload) or not file.size:
        raise UserError("没有选择文件，或文件是空的", f"选择{what}")
    stored = settings.PLACE.uploads / file.stored_as
    try:
        yield read_sealed(stored, keys())
    finally:
        stored.unlink(missing_ok=True)


def _room_for_a_stranger() -> bool:
    """A few voice notes a minute and process: what comes without an account must not fill the disk."""
    now = monotonic()
    if len(_taken_from_strangers) == STRANGERS_A_MINUTE and now - _taken_from_strangers[0] < 60:
        return False
    _taken_from_strangers.append(now)
    return True


class EncryptingUpload(FileUploadHandler):
    """Django calls this for every file of a request. `refused` tells what was not taken and why."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.refused: list[tuple[str, str, str]] = []
        self.writer: SealedWriter | None = None

    def new_file(
        self, field_name: str, file_name: str, content_type: str, content_length: int, *more: Any, **named: Any
    ) -> None:
        super().new_file(field_name, file_name, content_type, content_length, *more, **named)
        if not self._is_somebody():
            self._refuse("没有登录，文件没有收下", "先登录")
        if self._is_report() and not _room_for_a_stranger():
            self._refuse("现在录音的人太多", "过一分钟再试，或写字、打 12345")
        self.stored_as, self.size = uuid.uuid4().hex, 0
        self.digest = hmac.new(keys().search_key, b"file\x1f", hashlib.sha256)
        try:
            self.writer = SealedWriter(settings.PLACE.uploads / self.stored_as, keys())
        except OSError:
            self._refuse("服务器磁盘已满，文件没有收下", "请系统管理员清理磁盘后重新上传")

    def _is_somebody(self) -> bool:
        """Nothing is taken from strangers. (The API checks its token before it reads a body.)"""
        user = getattr(self.request, "user", None)
        return (
            self.request.path.startswith("/api/")
            or self._is_report()
            or (user is not None and user.is_authenticated and user.is_verified())
        )

    def _is_report(self) -> bool:
        """A household's voice note: the one small file that comes without an account."""
        return bool(self.request.path == OPEN_TO_ALL)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.writer is None:
            raise SkipFile
        self.size += len(raw_data)
        if self._is_report() and self.size > LARGEST_FROM_STRANGERS:
            self._refuse("录音超过 1 MB", "录短一些，一分钟以内")
        if self.size > LARGEST:
            self._refuse(f"文件超过 {LARGEST_MEGABYTES} MB", "删除空白区域，或按乡镇拆成几个文件")
        self.digest.update(raw_data)
        try:
            self.writer.write(raw_data)
        except OSError:
            self._refuse("服务器磁盘已满，文件没有收下", "请系统管理员清理磁盘后重新上传")

    def _refuse(self, what: str, remedy: str) -> None:
        if self.writer is not None:
            self.writer.abandon()
        self.writer = None
        self.refused.append((self.file_name or "", what, remedy))
        raise SkipFile

    def file_complete(self, file_size: int) -> UploadedFile | None:
        writer, self.writer = self.writer, None
        if writer is None:
            return None
        try:
            writer.finish()
        except OSError:
            writer.abandon()
            self.refused.append(
                (self.file_name or "", "服务器磁盘已满，文件没有收下", "请系统管理员清理磁盘后重新上传")
            )
            return None
        return SealedUpload(self.file_name or "", file_size, self.stored_as, self.digest.digest())

    def upload_interrupted(self) -> None:
        if self.writer is not None:
            self.writer.abandon()
            self.writer = None
