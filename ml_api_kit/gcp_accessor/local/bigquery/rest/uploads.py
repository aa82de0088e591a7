"""Load jobs whose data comes with the request: in one piece (multipart) or in several (resumable).

Source: https://cloud.google.com/bigquery/docs/reference/api-uploads
"""

from __future__ import annotations

import re
import shutil
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request, Response

from ml_api_kit.gcp_accessor.local.bigquery.errors import BigQueryError, not_found
from ml_api_kit.gcp_accessor.local.bigquery.jobs.job import Job
from ml_api_kit.gcp_accessor.local.bigquery.jobs.jobs import Jobs
from ml_api_kit.gcp_accessor.local.bigquery.rest.web import body_bytes, json_response, parse_object

KEPT_UPLOADS = 100

_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(slots=True)
class _Upload:
    project: str
    body: dict[str, Any]
    path: Path
    size_bytes: int = 0
    job: dict[str, Any] | None = None


class Uploads:
    """The uploads that are under way, each growing a file in the engine's folder. Thread-safe."""

    def __init__(self, jobs: Jobs, folder: Path) -> None:
        """Start without uploads; their pieces are kept in the folder."""
        self._jobs = jobs
        self._folder = folder
        self._uploads: OrderedDict[str, _Upload] = OrderedDict()
        self._lock = threading.Lock()

    def post(self, request: Request, project: str) -> Response:
        """The job of a multipart upload, or the place to send a resumable one's data to.

        Raises BigQueryError: 400, when the request is neither.
        """
        kind = request.args.get("uploadType")
        if kind == "resumable":
            return self._begin(request, project)
        if kind == "multipart":
            body, data = _multipart(request)
            return self._load(project, body, data)
        raise BigQueryError(f"Invalid value for uploadType: {kind!r}")

    def put(self, request: Request, project: str) -> Response:
        """The answer to one piece of a resumable upload: go on (308), or the job.

        Raises BigQueryError: 404, for an unknown upload; 400, for a piece out of its place.
        """
        upload_id = request.args.get("upload_id", "")
        with self._lock:
            upload = self._uploads.get(upload_id)
        if upload is None or upload.project != project:
            raise not_found(f"Upload {upload_id}")
        if upload.job is not None:
            # The client did not see the answer to the last piece, and sends it again.
            return json_response(upload.job)
        match = _content_range(request)
        try:
            data = request.get_data(cache=False)
            with self._lock:
                is_complete = _append(upload, match, data)
        except BigQueryError:
            raise  # nothing of the piece was written
        except OSError:
            # It cannot go on, as nobody knows how much of the piece is here.
            self._forget(upload_id, upload)
            raise
        if not is_complete:
            return _go_on(upload.size_bytes)
        try:
            job = self._run(upload.project, upload.body, upload.path)
        except BaseException:
            with self._lock:
                self._uploads.pop(upload_id, None)
            raise
        upload.job = job.resource
        return json_response(upload.job)

    def _run(self, project: str, body: dict[str, Any], path: Path) -> Job:
        job = self._jobs.start(project, body, [path], folder=path.parent)
        job.has_ended(within_s=None)
        return job

    def _forget(self, upload_id: str, upload: _Upload) -> None:
        with self._lock:
            self._uploads.pop(upload_id, None)
        shutil.rmtree(upload.path.parent, ignore_errors=True)

    def _begin(self, request: Request, project: str) -> Response:
        upload_id = uuid.uuid4().hex
        path = self._new_path(upload_id)
        path.touch()
        upload = _Upload(project, parse_object(body_bytes(request)), path)
        with self._lock:
            self._uploads[upload_id] = upload
            abandoned = (
                self._uploads.popitem(last=False)[1] if len(self._uploads) > KEPT_UPLOADS else None
            )
        if abandoned is not None:
            shutil.rmtree(abandoned.path.parent, ignore_errors=True)
        location = f"{request.base_url}?uploadType=resumable&upload_id={upload_id}"
        response = json_response({})
        response.headers["Location"] = location
        response.headers["X-GUploader-UploadID"] = upload_id
        return response

    def _load(self, project: str, body: dict[str, Any], data: bytes) -> Response:
        path = self._new_path(uuid.uuid4().hex)
        try:
            path.write_bytes(data)
        except OSError:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        return json_response(self._run(project, body, path).resource)

    def _new_path(self, upload_id: str) -> Path:
        # A folder for each, as a file in another encoding is written anew beside it.
        folder = self._folder / upload_id
        folder.mkdir()
        return folder / "data"


def _content_range(request: Request) -> re.Match[str] | None:
    """The place of a piece; None where the request has none, as it is all of the data.

    Raises BigQueryError: 400, for one that is none.
    """
    given = request.headers.get("Content-Range")
    if given is None:
        return None
    match = _CONTENT_RANGE.fullmatch(given)
    if match is not None and match[1] is not None:
        is_before_end = match[3] == "*" or int(match[2]) < int(match[3])
        match = match if int(match[1]) <= int(match[2]) and is_before_end else None
    if match is None:
        raise BigQueryError(f"Invalid value for Content-Range: {given!r}")
    return match


def _append(upload: _Upload, match: re.Match[str] | None, data: bytes) -> bool:
    if match is None:
        upload.path.write_bytes(data)
        upload.size_bytes = len(data)
        return True
    first, total = match[1], match[3]
    if first is not None:
        if int(first) != upload.size_bytes:
            raise BigQueryError(f"The upload holds {upload.size_bytes} bytes, not {first}.")
        if len(data) != int(match[2]) - int(first) + 1:
            raise BigQueryError(f"The piece has {len(data)} bytes, not those of {match[0]}.")
        with upload.path.open("ab") as file:
            file.write(data)
        upload.size_bytes += len(data)
    return total != "*" and upload.size_bytes >= int(total)


def _go_on(size_bytes: int) -> Response:
    response = Response(status=308)
    if size_bytes:
        response.headers["Range"] = f"bytes=0-{size_bytes - 1}"
    return response


def _multipart(request: Request) -> tuple[dict[str, Any], bytes]:
    _, options = parse_options_header(request.headers.get("Content-Type"))
    boundary = options.get("boundary")
    # A boundary stands at the beginning of a line: elsewhere it is data.
    body = b"\r\n" + body_bytes(request)
    parts = body.split(f"\r\n--{boundary}".encode()) if boundary else []
    if len(parts) != 4:
        raise BigQueryError("The body is not a multipart upload of a job and its data.")
    described, data = (_part_body(part) for part in parts[1:3])
    return parse_object(described), data


def _part_body(part: bytes) -> bytes:
    _, separator, body = part.partition(b"\r\n\r\n")
    if not separator:
        raise BigQueryError("A part of the multipart upload has no body.")
    return body
