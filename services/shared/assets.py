"""The files a browser may keep: style sheets, scripts, pictures. Their address holds their content's hash."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Response

from services.shared.actors import Public
from services.shared.errors import NotFound
from services.shared.security import ONE_YEAR_S, STATIC

SERVICES = Path(__file__).parent.parent

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = f"public, max-age={ONE_YEAR_S}, immutable"
HASH_LENGTH = 16


@dataclass(frozen=True)
class Asset:
    """One file, read at start: what is served is what was hashed."""

    name: str
    body: bytes

    @cached_property
    def address(self) -> str:
        """Where the file is, for as long as it is what it is."""
        return f"{STATIC}{hashlib.sha256(self.body).hexdigest()[:HASH_LENGTH]}/{self.name}"

    @cached_property
    def packed(self) -> bytes:
        """The file compressed, once. It holds no secret, so its length may be seen."""
        return gzip.compress(self.body, mtime=0)

    @property
    def media_type(self) -> str:
        """The file's media type."""
        return MEDIA_TYPES[Path(self.name).suffix]


class Assets:
    """Every file under a ``static`` folder of a service, by name."""

    def __init__(self) -> None:
        found = (path for path in sorted(SERVICES.glob("*/static/**/*")) if path.suffix in MEDIA_TYPES)
        self._by_name: Mapping[str, Asset] = {
            path.name: Asset(path.name, path.read_bytes()) for path in found
        }
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        """The address of a file. A name that does not exist is a mistake in a template: KeyError."""
        return self._by_name[name].address

    def at(self, address: str) -> Asset:
        """The file at an address. Raises NotFound, also when only the hash differs."""
        asset = self._by_address.get(address)
        if asset is None:
            raise NotFound
        return asset


def assets_router(assets: Assets) -> APIRouter:
    """The route that serves them."""
    router = APIRouter(include_in_schema=False)

    @router.get(STATIC + "{version}/{name}")
    def static_file(
        version: str, name: str, public: Public, accept_encoding: Annotated[str, Header()] = ""
    ) -> Response:
        asset = assets.at(f"{STATIC}{version}/{name}")
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        if "gzip" not in accept_encoding:
            return Response(asset.body, media_type=asset.media_type, headers=headers)
        return Response(
            asset.packed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )

    return router
