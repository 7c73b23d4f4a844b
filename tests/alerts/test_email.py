from dataclasses import replace

import pytest
from alerts_made import T0, ms
from channels_made import KEY, alarm, contributor, opened
from structlog.testing import capture_logs

from alerts.channels.email import MOST_ATTACHED
from alerts.message import Attachment, Attempt
from pulse.config import ConfigError


@pytest.fixture
def peer(mail_peer):
    return mail_peer()


def mail_to(peer, folder, **facts):
    return opened("email", folder, **peer.options(**facts))


def parts(mail):
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_the_mail_arrives_under_tls_as_text_and_html_in_both_languages(peer, tmp_path):
    attempt = mail_to(peer, tmp_path, language="both").send(alarm(contributors=[contributor("Late")], drill=True), T0)

    ((mail, recipients),) = peer.mails
    assert attempt == Attempt(delivered=True, status=250)
    assert (peer.under_tls, peer.logins, recipients) == ([True], [(peer.USER, peer.SECRET)], ("shift@example.org",))
    assert mail["Subject"] == "[DRILL] [RAISED II] Support: low / 【演练】【告警 II 级】客服：偏低"
    for body in parts(mail):
        for words in (
            "50 % in 20 s",
            "20 秒内百分之五十",
            "Late 25 %",
            "Late类 25 %",
            "2026-11-23 20:00 (Asia/Shanghai)",
            "0.5 / threshold 0.8",
        ):
            assert words in body
        assert "https://pulse.example.org/console?incident=1" in body


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_both_ways_of_tls_are_spoken(mail_peer, tmp_path, security):
    peer = mail_peer(security)

    assert mail_to(peer, tmp_path, security=security).send(alarm(), T0).delivered
    assert peer.under_tls == [True]


def test_a_relay_without_users_is_spoken_to_in_the_clear_where_that_is_asked_for(mail_peer, tmp_path):
    peer = mail_peer("none", own_users=False)
    channel = mail_to(peer, tmp_path, security="none", user=None, secret=None)

    assert channel.send(alarm(), T0).delivered
    assert (peer.logins, peer.under_tls) == ([], [False])


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(peer, tmp_path):
    attempt = mail_to(peer, tmp_path, authorities=None).send(alarm(), T0)

    assert (attempt.delivered, attempt.retriable, attempt.error) == (False, True, "SSLCertVerificationError")
    assert (peer.logins, peer.mails) == ([], [])


def test_the_message_id_is_the_same_at_every_try_and_another_for_another_key(peer, tmp_path):
    channel = mail_to(peer, tmp_path)
    channel.send(alarm(), T0)
    channel.send(alarm(), ms(60))
    channel.send(alarm("site/1/cleared-1/ops", state="cleared"), ms(90))

    first, again, cleared = (mail["Message-ID"] for mail, _ in peer.mails)
    assert first == again != cleared
    assert first.endswith("@example.org>")
    assert len({mail["References"] for mail, _ in peer.mails}) == 1


@pytest.mark.parametrize(("answer", "retriable"), [("451 try later", True), ("421 busy", True), ("554 no", False), ("552 too much", False)])
def test_four_hundreds_may_pass_and_five_hundreds_will_not(peer, tmp_path, answer, retriable):
    peer.answers = [answer]

    attempt = mail_to(peer, tmp_path).send(alarm(), T0)

    code = int(answer[:3])
    assert attempt == Attempt(delivered=False, retriable=retriable, status=code, error=f"smtp_{code}")


def test_a_wrong_secret_is_not_tried_again(peer, tmp_path):
    (tmp_path / "mail_secret").write_text("wrong")

    assert mail_to(peer, tmp_path).send(alarm(), T0) == Attempt(delivered=False, status=535, error="smtp_535")
    assert peer.mails == []


def test_a_server_without_starttls_gets_neither_secret_nor_mail(mail_peer, tmp_path):
    peer = mail_peer("none")

    assert mail_to(peer, tmp_path).send(alarm(), T0) == Attempt(delivered=False, error="not_supported_by_server")
    assert peer.logins == []


@pytest.mark.parametrize(("answer", "retriable"), [("450 greylisted", True), ("550 unknown", False)])
def test_a_recipient_whom_nobody_takes_is_a_failure(peer, tmp_path, answer, retriable):
    peer.refused = {"shift@example.org": answer}

    attempt = mail_to(peer, tmp_path).send(alarm(), T0)

    code = int(answer[:3])
    assert attempt == Attempt(delivered=False, retriable=retriable, status=code, error=f"recipient_{code}")


