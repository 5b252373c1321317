#!/bin/sh
# Print the first Python of 3.11 or newer that runs. A name on the PATH may be a shim that starts nothing, so
# each is tried.
for python in python3.13 python3.12 python3.11 python3 python; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$python"
        exit
    fi
done
echo "there is no Python 3.11 or newer on the PATH: install one, or name it with PYTHON=/path/to/python3" >&2
exit 1
