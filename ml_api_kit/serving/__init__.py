"""Serving an application: its JSON, its description, its health, its production server."""

from ml_api_kit.serving.api_docs import api_docs
from ml_api_kit.serving.health import health
from ml_api_kit.serving.json_lines import JsonLines
from ml_api_kit.serving.json_provider import OrjsonProvider
from ml_api_kit.serving.metrics import metrics
from ml_api_kit.serving.openapi import build_openapi
from ml_api_kit.serving.server import serve

__all__ = ["JsonLines", "OrjsonProvider", "api_docs", "build_openapi", "health", "metrics", "serve"]
