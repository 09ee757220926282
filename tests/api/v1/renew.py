"""Write the OpenAPI document anew, after a change that is meant: `python -m tests.api.v1.renew`."""

import json
import os
import tempfile
from pathlib import Path


def main() -> None:
    """Write `openapi.json` beside this file."""
    os.environ["DAILYPAPERS_HOME"] = tempfile.mkdtemp(prefix="dailypapers-document-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dailypapers.site.settings")
    import django

    django.setup()
    from dailypapers.api.v1.api import document

    told = json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True)
    Path(__file__).with_name("openapi.json").write_text(told + "\n")


if __name__ == "__main__":
    main()
