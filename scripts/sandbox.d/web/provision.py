# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a migrated database this sandbox's own: its site, its mail domain, its admin.
Does nothing twice, so it may run at every start."""
import json
import sys
from pathlib import Path

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.sites.models import Site  # noqa: E402
from django.db import transaction  # noqa: E402
from django_mailman3.models import MailDomain  # noqa: E402


@transaction.atomic
def provision(wish: dict) -> None:
    host = wish["nginxUrl"].removeprefix("http://")
    site, _ = Site.objects.update_or_create(
        id=1, defaults={"domain": host, "name": f"mm2to3 sandbox ({host})"})
    MailDomain.objects.get_or_create(mail_domain=wish["mailDomain"], defaults={"site": site})
    users = get_user_model().objects
    user = users.filter(username=wish["adminUser"]).first()
    if user is None:
        user = users.create_superuser(wish["adminUser"], wish["adminEmail"],
                                      Path(wish["adminPasswordFile"]).read_text().strip())
    EmailAddress.objects.get_or_create(
        user=user, email=wish["adminEmail"], defaults={"verified": True, "primary": True})


provision(json.loads(sys.argv[1]))
