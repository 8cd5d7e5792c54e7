# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command and tells on standard error, as `peak KILOBYTES`, how much memory the greatest of
its processes had.

    peak.py COMMAND [ARGUMENT...]
"""
import resource
import subprocess
import sys

code = subprocess.call(sys.argv[1:])
print("peak %d" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
