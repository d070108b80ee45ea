"""Plants the demo: everything at once in one transaction, and only into an empty database."""

from datetime import datetime
from pathlib import Path

import msgspec

from service.accounts import actions as accounts
from service.accounts.model import EditorRole
from service.demo import logins, members, newsroom, people, press
from service.demo.logins import Login
from service.demo.past import Doors
from service.demo.press import Desk
from service.demo.site import Site
from service.editions import actions as editions
from service.editions.model import Association
from service.kit.db import Tx


async def prepare(tx: Tx, site: Site, data_dir: Path, doors: Doors, now: datetime) -> bool:
    """Plant the demo into an empty database; in a planted one, give its sources today's address.

    Returns whether it planted. The logins lie in DATA_DIR (service.demo.logins).
    """
    if not await people.is_empty(tx):
        await newsroom.repoint(tx, site, now)
        return False
    await plant(tx, site, logins.kept(data_dir), doors, now)
    return True


async def plant(
    tx: Tx, site: Site, admitted: tuple[Login, ...], doors: Doors, now: datetime
) -> None:
    """Plant everything into a database without members and newsletters."""
    membership = members.load()
    desk = await _open_accounts(tx, admitted, now)
    said = msgspec.structs.asdict(membership.association)
    await editions.save_association(tx, Association(**said, version=0), desk.editor_id, now)
    await people.plant(tx, membership, now)
    news = await newsroom.plant(tx, site, desk.editor_id, now)
    await press.plant(tx, press.Newsroom(site, news), desk, doors, now)


async def _open_accounts(tx: Tx, admitted: tuple[Login, ...], now: datetime) -> Desk:
    ids: dict[str, int] = {}
    for login in admitted:
        role = EditorRole(login.role)
        ids[role] = await accounts.create(
            tx, email=login.email, name=login.name, role=role, language="de", now=now
        )
        await accounts.set_password(tx, ids[role], login.password, now)
    return Desk(ids[EditorRole.EDITOR], ids[EditorRole.APPROVER])
