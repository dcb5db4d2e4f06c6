"""Print the folder for numba's compiled kernels: <base>/<hash of all kernel sources>.

numba's cache looks only at the file of the function it compiles. When a kernel calls one of another file
and that one changes, it would go on using the old machine code. A folder whose name is a hash of all kernel
sources cannot.

    NUMBA_CACHE_DIR="$(python tools/kernel_cache_dir.py)" python -m pytest
"""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KERNEL_ROOMS = ("physics", "solvers")


def kernel_hash(package: Path) -> str:
    """Hash names and contents, so that a renamed file counts as a change as well."""
    digest = hashlib.sha256()
    for room in KERNEL_ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(package).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def main(arguments: list[str]) -> None:
    base = Path(arguments[0]).resolve() if arguments else ROOT / ".numba_cache"
    print(base / kernel_hash(ROOT / "stackmodel"))


if __name__ == "__main__":
    main(sys.argv[1:])
