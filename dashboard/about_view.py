"""What the settings say of the program: version and build, where the data are, and how the tables are laid out; no secret of any address.

In: what the serve process was started with. Out: rows of a key for the word and its value.
"""

import platform
from importlib.metadata import version

from dashboard.serving import Serving
from sql.models import SCHEMA_VERSION


def about_rows(served: Serving, build: str, schema: int | None) -> list[tuple[str, str]]:
    """The rows by the key of their word; `schema` is the layout that the database has, None where it cannot be read."""
    site = served.config.site
    return [
        ("version", f"{version('pulseboard')} · {build}"),
        ("python", f"{platform.python_version()} · Streamlit {version('streamlit')}"),
        ("site_name", f"{site.name} · {site.zone}"),
        ("config", str(served.config.path)),
        ("data", str(served.config.data_path)),
        ("history", without_secrets(served.database_url)),
        ("redis", without_secrets(served.redis_url)),
        ("schema", f"{'—' if schema is None else schema} / {SCHEMA_VERSION}"),
    ]


def without_secrets(url: str) -> str:
    """An address without user, password and whatever else may open it."""
    scheme, separator, rest = url.partition("?")[0].partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{separator}{place.rpartition('@')[2]}{slash}{path}"