def test_another_try_goes_only_to_those_who_do_not_have_the_mail(peer, tmp_path):
    channel = mail_to(peer, tmp_path, to=["a@example.org", "b@example.org"])
    peer.refused = {"b@example.org": "450 greylisted"}

    first = channel.send(alarm(), T0)
    peer.refused = {}
    second = channel.send(alarm(), ms(10))

    assert (first.delivered, first.retriable, second.delivered) == (False, True, True)
    assert [recipients for _, recipients in peer.mails] == [("a@example.org",), ("b@example.org",)]


def test_a_recipient_who_does_not_exist_does_not_take_the_mail_from_the_others(peer, tmp_path):
    peer.refused = {"b@example.org": "550 unknown"}

    attempt = mail_to(peer, tmp_path, to=["a@example.org", "b@example.org"]).send(alarm(), T0)

    assert attempt == Attempt(delivered=True, status=250, error="refused_for_1_of_2")


def test_a_server_that_hangs_up_after_it_took_the_mail_has_it(peer, tmp_path):
    peer.hangs_up = True

    assert mail_to(peer, tmp_path).send(alarm(), T0).delivered
    assert len(peer.mails) == 1


def test_a_server_that_hangs_up_before_is_tried_again(peer, tmp_path):
    peer.answers = [None]

    attempt = mail_to(peer, tmp_path).send(alarm(), T0)

    assert (attempt.delivered, attempt.retriable) == (False, True)


def test_names_from_outside_are_no_html_and_no_header(peer, tmp_path):
    title = {"en": "<b>bold</b>\r\nBcc: all@example.org", "zh": "x"}
    mail_to(peer, tmp_path).send(alarm(title=title), T0)

    ((mail, recipients),) = peer.mails
    assert "<b>" not in parts(mail)[1]
    assert "&lt;b&gt;bold" in parts(mail)[1]
    assert mail["Bcc"] is None
    assert recipients == ("shift@example.org",)


def test_level_one_is_marked_as_important(peer, tmp_path):
    channel = mail_to(peer, tmp_path)
    for facts in ({"level": 1}, {"level": 2}, {"level": 1, "state": "cleared"}):
        channel.send(alarm(**facts), T0)

    assert [mail["Importance"] for mail, _ in peer.mails] == ["high", None, None]


def test_a_private_server_is_not_called_unless_allowed(peer, tmp_path):
    assert mail_to(peer, tmp_path, allow_private=False).send(alarm(), T0) == Attempt(delivered=False, error="private_address")
    assert peer.tried == []


@pytest.mark.parametrize(
    "facts",
    [{"user": None}, {"secret": None}, {"security": "none"}, {"to": []}, {"to": ["a b@example.org"]}, {"to": ["a@b.org, c@d.org"]},
     {"sender": "a\r\nBcc: b@example.org"}, {"secret": "open sesame"}, {"host": ""}],
)  # fmt: skip
def test_options_that_cannot_work_are_refused(peer, tmp_path, facts):
    with pytest.raises(ValueError):
        mail_to(peer, tmp_path, **facts)


def test_authorities_that_are_not_there_are_refused_with_their_place(peer, tmp_path):
    with pytest.raises(ConfigError, match=r'authorities: got "nothing.crt", expected a file of certificates'):
        mail_to(peer, tmp_path, authorities="nothing.crt")


def test_the_key_never_stands_in_the_mail_itself(peer, tmp_path):
    mail_to(peer, tmp_path).send(alarm(), T0)

    assert KEY not in peer.mails[0][0].as_string()


def test_files_go_with_the_mail_and_the_words_stay_as_they_are(peer, tmp_path):
    files = (Attachment("day.pdf", "application/pdf", b"%PDF"), Attachment("day.html", "text/html", "<p>日报".encode()))

    mail_to(peer, tmp_path).send(replace(alarm(), attached=lambda: files), T0)

    ((mail, _),) = peer.mails
    carried = {one.get_filename(): (one.get_content_type(), one.get_payload(decode=True)) for one in mail.iter_attachments()}
    assert carried == {file.name: (file.kind, file.content) for file in files}
    assert "50 % in 20 s" in parts(mail)[0]


def test_files_that_no_server_would_take_stay_behind_and_the_words_arrive(peer, tmp_path):
    large = (Attachment("day.pdf", "application/pdf", bytes(MOST_ATTACHED + 1)),)

    with capture_logs() as logs:
        attempt = mail_to(peer, tmp_path).send(replace(alarm(), attached=lambda: large), T0)

    ((mail, _),) = peer.mails
    assert (attempt.delivered, list(mail.iter_attachments())) == (True, [])
    assert [one["event"] for one in logs] == ["attachments_too_large"]
