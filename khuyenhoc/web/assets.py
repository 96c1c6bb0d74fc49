"""Style, script, fonts and pictures: served from memory, compressed once, kept by the browser for a year.

The address holds a fingerprint of the whole folder, so that a changed file has a new address and
links inside the files (``fonts.css`` to its fonts) change with it.
"""

import gzip
import hashlib
from dataclasses import field
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response, abort, request

from khuyenhoc.core.values import dataclass
from khuyenhoc.web.marks import public

YEAR = 31_536_000
TEXT = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
KINDS = {**TEXT, ".woff2": "font/woff2"}
"""Of every file here; the lists of the system differ from machine to machine and take a while to read."""


@dataclass
class Asset:
    """One file: its bytes, its kind and its compressed forms, made when first asked for."""

    content: bytes
    kind: str
    packs: bool
    packed: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, coding: str) -> bytes:
        """The bytes in a content coding (``br`` or ``gzip``)."""
        if coding not in self.packed:
            pack = brotli.compress if coding == "br" else gzip.compress
            self.packed[coding] = pack(self.content)
        return self.packed[coding]


def install(app: Flask, folder: Path) -> None:
    """Serve every file below ``folder``; ``url_for("static", filename=…)`` gives its lasting address."""
    assets = {p.relative_to(folder).as_posix(): _read(p) for p in sorted(folder.rglob("*")) if _served(p)}
    version = _fingerprint(assets)

    @public("kiểu dáng, chữ và hình của mọi trang")
    def static(version: str, filename: str) -> Response:
        asset = assets.get(filename)
        if asset is None:
            abort(404)
        return _answer(asset, lasting=version == app.config["ASSETS_VERSION"])

    app.config["ASSETS_VERSION"] = version
    app.add_url_rule("/static/<version>/<path:filename>", "static", static)
    app.url_defaults(lambda endpoint, values: values.setdefault("version", version) if endpoint == "static" else None)


def _served(path: Path) -> bool:
    return path.is_file() and path.suffix != ".py"


def _read(path: Path) -> Asset:
    kind = KINDS.get(path.suffix, "application/octet-stream")
    packs = path.suffix in TEXT
    return Asset(path.read_bytes(), f"{kind}; charset=utf-8" if packs else kind, packs)


def _fingerprint(assets: dict[str, Asset]) -> str:
    digest = hashlib.sha256()
    for name, asset in assets.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(asset.content).digest())
    return digest.hexdigest()[:12]


def _answer(asset: Asset, lasting: bool) -> Response:
    coding = next((c for c in ("br", "gzip") if asset.packs and request.accept_encodings[c] > 0), None)
    response = Response(asset.encoded(coding) if coding else asset.content, content_type=asset.kind)
    if coding:
        response.headers["Content-Encoding"] = coding
    if asset.packs:
        response.vary.add("Accept-Encoding")
    response.cache_control.public = True
    if lasting:
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    return response
