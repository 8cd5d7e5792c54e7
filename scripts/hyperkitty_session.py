# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside the Django of HyperKitty or Postorius (``manage.py shell -c``), for helper_session.py."""
from django.db import connections, reset_queries


def forget():
    # A connection that stays open may go on seeing the database as it was.
    connections.close_all()
    reset_queries()


