# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs inside Mailman Core's own Python: starts Core's machinery once, for helper_session.py.

Fed to ``python -c`` of the account that runs Core.
"""
import mailman.core.initialize
from mailman.config import config

mailman.core.initialize.initialize()
# Helpers work on their own as well, and Core's machinery must not be started twice.
mailman.core.initialize.initialize = lambda *_args, **_kws: None


def forget():
    config.db.abort()
    config.db.close_session()


