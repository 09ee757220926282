"""The address of the MCP server."""

from django.urls import URLPattern, URLResolver, path

from dailypapers.api.mcp import http

urlpatterns: list[URLPattern | URLResolver] = [path("mcp", http.endpoint, name="mcp")]
