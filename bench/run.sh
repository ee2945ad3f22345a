#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The program of `make bench`; run.py --help lists its options.
exec python3 "$(dirname "$0")/run.py" "$@"
