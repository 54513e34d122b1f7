"""A file that appears under its name complete, or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from responder.errors import ResponderError


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write to `path` under another name, which becomes its own when the block ends well; 0600.

    What was there before stays until then, and where the block raises. Raises ResponderError
    where the folder cannot be written.
    """
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                yield cast(BinaryIO, draft)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(path)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ResponderError(f"{path} cannot be written: {error.strerror}") from error
