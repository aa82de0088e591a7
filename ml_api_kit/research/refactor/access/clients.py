"""Which expressions are clients of Google's libraries, and the accessors in their place."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ml_api_kit.research.refactor.access.code import Code
from ml_api_kit.research.refactor.access.flow import Definition

GCP = "ml_api_kit.gcp_accessor"


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its client's class, and its accessor.

    Attributes:
        client: the dotted names of the client's class.
        accessor: the name of the accessor's class.
        takes: the client's arguments that the accessor has too, the first also by its place.
        variable: what an accessor beside a client is called.
    """

    client: tuple[str, ...]
    accessor: str
    takes: tuple[str, ...]
    variable: str

    @property
    def needed(self) -> str:
        """The import that the accessor needs."""
        return f"{GCP}:{self.accessor}"

    @property
    def accessor_name(self) -> str:
        """The dotted name of the accessor's class."""
        return f"{GCP}.{self.accessor}"


BIGQUERY = Service(
    ("google.cloud.bigquery.Client", "google.cloud.bigquery.client.Client"),
    "BigQueryAccessor",
    ("project", "location"),
    "bigquery_accessor",
)
STORAGE = Service(
    ("google.cloud.storage.Client", "google.cloud.storage.client.Client"),
    "GoogleCloudStorageAccessor",
    ("project",),
    "storage_accessor",
)


def accessor_for(code: Code, node: ast.expr, service: Service) -> str | None:
    """The accessor that takes the place of a client expression; None where it is no client.

    A client made in place becomes an accessor with its project; any other goes into the accessor.
    """
    if is_client_call(code, node, service):
        arguments = plain_arguments(code, node, service)
        if arguments is not None:
            return f"{service.accessor}({arguments})"
        return f"{service.accessor}(client={code.text(node)})"
    if not isinstance(node, ast.Name):
        return None
    definitions = code.flow.reaching(node)
    if definitions and all(_is_client(code, one, service) for one in definitions):
        return f"{service.accessor}(client={node.id})"
    return None


def is_client_call(code: Code, node: ast.AST | None, service: Service) -> bool:
    """Whether an expression makes a client."""
    name = code.called(node) or ""
    ways = tuple(f"{one}.{way}" for one in service.client for way in ("from_", "create_"))
    return name in service.client or name.startswith(ways)


def is_accessor(code: Code, node: ast.expr, service: Service) -> bool:
    """Whether an expression is surely the accessor of a service."""
    if code.called(node) == service.accessor_name:
        return True
    if not isinstance(node, ast.Name):
        return False
    definitions = code.flow.reaching(node)
    return bool(definitions) and all(
        (
            one.statement.annotation is not None
            and code.qualified(one.statement.annotation) == service.accessor_name
            if isinstance(one.statement, ast.arg)
            else code.called(one.value) == service.accessor_name
        )
        for one in definitions
    )


def plain_arguments(code: Code, node: ast.AST | None, service: Service) -> str | None:
    """The arguments of a client that its accessor takes too; None where there are others."""
    if not isinstance(node, ast.Call) or code.called(node) not in service.client:
        return None
    if len(node.args) > 1 or any(isinstance(one, ast.Starred) for one in node.args):
        return None
    if any(one.arg not in service.takes for one in node.keywords):
        return None
    parts = [code.text(one) for one in node.args]
    parts += [f"{one.arg}={code.text(one.value)}" for one in node.keywords]
    return ", ".join(parts)


def _is_client(code: Code, definition: Definition, service: Service) -> bool:
    if isinstance(definition.statement, ast.arg):
        annotation = definition.statement.annotation
        return annotation is not None and code.qualified(annotation) in service.client
    return is_client_call(code, definition.value, service)
