"""A server that stands in for all publishers: answers OData 3 and 4 as CBS does, and fails as a test asks."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from publisher_tables import Offered

PAGE = 2_000  # records to a page
_HOSTS = {"47": "https://dataderden.cbs.nl"}
Reply = Callable[["_Handler", bytes], None]


@dataclass
class Publisher:
    """Tables and files on offer, the requests so far, and how to fail.

    Parameters
    ----------
    fails : callable
        Returns, for a path, how to answer instead of the ordinary way, or ``None``.
    """

    tables: dict[str, Offered]
    files: dict[str, Path]
    fails: Callable[[str], Reply | None] = lambda path: None
    changed: str = "Wed, 14 Oct 2026 02:00:00 GMT"
    asked: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    address: str = ""
    proxy: str = ""  # base address of next pages, where that is not the publisher itself
    busy: int = 0
    busiest: int = 0

    @property
    def bases(self) -> dict[str, str]:
        """Its address in place of every publisher."""
        return dict.fromkeys(("dataderden", "opendata", "datasets", "files"), self.address)

    def downloads(self) -> list[str]:
        """Return the requests other than those for catalogues."""
        return [
            request
            for request in self.asked
            if "ODataCatalog" not in request and not request.endswith("/Properties") and not request.startswith("HEAD")
        ]

    @contextmanager
    def open(self, certificate: Path | None = None) -> Iterator[Publisher]:
        """Serve on a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"publisher": self}))
        server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        self.address = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, target: str) -> bytes | None:
        """Return the content of an address, if it exists."""
        parts = urlsplit(target)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        steps = parts.path.strip("/").split("/")
        if parts.path == "/ODataCatalog/Tables":
            wanted = re.findall(r"Identifier eq '(\w+)'", options["$filter"])
            return _json(
                [
                    {"Identifier": id, "Title": id, "Modified": self.tables[id].modified}
                    for id in wanted
                    if id in self.tables
                ]
            )
        if steps[0] in ("ODataFeed", "odata") and len(steps) > 3:
            four = steps[0] == "odata"
            id, rest = (steps[3], steps[4:]) if four else (steps[2], steps[3:])
            return (_four if four else _three)(self.tables[id], rest, options, parts.path, self.proxy)
        file = self.files.get(steps[-1])
        return file.read_bytes() if file else None


def _three(table: Offered, rest: list[str], options: dict[str, str], path: str, proxy: str) -> bytes | None:
    if rest == ["TableInfos"]:
        return _json(
            [{"ID": 0, "Identifier": table.id, "Title": table.id, "Modified": table.modified, "Catalog": "CBS"}]
        )
    if rest == ["DataProperties"]:
        return _json(_properties(table))
    if rest[0] in table.dimensions:
        return _json(table.codes(rest[0]))
    if rest[0] != "TypedDataSet":
        return None
    rows = table.matching(_condition(options.get("$filter", "")))
    if rest[1:] == ["$count"]:
        return str(len(rows)).encode()
    chosen = options["$select"].split(",") if "$select" in options else [*table.dimensions, *table.topics]
    return _page(
        [{name: row[name] for name in chosen} for row in rows],
        options,
        path,
        "odata.nextLink",
        proxy or _HOSTS.get(table.id[:2], "https://opendata.cbs.nl"),
    )


def _properties(table: Offered) -> list[dict[str, Any]]:
    """Return dimensions, headings and topics, each with the number of the heading above it."""
    kinds = {"RegioS": "GeoDimension", "WijkenEnBuurten": "GeoDetail", "Perioden": "TimeDimension"}
    columns: list[dict[str, Any]] = [
        {"ID": number, "ParentID": None, "Key": name, "Type": kinds.get(name, "Dimension"), "Title": name}
        for number, name in enumerate(table.dimensions)
    ]
    for topic in table.topics:
        above = None
        for heading in table.headings.get(topic, ()):
            columns.append({"ID": len(columns), "ParentID": above, "Key": "", "Type": "TopicGroup", "Title": heading})
            above = len(columns) - 1
        columns.append({"ID": len(columns), "ParentID": above, "Key": topic, "Type": "Topic", "Title": topic})
    return columns


