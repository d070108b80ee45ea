"""The settings of a command that finds a demo running: its servers instead of the operator's.

It starts nothing, and it is all that every command reads of the demo.
"""

import msgspec

from service.demo import answers, doors, logins
from service.demo.doors import Doors
from service.kit.settings import Settings


def around(settings: Settings) -> Settings:
    """Return the settings of a command beside a running demo: its catcher, its site, its address.

    Returned mail is listened for by the demo itself. Who sets PORT or PUBLIC_URL means it.
    """
    demo = None if settings.database_url else doors.known(settings.data_dir)
    found = inside(settings, settings.database_url, demo, planted=False)
    if demo is None:
        return found
    unsaid = settings.public_url == Settings().public_url
    public_url = demo.public_url if unsaid and demo.public_url else settings.public_url
    return msgspec.structs.replace(found, bounce_listen="", public_url=public_url)


def inside(settings: Settings, dsn: str, demo: Doors | None, *, planted: bool) -> Settings:
    """Return the settings that hold inside: the operator's own, or those of the demo's servers.

    Where invented people are planted, their mail is caught, whatever SMTP_URL says, and what comes
    back of it is listened for.
    """
    if demo is None:
        return settings
    invented = planted or bool(logins.known(settings.data_dir))
    if invented:
        listen = demo.returns_url.removeprefix("smtp://")
        settings = msgspec.structs.replace(
            settings, bounce_domain=answers.DOMAIN, bounce_listen=listen
        )
    return msgspec.structs.replace(
        settings,
        database_url=dsn,
        smtp_url=demo.smtp_url if invented else settings.smtp_url or demo.smtp_url,
        fetch_allow=(*settings.fetch_allow, demo.site_url.removeprefix("http://")),
    )
