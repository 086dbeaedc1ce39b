"""Where one installation lives: the data folder and, outside it, the folder with its secrets."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shouwang.kernel.errors import UserError
from shouwang.kernel.secrecy import KEY_BYTES, Keyring

DATA_VARIABLE, KEYS_VARIABLE = "SHOUWANG_DATA", "SHOUWANG_KEYS"
DEFAULT_DATA = "shouwang-data"
DATABASE_USERS = ("postgres", "owner", "web", "worker", "public")
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True)
class Place:
    """`data` holds the database, uploads and documents; `keys` holds secrets.json and must not lie inside it."""

    data: Path
    keys: Path

    @property
    def uploads(self) -> Path:
        """Encrypted files as they were sent."""
        return self.data / "uploads"

    @property
    def documents(self) -> Path:
        """Encrypted documents and attachments."""
        return self.data / "documents"

    @property
    def heads(self) -> Path:
        """Daily heads of the sealed audit."""
        return self.data / "audit-heads"

    @property
    def secrets_file(self) -> Path:
        return self.keys / "secrets.json"

    def secrets(self) -> dict[str, Any]:
        """All secrets. Raises UserError when the installation has not been set up or the file is unreadable."""
        if not self.secrets_file.is_file():
            raise UserError(
                f"没有密钥文件 {self.secrets_file}", "先运行 shouwang init，或用 SHOUWANG_KEYS 指出密钥文件夹"
            )
        try:
            content: dict[str, Any] = json.loads(self.secrets_file.read_text(encoding="utf-8"))
        except ValueError as broken:
            raise UserError(f"密钥文件 {self.secrets_file} 损坏", "从备份的密钥文件恢复") from broken
        return content

    def keyring(self) -> Keyring:
        """The keys with which fields and files are encrypted, searched and sealed."""
        found = self.secrets()
        keys = {int(n): base64.b64decode(k) for n, k in found["field_keys"].items()}
        return Keyring(
            keys, int(found["current_key"]), base64.b64decode(found["search_key"]), base64.b64decode(found["seal_key"])
        )

    def create(self) -> None:
        """Make the folders and, once, the secrets. Raises UserError when the keys would lie inside the data."""
        if self.keys.resolve().is_relative_to(self.data.resolve()):
            raise UserError(f"密钥文件夹 {self.keys} 在数据文件夹里面", "把密钥放到数据文件夹之外（备份时也分开存放）")
        for folder in (self.data, self.keys, self.uploads, self.documents, self.heads, self.data / "static"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(PRIVATE_FOLDER)
        if not self.secrets_file.exists():
            self.write_secrets(_new_secrets())

    def write_secrets(self, content: dict[str, Any]) -> None:
        """Replace the secrets file in one step, readable by its owner alone."""
        fresh = self.secrets_file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(content, stream, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self.secrets_file)


def place_from_environment() -> Place:
    """The installation that the environment names; by default ./shouwang-data with its keys beside it."""
    data = Path(os.environ.get(DATA_VARIABLE, DEFAULT_DATA)).absolute()
    keys = os.environ.get(KEYS_VARIABLE)
    return Place(data, Path(keys).absolute() if keys else data.with_name(f"{data.name}-keys"))


def _new_secrets() -> dict[str, Any]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()

    return {
        "installation": secrets.token_hex(6),
        "field_keys": {"1": key()},
        "current_key": 1,
        "search_key": key(),
        "seal_key": key(),
        "django_key": secrets.token_urlsafe(48),
        "passwords": {user: secrets.token_urlsafe(24) for user in DATABASE_USERS},
    }