def _four(table: Offered, rest: list[str], options: dict[str, str], path: str, proxy: str) -> bytes | None:
    measures = {f"M{number:06}": name for number, name in enumerate(table.topics, start=1)}
    if rest == ["Properties"]:
        return json.dumps({"Identifier": table.id, "Modified": f"{table.modified}Z"}).encode()
    if rest == ["Dimensions"]:
        return _json([{"Identifier": name, "Title": name} for name in table.dimensions])
    if rest == ["MeasureCodes"]:
        return _json([{"Identifier": code, "Title": name} for code, name in measures.items()])
    if rest[0].removesuffix("Codes") in table.dimensions:
        return _json(
            [
                {"Identifier": entry["Key"], "Title": entry["Title"]}
                for entry in table.codes(rest[0].removesuffix("Codes"))
            ]
        )
    long = [
        {"Id": row_number, "Measure": code, "ValueAttribute": "None", "Value": row[name], "StringValue": None}
        | {key: row[key] for key in table.dimensions}
        for row_number, row in enumerate(table.rows)
        for code, name in measures.items()
    ]
    rows = list(filter(_condition(options.get("$filter", "")), long))
    if rest == ["Observations", "$count"]:
        return str(len(rows)).encode()
    return _page(rows, options, path, "@odata.nextLink", proxy or "https://datasets.cbs.nl")


def _page(rows: list[dict[str, Any]], options: dict[str, str], path: str, name: str, host: str) -> bytes:
    """Return a page with a link to the next one at the publisher's own address, as behind a proxy."""
    start = int(options.get("$skip", 0))
    content: dict[str, Any] = {"odata.metadata": f"{host}{path}", "value": rows[start : start + PAGE]}
    if start + PAGE < len(rows):
        asked = "&".join(f"{key}={value}" for key, value in (options | {"$skip": str(start + PAGE)}).items())
        content[name] = f"{host}{path}?{asked}".replace(" ", "%20")
    return json.dumps(content).encode()


def _json(records: list[dict[str, Any]]) -> bytes:
    return json.dumps({"odata.metadata": "x", "value": records}).encode()


@cache
def _condition(text: str) -> Callable[[dict[str, Any]], bool]:
    """Return a filter as a function of a row; only the few forms that we send."""
    steps = [
        (r"substringof\('([^']*)',(\w+)\)", r"('\1' in row['\2'])"),
        (r"contains\((\w+),'([^']*)'\)", r"('\2' in row['\1'])"),
        (r"startswith\((\w+),'([^']*)'\)", r"row['\1'].startswith('\2')"),
        (r"substring\((\w+),2,4\) eq '([^']*)'", r"(row['\1'][2:6] == '\2')"),
        (r"(\w+) ge '([^']*)'", r"(row['\1'] >= '\2')"),
        (r"(\w+) eq '([^']*)'", r"(row['\1'] == '\2')"),
    ]
    for pattern, meaning in steps:
        text = re.sub(pattern, meaning, text)
    condition: Callable[[dict[str, Any]], bool] = eval(f"lambda row: {text or True}")
    return condition


class _Handler(BaseHTTPRequestHandler):
    publisher: Publisher
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve(self.path)

    def do_HEAD(self) -> None:
        self._serve(f"HEAD {self.path}")

    def _serve(self, asked: str) -> None:
        publisher = self.publisher
        with publisher.lock:
            publisher.asked.append(asked)
            publisher.busy += 1
            publisher.busiest = max(publisher.busiest, publisher.busy)
            reply = publisher.fails(asked)
        try:
            self._reply(publisher.answer(self.path), reply)
        finally:
            with publisher.lock:
                publisher.busy -= 1

    def _reply(self, content: bytes | None, reply: Reply | None) -> None:
        if "$count" in self.path and "$format" in self.path:  # a number is no JSON
            self.give(b"", status=415)
            return
        if content is None:
            self.give(b"", status=404)
        elif reply:
            reply(self, content)
        else:
            self.give(content)

    def give(self, content: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        """Send an answer, possibly shorter than its announced length."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.send_header("Last-Modified", self.publisher.changed)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def cut(self, content: bytes) -> None:
        """Announce the whole answer and close the connection half-way."""
        self.give(content[: len(content) // 2], length=len(content))
        self.close_connection = True

    def slowly(self, content: bytes, pause: float) -> None:
        """Send a byte at a time, with a pause after each."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            for position in range(len(content)):
                self.wfile.write(content[position : position + 1])
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
