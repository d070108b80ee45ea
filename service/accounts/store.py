"""The statements of `editor`, `editor_session`, `login_attempt` and `submission`, typed."""

from service.accounts.limits import Count
from service.accounts.model import Account, Credentials, Editor, OpenSession, Session
from service.kit import db, sql
from service.kit.text import msg

db.CONSTRAINTS["editor_email_unique"] = msg(
    "Somebody with this mail address has an account already."
)

_q = sql.beside(__file__)

find_session = _q.one("find_session", Session)
open_session = _q.run("open_session")
touch_session = _q.run("touch_session")
end_session = _q.run("end_session")
end_session_of = _q.run("end_session_of")
end_sessions = _q.run("end_sessions")
open_sessions = _q.many("open_sessions", OpenSession)

count_attempt = _q.one("count_attempt", Count)
clear_attempts = _q.run("clear_attempts")

credentials = _q.one("credentials", Credentials)
credentials_of = _q.one("credentials_of", Credentials)
lock = _q.value("lock", int)
editor = _q.one("editor", Editor)
listing = _q.many("listing", Account)
approvers = _q.many("approvers", Editor)
account = _q.one("account", Account)
lock_administrators = _q.values("lock_administrators", int)

create = _q.value("create", int)
set_role = _q.run("set_role")
rename = _q.run("rename")
set_password = _q.run("set_password")
disable = _q.run("disable")
enable = _q.run("enable")

remember_submission = _q.value("remember_submission", str)
submission = _q.value("submission", str)
forget = _q.run("forget")
