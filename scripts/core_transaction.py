# SPDX-License-Identifier: GPL-3.0-or-later
"""Transactions of Core's database for the helpers that follow this text in one request."""
import time

from mailman.config import config
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

# Waits before a transaction that met another one is tried again.
RETRY_SECONDS = (0.1, 0.5, 2, 5)


def begin(tables):
    """Keeps others from writing these tables meanwhile: nothing in Core does."""
    store = config.db.store
    store.commit()
    dialect = store.get_bind().dialect.name
    if dialect == "sqlite":
        store.connection().exec_driver_sql("BEGIN IMMEDIATE")
    elif dialect == "postgresql":
        store.execute(text("LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE" % ", ".join(tables)))
    else:
        raise SystemExit("unsupported database: %s" % dialect)


def in_transaction(tables, work):
    """What ``work`` returns, committed; tried again where the database was locked."""
    for wait in (*RETRY_SECONDS, None):
        try:
            begin(tables)
            result = work()
            config.db.store.commit()
            return result
        except OperationalError:  # locked, or not there
            config.db.abort()
            if wait is None:
                raise
            time.sleep(wait)
        except BaseException:
            config.db.abort()
            raise
