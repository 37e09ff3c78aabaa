"""Static files: what is collected, and what is worth compressing."""

from collections.abc import Iterable

from django.contrib.staticfiles.apps import StaticFilesConfig
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of Bootstrap only the two built files are used; their maps stay because they name them.
UNUSED = ["bootstrap.css*", "bootstrap.js*", "bootstrap.bundle.js*", "bootstrap.min.js*"]
UNUSED += ["bootstrap-*", "bootstrap.rtl*", "bootstrap.esm*", "htmx-4*", "htmx-2.js"]


class PortalStaticFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, *UNUSED]


class PortalStaticStorage(CompressedManifestStaticFilesStorage):
    """Compresses the files with a digest in their names; the plain copies are there for modules that import them."""

    def compress_files(self, paths: Iterable[str]):
        served = set(self.hashed_files.values())
        return super().compress_files(path for path in paths if path in served and not path.endswith(".map"))
