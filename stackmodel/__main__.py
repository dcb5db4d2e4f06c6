"""``python -m stackmodel`` is the command line."""

from stackmodel.cli import main

raise SystemExit(main())
