"""Signatures as the Standard Webhooks specification has them."""

import base64

from shopops.webhooks.signing import headers, new_secret, sign

#: Published with the reference libraries of Standard Webhooks (standard-webhooks/libraries, e.g. python/tests).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
UID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector():
    assert sign(SECRET, uid=UID, timestamp=TIMESTAMP, body=BODY) == SIGNATURE


def test_the_prefix_of_the_secret_is_no_part_of_the_key():
    assert sign(SECRET.removeprefix("whsec_"), uid=UID, timestamp=TIMESTAMP, body=BODY) == SIGNATURE


def test_two_secrets_give_two_signatures_with_a_space_between():
    other = new_secret()
    found = headers([other, SECRET], uid=UID, timestamp=TIMESTAMP, body=BODY)
    assert found["webhook-id"] == UID and found["webhook-timestamp"] == "1614265330"
    assert found["webhook-signature"].split(" ") == [
        sign(other, uid=UID, timestamp=TIMESTAMP, body=BODY),
        SIGNATURE,
    ]


def test_new_secrets_are_long_and_differ():
    one, two = new_secret(), new_secret()
    assert one != two
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32
