"""Postfix, dovecot and opendkim with a private configuration on high ports, without systemd.

Mail to member.example and to the bounce domain lies in Maildirs that dovecot reads; mail to
far.example goes on to a server that knows nobody, so that Postfix itself writes the bounces; no
other mail leaves.
"""

import imaplib
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from service.delivery import dkim
from tests.delivery import certificate

USER, PASSWORD = "members", "geheim"
DOMAIN, BOUNCES = "soko.example", "bounce.soko.example"
PATIENCE_S = 30
_ID = "65534"  # nobody
_LIBRARY = "/usr/lib/postfix/sbin"

_MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = {library}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/maillog
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
default_transport = error:5.1.2 nothing leaves this machine
relay_domains = far.example
relay_transport = smtp:[127.0.0.1]:{far}
virtual_mailbox_domains = member.example {bounces}
virtual_mailbox_maps = regexp:{base}/boxes
virtual_mailbox_base = {base}/mail
virtual_uid_maps = static:{id}
virtual_gid_maps = static:{id}
smtpd_recipient_restrictions = check_recipient_access texthash:{base}/rcpt, permit
smtpd_milters = inet:127.0.0.1:{milter}
milter_default_action = tempfail
smtpd_tls_cert_file = {base}/certificate.pem
smtpd_tls_key_file = {base}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = {base}/auth
smtp_host_lookup = native
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{safe} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""
_REFUSED = """
person-00003@member.example 550 5.1.1 no such mailbox
person-00005@member.example 450 4.7.1 greylisted
person-00007@member.example 452 4.2.2 mailbox full
"""
_BOXES = """
/@bounce\\.soko\\.example$/ bounces/
/@member\\.example$/ members/
"""
_DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {base}/dovecot
state_dir = {base}/dovecot
log_path = {base}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{base}/mail/%n
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={id} gid={id} home={base}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {base}/auth {{
    mode = 0666
  }}
}}
"""
_OPENDKIM = """
Mode v
Socket inet:{milter}@127.0.0.1
TestPublicKeys {base}/public-keys
AlwaysAddARHeader yes
AuthservID relay.example
Syslog no
"""


class Servers:
    """Starts and stops them; reads what was delivered."""

    def __init__(self) -> None:
        # Not pytest's folder: Postfix gives up root, and nobody else may look into that.
        self.base = Path(tempfile.mkdtemp(prefix="rundbrief-mail-"))
        self.base.chmod(0o755)
        names = ("port", "safe", "milter", "imap", "far")
        self.ports = dict(zip(names, _free_ports(len(names)), strict=True))
        self.key = dkim.read_key(dkim.new_key(), DOMAIN, "test")
        modern = dkim.read_key(dkim.new_key(modern=True), DOMAIN, "modern")
        self.keys = (self.key, dkim.read_key(dkim.new_key(), DOMAIN, "next"), modern)
        self.certificate, _ = certificate.make(self.base)
        self._children: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.ports['port']}"

    def start(self) -> None:
        self._write()
        self._child("opendkim", "-f", "-x", str(self.base / "opendkim.conf"))
        self._child("dovecot", "-F", "-c", str(self.base / "dovecot.conf"))
        self._child("smtp-sink", "-u", "nobody", "-f", "rcpt", self._at("far"), "100")
        subprocess.run(["postfix", "-c", str(self.base / "etc"), "start"], check=True)
        for name in self.ports:
            _until_listening(self.ports[name])

    def stop(self) -> None:
        subprocess.run(["postfix", "-c", str(self.base / "etc"), "abort"], check=False)
        for child in self._children:
            dovecot = child.args[0] == "dovecot"  # the only one with processes of its own
            (child.terminate if dovecot else child.kill)()
            child.wait()
        shutil.rmtree(self.base)

    def _child(self, *command: str) -> None:
        self._children.append(subprocess.Popen([*command], stderr=subprocess.DEVNULL))

    def _at(self, name: str) -> str:
        return f"127.0.0.1:{self.ports[name]}"

    def _write(self) -> None:
        for folder in ("etc", "queue", "data", "mail", "dovecot"):
            (self.base / folder).mkdir()
        shutil.chown(self.base / "data", "postfix")
        shutil.chown(self.base / "mail", int(_ID), int(_ID))
        values = {**self.ports, "base": self.base, "library": _LIBRARY, "bounces": BOUNCES}
        values |= {"id": _ID, "password": PASSWORD}
        texts = {"etc/main.cf": _MAIN, "etc/master.cf": _MASTER, "dovecot.conf": _DOVECOT}
        texts |= {"opendkim.conf": _OPENDKIM}
        for name, text in texts.items():
            (self.base / name).write_text(text.format_map(values).lstrip())
        (self.base / "rcpt").write_text(_REFUSED.lstrip())
        (self.base / "boxes").write_text(_BOXES.lstrip())
        published = (f"{k.selector}._domainkey.{DOMAIN} {dkim.record(k)}\n" for k in self.keys)
        (self.base / "public-keys").write_text("".join(published))

    def delivered(self, box: str, count: int) -> list[bytes]:
        """Return the mails of a mailbox, as dovecot gives them, once there are so many."""
        deadline = time.monotonic() + PATIENCE_S
        with imaplib.IMAP4("127.0.0.1", self.ports["imap"]) as imap:
            imap.login(box, PASSWORD)
            while int(imap.select("INBOX", readonly=True)[1][0] or b"0") < count:
                if time.monotonic() > deadline:
                    log = (self.base / "maillog").read_text()[-4000:]
                    raise AssertionError(f"{box} has not got {count} mails:\n{log}")
            _, parts = imap.fetch("1:*", "(RFC822)")
        return [part[1] for part in parts if isinstance(part, tuple)]


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _until_listening(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
        else:
            return
