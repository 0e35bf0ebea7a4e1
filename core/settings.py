"""Settings: environment variables `SHELFLENS_*`, each with a safe default."""

from __future__ import annotations

import getpass
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: where data/schemas, data/lexicons and data/samples lie."""


def _local_user() -> str:
    """The login name of whoever runs ShelfLens; "local" where the system has none to tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "local"


class Settings(BaseSettings):
    """Where ShelfLens keeps its data and how much it accepts. Sizes in bytes unless named."""

    model_config = SettingsConfigDict(env_prefix="SHELFLENS_", frozen=True, extra="ignore")

    data: Path = Field(default=ROOT / "data" / "var", description="Folder for the database, photos and exports.")
    engine: str = Field(default="auto", description="Engine used when none is named.")
    user: str = Field(default_factory=_local_user, description="Name that signs decisions while there is no login.")
    threads: int = Field(default=2, ge=1, description="Threads of the OCR network and of the model.")
    max_file_mb: int = Field(default=50, ge=1, description="Largest single upload, in megabytes.")
    max_megapixels: int = Field(default=100, ge=1, description="Largest picture, in millions of pixels.")
    max_zip_files: int = Field(default=5000, ge=1, description="Most entries read from one ZIP.")
    max_zip_mb: int = Field(default=2000, ge=1, description="Most megabytes one ZIP may unpack to.")
    url_timeout_s: float = Field(default=20.0, gt=0, description="Seconds one URL may take in all.")
    url_allow: str = Field(
        default="", description="Hosts, comma separated, that may be fetched although their address is private."
    )
    webhook_allow: str = Field(
        default="", description="Hosts, comma separated, that webhooks may lead to although their address is private."
    )
    image_folders: str = Field(
        default="", description="Folders, separated as in PATH, whose files /chat and /v1 may be asked about by path."
    )
    hosts: str = Field(
        default="", description="Names, comma separated, that the server answers to besides those of this machine."
    )
    password: SecretStr = Field(default=SecretStr(""), description="Password of the pages; without it none is asked.")
    proxy_login: bool = Field(default=False, description="A proxy in front of the server asks everybody for a login.")
    headers_s: float = Field(default=10.0, gt=0, description="Seconds the headers of a request may take to come.")
    rate_per_minute: int = Field(default=600, ge=0, description="Requests a minute of one API key; 0 sets no limit.")
    lease_s: float = Field(default=30.0, gt=0, description="Seconds after which an unrenewed job is taken over.")
    max_attempts: int = Field(default=3, ge=1, description="Tries before a job counts as failed.")
    worker: bool = Field(default=True, description="Start the background worker together with the app.")
    bin_days: float = Field(default=30.0, ge=0, description="Days that a deleted item can be brought back.")
    unload_s: float = Field(default=600.0, gt=0, description="Seconds after which an unused model gives back memory.")
    model: str = Field(default="", description="Local folder with the model's weights, instead of a fetched model.")
    adapter: str = Field(default="", description="Adapter used instead of the promoted one: a folder, or none.")
    export_env: str = Field(default="", description="Environment that `models prepare` uses; without it one is made.")
    chromium: str = Field(default="", description="Program that prints reports as PDF; empty looks for Chromium.")

    device: str = Field(default="auto", description="Where the model computes: auto, cpu or cuda.")
    precision: str = Field(default="auto", description="auto, float32, bfloat16, int8 or int4.")
    picture_px: int = Field(default=512, ge=32, le=2048, description="Longer side of what the model sees, in pixels.")
    answer_tokens: int = Field(default=1024, ge=16, description="Most tokens of a structured answer.")
    fields_per_group: int = Field(default=0, ge=0, description="Fields asked for at once; 0 asks for all.")
    examples: int = Field(default=0, ge=0, le=3, description="Verified records like the photo that a model is shown.")
    shortcuts: str = Field(default="jump,drafts,prefix,crop", description="Ways to fewer passes that are on.")

    remote_url: str = Field(default="", description="Address of an OpenAI-compatible server, for engine `remote`.")
    remote_model: str = Field(default="", description="Model asked for there; empty takes the first that it offers.")
    remote_key: SecretStr = Field(default=SecretStr(""), description="Key of that server, if it wants one.")
    remote_timeout_s: float = Field(default=120.0, gt=0, description="Seconds one remote answer may take in all.")
    remote_concurrency: int = Field(default=4, ge=1, description="Remote answers that are waited for at once.")
    remote_picture_px: int = Field(default=1024, ge=32, le=4096, description="Longer side of what a remote model sees.")
    script: Path | None = Field(default=None, description="File of replies for engine `scripted`: tests, demos.")

    @property
    def database(self) -> Path:
        return _database(self.data)

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"

    @property
    def models(self) -> Path:
        return self.data / "models"


@lru_cache
def _database(data: Path) -> Path:
    """Asked for several times with every request, and paths are slow to make."""
    return data / "shelflens.db"


def load_settings() -> Settings:
    """The settings of this process, read from its environment now. Raises BadSetting for the first bad one."""
    try:
        return Settings()
    except ValidationError as err:
        wrong = err.errors()[0]
        name = f"SHELFLENS_{'_'.join(map(str, wrong['loc']))}".upper()
        raise BadSetting(name=name, value=wrong["input"], reason=wrong["msg"]) from err
