import subprocess
import sys

PROBE = "import sys, stackmodel; print(' '.join(sorted({m.partition('.')[0] for m in sys.modules})))"


def test_import_loads_numpy_attrs_networkx_at_most():
    loaded = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"scipy", "numba", "pint", "pandas", "xarray", "matplotlib", "plotly", "rich", "pvlib"}
    assert not heavy & set(loaded)
