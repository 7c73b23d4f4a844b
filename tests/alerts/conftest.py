"""What the tests of alerts share: a receiver of webhooks on loopback."""

import shutil
import ssl

import pytest
from alerts_made import Receiver
from channels_made import MailPeer, certificate


@pytest.fixture
def receiver():
    opened = Receiver()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def peer_certificate(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def mail_peer(tmp_path, peer_certificate):
    """Makes mail servers whose certificate and secret lie in tmp_path; closes them all."""
    made = []

    def make(security="starttls", own_users=True):
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(*peer_certificate)
        shutil.copy(peer_certificate[0], tmp_path / "peer.crt")
        (tmp_path / "mail_secret").write_text(MailPeer.SECRET)
        made.append(MailPeer(trust, security, own_users))
        return made[-1]

    yield make
    for peer in made:
        peer.close()
