"""The API's description to read and try out, loaded from nowhere else."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from api.permissions import V1
from api.web_files import PAGES, not_built

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>orderflow API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
# A file of its own, since our pages run no script that stands in them. The validator would be asked
# on another host.
_START = f"""SwaggerUIBundle({{
  url: "{V1}/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
}});
"""


@router.get("/docs")
def docs() -> Response:
    """Return the page that shows the description."""
    if not (PAGES / "docs" / "swagger-ui-bundle.js").is_file():
        return not_built()
    return HTMLResponse(_PAGE, headers={"Cache-Control": "no-cache"})


@router.get("/docs/start.js")
def start() -> Response:
    """Return the script that the page begins with."""
    return Response(_START, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
