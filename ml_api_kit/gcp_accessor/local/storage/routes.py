"""Which path of the interface is answered by which view.

Paths are matched as they came over the wire, so that a `%2F` in an object's name stays part of it.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from werkzeug.routing import BaseConverter, Map, Rule

from ml_api_kit.gcp_accessor.local.storage.wire_errors import invalid


class NameConverter(BaseConverter):
    """One segment of a path, in which `%2F` is a slash of the name.

    >>> NameConverter(Map()).to_python("a%2Fb%20c")
    'a/b c'
    """

    def to_python(self, value: str) -> str:
        """The name.

        Raises StorageApiError: 400 for bytes that are no UTF-8.
        """
        try:
            return unquote_to_bytes(value).decode()
        except UnicodeDecodeError as error:
            raise invalid("The path is not valid UTF-8.") from error

    def to_url(self, value: Any) -> str:
        """The segment."""
        return quote(str(value), safe="")


class PathNameConverter(NameConverter):
    """The rest of a path, in which `/` and `%2F` are both slashes of the name."""

    regex = ".+"
    part_isolating = False


_OBJECT = "/storage/v1/b/<name:bucket>/o/<name:name>"
_NOTIFICATIONS = "/storage/v1/b/<name:bucket>/notificationConfigs"
_FOLDERS = "/storage/v1/b/<name:bucket>/managedFolders"
_PROJECT = "/storage/v1/projects/<name:project>"
_UPLOAD = "/upload/storage/v1/b/<name:bucket>/o"


def _policy_rules(path: str, endpoint: str) -> list[Rule]:
    return [
        Rule(f"{path}/iam", methods=["GET", "PUT"], endpoint=endpoint),
        Rule(f"{path}/iam/testPermissions", methods=["GET"], endpoint="policies.permissions"),
    ]


def _list_rules(path: str, endpoint: str) -> list[Rule]:
    one = f"{path}/<name:entity>"
    return [
        Rule(path, methods=["GET", "POST"], endpoint=endpoint),
        Rule(one, methods=["GET", "PATCH", "PUT", "DELETE"], endpoint=endpoint),
    ]


_RULES = [
    Rule("/storage/v1/b", methods=["GET"], endpoint="buckets.list"),
    Rule("/storage/v1/b", methods=["POST"], endpoint="buckets.create"),
    Rule("/storage/v1/b/<name:bucket>", methods=["GET"], endpoint="buckets.get"),
    Rule("/storage/v1/b/<name:bucket>", methods=["PATCH", "PUT"], endpoint="buckets.update"),
    Rule("/storage/v1/b/<name:bucket>", methods=["DELETE"], endpoint="buckets.delete"),
    Rule(
        "/storage/v1/b/<name:bucket>/storageLayout",
        methods=["GET"],
        endpoint="buckets.layout",
    ),
    Rule(
        "/storage/v1/b/<name:bucket>/lockRetentionPolicy",
        methods=["POST"],
        endpoint="buckets.lock",
    ),
    *_policy_rules("/storage/v1/b/<name:bucket>", "policies.bucket"),
    *_policy_rules(_OBJECT, "policies.object"),
    *_list_rules("/storage/v1/b/<name:bucket>/acl", "acls.bucket"),
    *_list_rules("/storage/v1/b/<name:bucket>/defaultObjectAcl", "acls.default"),
    *_list_rules(f"{_OBJECT}/acl", "acls.object"),
    Rule(_NOTIFICATIONS, methods=["GET"], endpoint="notifications.list"),
    Rule(_NOTIFICATIONS, methods=["POST"], endpoint="notifications.create"),
    Rule(
        f"{_NOTIFICATIONS}/<name:identifier>",
        methods=["GET", "DELETE"],
        endpoint="notifications.one",
    ),
    Rule(_FOLDERS, methods=["GET"], endpoint="folders.list"),
    Rule(_FOLDERS, methods=["POST"], endpoint="folders.create"),
    Rule(f"{_FOLDERS}/<name:folder>", methods=["GET", "DELETE"], endpoint="folders.one"),
    Rule(f"{_PROJECT}/serviceAccount", methods=["GET"], endpoint="policies.service_account"),
    Rule(f"{_PROJECT}/hmacKeys", methods=["GET"], endpoint="keys.list"),
    Rule(f"{_PROJECT}/hmacKeys", methods=["POST"], endpoint="keys.create"),
    Rule(
        f"{_PROJECT}/hmacKeys/<name:access_id>",
        methods=["GET", "PUT", "DELETE"],
        endpoint="keys.one",
    ),
    Rule("/storage/v1/b/<name:bucket>/o", methods=["GET"], endpoint="objects.list"),
    Rule(_OBJECT, methods=["GET"], endpoint="objects.get"),
    Rule(_OBJECT, methods=["PATCH", "PUT"], endpoint="objects.update"),
    Rule(_OBJECT, methods=["DELETE"], endpoint="objects.delete"),
    Rule(f"{_OBJECT}/restore", methods=["POST"], endpoint="objects.restore"),
    Rule("/storage/v1/b/<name:bucket>/restore", methods=["POST"], endpoint="buckets.restore"),
    Rule(f"{_OBJECT}/compose", methods=["POST"], endpoint="objects.compose"),
    Rule(
        f"{_OBJECT}/rewriteTo/b/<name:target_bucket>/o/<name:target>",
        methods=["POST"],
        endpoint="objects.rewrite",
    ),
    Rule(
        f"{_OBJECT}/copyTo/b/<name:target_bucket>/o/<name:target>",
        methods=["POST"],
        endpoint="objects.copy",
    ),
    Rule(
        f"{_OBJECT}/moveTo/o/<name:target>",
        methods=["POST"],
        endpoint="objects.move",
    ),
    Rule(f"/download{_OBJECT}", methods=["GET"], endpoint="objects.get"),
    Rule(_UPLOAD, methods=["POST", "PUT", "DELETE"], endpoint="uploads.upload"),
    Rule(f"/resumable{_UPLOAD}", methods=["POST", "PUT", "DELETE"], endpoint="uploads.upload"),
    Rule("/batch/storage/v1", methods=["POST"], endpoint="batch"),
    Rule("/", methods=["GET"], endpoint="xml.buckets"),
    Rule("/<name:bucket>", methods=["GET"], endpoint="xml.list"),
    Rule("/<name:bucket>", methods=["PUT"], endpoint="xml.put_bucket"),
    Rule("/<name:bucket>", methods=["DELETE"], endpoint="xml.delete_bucket"),
    Rule("/<name:bucket>", methods=["POST"], endpoint="xml.form"),
    Rule("/<name:bucket>", methods=["OPTIONS"], endpoint="xml.preflight"),
    Rule("/<name:bucket>/<path_name:name>", methods=["OPTIONS"], endpoint="xml.preflight"),
    Rule("/<name:bucket>/<path_name:name>", methods=["GET"], endpoint="xml.get"),
    Rule("/<name:bucket>/<path_name:name>", methods=["POST"], endpoint="xml.post"),
    Rule("/<name:bucket>/<path_name:name>", methods=["PUT"], endpoint="xml.put"),
    Rule("/<name:bucket>/<path_name:name>", methods=["DELETE"], endpoint="xml.delete"),
]


@cache
def routes() -> Map:
    """All rules, compiled for the first request: the server answers its starter before."""
    return Map(
        # A map keeps its rules to itself, and the first two requests may come at once.
        [rule.empty() for rule in _RULES],
        converters={"name": NameConverter, "path_name": PathNameConverter},
        merge_slashes=False,
        strict_slashes=False,
        redirect_defaults=False,
    )
