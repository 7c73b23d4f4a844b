"""Why a message was not delivered, in words for people."""

import pytest

from alerts.failure_words import failure


@pytest.mark.parametrize(
    ("kind", "en", "zh"),
    [
        ("ReadTimeout", "no answer in time (ReadTimeout)", "未及时响应（ReadTimeout）"),
        ("gaierror", "nobody knows its name (gaierror)", "域名无法解析（gaierror）"),
        ("http_503", "answered with status 503", "返回状态码 503"),
        ("code_93000", "refused with code 93000", "拒绝，错误码 93000"),
        ("code_-1", "refused with code -1", "拒绝，错误码 -1"),
        ("fault:KeyError", "a fault of our own: KeyError", "程序内部错误：KeyError"),
    ],
)
def test_kind_of_failure_is_told_in_words_with_what_one_would_look_up(kind, en, zh):
    assert (failure(kind).en, failure(kind).zh) == (en, zh)


def test_kind_nobody_has_words_for_stands_as_it_is():
    assert failure("no_team").en == "no_team"
