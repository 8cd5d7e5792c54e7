#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Django management commands of a sandbox."""
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    execute_from_command_line(sys.argv)
