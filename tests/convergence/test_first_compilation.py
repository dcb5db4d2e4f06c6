"""Compiling with an empty cache, as every user does once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def test_each_kernel_is_compiled_for_one_signature(tmp_path: Path) -> None:
    """Two processes that add signatures of one kernel at once may mix up whose machine code is whose in the cache."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "stackmodel", "warmup"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert re.fullmatch("compiling the kernels, once for this version ...\ncompiled in [0-9.]+ s\n", done.stderr)
    kernels = [path.name for path in tmp_path.rglob("*.1.nbc")]
    assert any(name.startswith("walk.walk-") for name in kernels)
    assert any(name.startswith("adjoint.mesh_errors-") for name in kernels)
    assert not [path.name for path in tmp_path.rglob("*.2.nbc")]
    # What moves in time or at a frequency is compiled by who asks for it.
    assert not [name for name in kernels if name.startswith("storage.") or "complex" in name]
