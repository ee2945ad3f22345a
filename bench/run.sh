#!/bin/sh
# `make bench`: everything that it takes is said by run.py --help.
exec python3 "$(dirname "$0")/run.py" "$@"
