"""People of a shop: invited, given a role, removed, leaving, handing over."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from merchants import invitation_links
from merchants.errors import MemberError
from merchants.models import HandOver, Invitation, Member, Merchant
from merchants.portal import MissingRight, may, owners_and_staff, shops_where
from merchants.services import hand_over, invitations, members
from shopops.accounts.models import User
from shopops.audit.models import Entry
from shopops.jobs.services import run_job
from shopops.notifications.delivery import deliver_queued
from shopops.notifications.models import Delivery, Message, MessageText
from shopops.signin.holds import Held
from shopops.signin.models import Hold
from shopops.transitions.handler import TransitionRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(make_user):
    return make_user("olga", language="en")


@pytest.fixture
def shop(owner):
    merchant = Merchant.objects.create(shop_name="Wren & Daughters")
    Member.objects.create(merchant=merchant, user=owner)
    return merchant


@pytest.fixture
def join(shop, make_user):
    """Add a member with a role: join("viewer")."""

    def add(role, name=""):
        user = make_user(name or role, language="en")
        return Member.objects.create(merchant=shop, user=user, role=role)

    return add


def invite(shop, owner, email="new@example.com", role="service"):
    return invitations.invite(merchant=shop, email=email, role=role, actor=owner)


def link_in(text):
    return re.search(r"/join/\d+/[0-9a-f]{64}/", text).group()


def emails():
    deliver_queued()
    return mail.outbox


def hold(user):
    now = timezone.now()
    Hold.objects.create(user=user, since=now, until=now + dt.timedelta(hours=3), reasons=[])


# Invitations


def test_a_stranger_chooses_a_password_by_the_link_and_is_signed_in_to_the_shop(client, shop, owner):
    invite(shop, owner)
    sent = emails()[0]
    assert sent.to == ["new@example.com"]
    assert "Wren & Daughters" in sent.subject
    assert "Customer service" in sent.body
    link = link_in(sent.body)
    page = client.get(link)
    assert page.status_code == 200
    assert b"olga" in page.content
    answer = client.post(link, {"answer": "accept", "name": "Nia", "password": "correct-horse-9"})
    assert answer.status_code == 302
    assert client.get("/portal/complaints/").status_code == 200
    member = Member.objects.get(user__email="new@example.com")
    assert (member.role, member.user.name) == ("service", "Nia")
    assert User.objects.get(email="new@example.com").check_password("correct-horse-9")
    assert Delivery.objects.filter(recipient=owner, message__kind="merchants.member_joined").exists()


def test_the_email_is_in_the_ledger_and_the_link_is_stored_nowhere(shop, owner):
    invitation = invite(shop, owner)
    link = link_in(emails()[0].body)
    delivery = Delivery.objects.get(message__kind="merchants.member_invited", channel="email")
    assert (delivery.address, delivery.state) == ("new@example.com", Delivery.State.SENT)
    token = link.split("/")[-2]
    for model in (Invitation, Message, MessageText, Delivery, Entry):
        assert token not in str(list(model.objects.values())), model
    assert invitation_links.opens(invitation.pk, invitation.nonce, token)


def test_a_weak_password_is_refused_and_nothing_is_joined(client, shop, owner):
    invite(shop, owner)
    answer = client.post(link_in(emails()[0].body), {"answer": "accept", "name": "Nia", "password": "12345678"})
    assert answer.status_code == 422
    assert not Member.objects.filter(user__email="new@example.com").exists()
    assert not User.objects.get(email="new@example.com").has_usable_password()


def test_who_has_an_account_gets_no_secret_link_and_accepts_signed_in(client, shop, owner, make_user):
    invitation = invite(shop, owner, make_user("nia", language="en").email, "viewer")
    body = emails()[0].body
    assert f"/join/{invitation.pk}/" in body
    assert not re.search(r"/join/\d+/[0-9a-f]{64}/", body)
    page = f"/join/{invitation.pk}/"
    assert "login" in client.get(page).url
    client.force_login(invitation.invitee)
    assert b"invites you to work for Wren" in client.get(page).content
    client.post(page, {"answer": "accept"})
    assert Member.objects.get(user=invitation.invitee).role == "viewer"


def test_somebody_elses_invitation_does_not_exist(client, shop, owner, make_user):
    invitation = invite(shop, owner, make_user("nia").email)
    stranger = make_user("eve")
    client.force_login(stranger)
    assert client.get(f"/join/{invitation.pk}/").status_code == 404
    assert client.post(f"/join/{invitation.pk}/", {"answer": "accept"}).status_code == 404
    with pytest.raises(MemberError):
        invitations.accept(invitation=invitation, actor=stranger)
    assert not Member.objects.filter(user=stranger).exists()


def test_the_link_in_another_account_says_for_whom_it_is_and_joins_nobody(client, shop, owner, make_user):
    invite(shop, owner)
    link = link_in(emails()[0].body)
    client.force_login(make_user("eve"))
    assert b"the invitation is for new@example.com" in client.get(link).content
    client.post(link, {"answer": "accept", "name": "Eve", "password": "correct-horse-9"})
    assert Member.objects.count() == 1


@pytest.mark.parametrize("ending", ["accepted", "declined", "revoked", "expired"])
def test_a_link_that_is_used_up_says_why_and_opens_nothing(client, shop, owner, ending):
    invitation = invite(shop, owner)
    link = link_in(emails()[0].body)
    match ending:
        case "accepted":
            client.post(link, {"answer": "accept", "name": "Nia", "password": "correct-horse-9"})
            client.logout()
        case "declined":
            client.post(link, {"answer": "decline"})
        case "revoked":
            invitations.revoke(invitation=invitation, actor=owner)
        case "expired":
            Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    before = Member.objects.count()
    page = client.get(link)
    words = {
        "accepted": "was accepted",
        "declined": "was declined",
        "revoked": "was taken back",
        "expired": "ran out",
    }
    assert page.status_code == 410
    assert f"This invitation {words[ending]}" in page.content.decode()
    client.post(link, {"answer": "accept", "name": "Again", "password": "correct-horse-9"})
    assert Member.objects.count() == before


def test_a_guessed_link_is_not_found(client, shop, owner):
    invitation = invite(shop, owner)
    assert client.get(f"/join/{invitation.pk}/{'0' * 64}/").status_code == 404
    assert client.get(f"/join/{invitation.pk}/ä/").status_code == 404


def test_sending_again_kills_the_earlier_link(client, shop, owner):
    invitation = invite(shop, owner)
    first = link_in(emails()[0].body)
    invitations.renew(invitation=invitation, actor=owner)
    second = link_in(emails()[1].body)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_mail_of_a_revoked_invitation_does_not_leave(shop, owner):
    invitations.revoke(invitation=invite(shop, owner), actor=owner)
    assert emails() == []


def test_an_invitation_is_refused_for_members_for_the_invited_and_beyond_the_limit(shop, owner, join, monkeypatch):
    viewer = join("viewer")
    with pytest.raises(MemberError, match="works for the shop already"):
        invite(shop, owner, viewer.user.email)
    invite(shop, owner)
    with pytest.raises(MemberError, match="invited already"):
        invite(shop, owner)
    monkeypatch.setattr(invitations, "MAX_OPEN", 1)
    with pytest.raises(MemberError, match="wait for an answer"):
        invite(shop, owner, "third@example.com")
    assert not User.objects.filter(email="third@example.com").exists()


def test_nobody_is_invited_as_owner(shop, owner):
    with pytest.raises(MemberError):
        invite(shop, owner, role="owner")
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(merchant=shop, invitee=owner, email="x@example.com", role="owner", invited_by=owner)


def test_what_ran_out_is_recorded_and_the_person_can_be_invited_again(shop, owner):
    invitation = invite(shop, owner)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(TransitionRefused):
        invitations.accept(invitation=invitation, actor=invitation.invitee)
    run_job("close_invitations", as_of=timezone.now())
    assert Invitation.objects.get().state == Invitation.State.EXPIRED
    assert Entry.objects.filter(action="merchants.invitation.expired", merchant_id=shop.pk).exists()
    assert invite(shop, owner).is_open


@pytest.mark.parametrize("role", ["manager", "fulfilment", "service", "viewer"])
def test_only_who_manages_people_invites(client, shop, owner, join, role):
    member = join(role)
    with pytest.raises(MissingRight):
        invite(shop, member.user)
    client.force_login(member.user)
    answer = client.post("/portal/members/invite/", {"email": "new@example.com", "role": "viewer"})
    assert answer.status_code == 403
    assert b"olga@example.com" in answer.content  # who can help
    page = client.get("/portal/members/").content
    assert b"Invite somebody" not in page
    assert b"olga@example.com" not in page


def test_after_a_suspicious_sign_in_nobody_is_invited_and_the_shop_stays(client, shop, owner, join):
    viewer = join("viewer")
    hold(owner)
    with pytest.raises(Held):
        invite(shop, owner)
    with pytest.raises(Held):
        hand_over.offer(member=viewer, actor=owner)
    with pytest.raises(Held):
        members.change_role(member=viewer, role="manager", actor=owner)
    client.force_login(owner)
    answer = client.post("/portal/members/invite/", {"email": "new@example.com", "role": "viewer"})
    assert answer.status_code == 422
    assert b"unusual sign-in" in answer.content


# Roles


def test_a_changed_role_counts_at_once_is_on_record_and_told(client, shop, owner, join):
    member = join("viewer")
    client.force_login(member.user)
    assert client.get("/portal/warnings/").status_code == 200
    members.change_role(member=member, role="fulfilment", actor=owner)
    assert client.get("/portal/warnings/").status_code == 403
    entry = Entry.objects.get(action="merchants.member.role_changed")
    assert (entry.before, entry.after, entry.merchant_id) == ({"state": "viewer"}, {"state": "fulfilment"}, shop.pk)
    assert Message.objects.get(kind="merchants.member_role_changed").deliveries.filter(recipient=member.user).exists()


def test_the_same_role_again_tells_nobody(shop, owner, join):
    members.change_role(member=join("viewer"), role="viewer", actor=owner)
    assert not Message.objects.exists()


def test_a_removed_member_is_out_at_once(client, shop, owner, join):
    member = join("viewer")
    client.force_login(member.user)
    assert client.get("/portal/").status_code == 200
    members.remove(member=member, actor=owner)
    assert client.get("/portal/orders/").status_code == 302
    assert Entry.objects.get(action="merchants.member.removed").actor == owner
    assert Delivery.objects.filter(recipient=member.user, message__kind="merchants.member_removed").exists()


def test_a_manager_of_another_shop_cannot_touch_this_one(client, shop, join, make_user):
    member = join("viewer")
    other = make_user("rival")
    Member.objects.create(merchant=Merchant.objects.create(shop_name="Rival"), user=other)
    with pytest.raises(MissingRight):
        members.remove(member=member, actor=other)
    client.force_login(other)
    for step in ("role", "remove", "offer"):
        assert client.post(f"/portal/members/{member.pk}/{step}/").status_code == 404
    assert Member.objects.get(pk=member.pk).role == "viewer"


def test_who_leaves_is_gone_and_the_owner_hears_of_it(client, shop, owner, join):
    member = join("service")
    client.force_login(member.user)
    client.post("/portal/members/leave/")
    assert not Member.objects.filter(pk=member.pk).exists()
    assert Delivery.objects.filter(recipient=owner, message__kind="merchants.member_left").exists()


# The owner


def test_the_only_owner_cannot_leave_be_removed_or_become_something_else(shop, owner, join):
    member = Member.objects.get(user=owner)
    with pytest.raises(MemberError):
        members.leave(member=member)
    with pytest.raises(MemberError):
        members.remove(member=member, actor=owner)
    with pytest.raises(MemberError):
        members.change_role(member=member, role="viewer", actor=owner)
    assert Member.objects.get(user=owner).is_owner


def test_a_shop_is_handed_over_only_when_the_new_owner_accepts(client, shop, owner, join):
    member = join("manager")
    client.force_login(owner)
    client.post(f"/portal/members/{member.pk}/offer/")
    offer = HandOver.objects.get()
    assert Member.objects.get(user=owner).is_owner
    client.force_login(member.user)
    assert b"offers you this shop" in client.get("/portal/members/").content
    client.post(f"/portal/members/hand-over/{offer.pk}/", {"answer": "accept"})
    roles = dict(Member.objects.values_list("user__name", "role"))
    assert roles == {"olga": "manager", "manager": "owner"}
    assert Entry.objects.get(action="merchants.ownership.accepted").actor == member.user


def test_only_the_one_asked_answers_and_only_one_offer_stands(shop, owner, join):
    asked, other = join("manager"), join("viewer")
    offer = hand_over.offer(member=asked, actor=owner)
    with pytest.raises(MemberError):
        hand_over.accept(hand_over=offer, actor=other.user)
    with pytest.raises(MemberError, match="offered to somebody already"):
        hand_over.offer(member=other, actor=owner)
    with pytest.raises(MissingRight):
        hand_over.withdraw(hand_over=offer, actor=asked.user)
    hand_over.withdraw(hand_over=offer, actor=owner)
    with pytest.raises(TransitionRefused):
        hand_over.accept(hand_over=offer, actor=asked.user)
    hand_over.decline(hand_over=hand_over.offer(member=other, actor=owner), actor=other.user)
    assert Member.objects.get(user=owner).is_owner


def test_an_offer_that_ran_out_cannot_be_accepted(shop, owner, join):
    member = join("manager")
    offer = hand_over.offer(member=member, actor=owner)
    HandOver.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    with pytest.raises(TransitionRefused):
        hand_over.accept(hand_over=offer, actor=member.user)
    assert Member.objects.get(user=owner).is_owner


def test_the_database_keeps_an_owner_whoever_writes(shop, owner, join):
    join("manager")
    for change in (
        lambda: Member.objects.filter(user=owner).update(role="viewer"),
        lambda: Member.objects.filter(user=owner).delete(),
    ):
        with pytest.raises(IntegrityError, match="without an owner"), transaction.atomic():
            change()
            transaction.get_connection().check_constraints()


def test_a_shop_goes_with_its_people(shop):
    shop.delete()
    transaction.get_connection().check_constraints()
    assert not Member.objects.exists()


# Rights


def test_rights_are_asked_by_shop(shop, owner, join, make_user):
    member = join("fulfilment")
    assert may(member.user, shop.pk, "orders.handle")
    assert not may(member.user, shop.pk, "warnings.view")
    assert list(shops_where(member.user, "orders.view")) == [shop]
    assert not shops_where(make_user("stranger"), "orders.view").exists()
    with pytest.raises(ValueError, match="No portal permission"):
        may(owner, shop.pk, "orders.veiw")


def test_who_may_not_see_warnings_is_not_told_of_them(shop, owner, join):
    join("fulfilment")
    manager = join("manager")
    assert owners_and_staff(shop.pk, "warnings.view") == [owner, manager.user]
    assert len(owners_and_staff(shop.pk)) == 3


def test_a_link_opens_the_shop_in_which_the_person_has_the_right(client, shop, owner, join, make_user):
    from complaints.models import Complaint  # the page is an app's, the right a member's
    from shopops.policies.services import load_packs

    load_packs()
    from complaints.services import file_complaint

    member = join("service")
    mine = Merchant.objects.create(shop_name="A shop of one's own")
    Member.objects.create(merchant=mine, user=member.user, role="fulfilment")
    Member.objects.create(merchant=mine, user=owner)
    filed = [
        file_complaint(merchant=each, order_reference="1", kind="quality", text="x", buyer_name="y", buyer_contact="1")
        for each in (shop, mine)
    ]
    assert Complaint.objects.count() == 2
    client.force_login(member.user)
    assert client.get(f"/portal/complaints/{filed[0].pk}/").status_code == 200
    refused = client.get(f"/portal/complaints/{filed[1].pk}/")
    assert refused.status_code == 403
    assert b"See complaints" in refused.content


def test_a_viewer_reads_a_complaint_and_cannot_answer_it(client, shop, join):
    from complaints.services import file_complaint
    from shopops.policies.services import load_packs

    load_packs()
    complaint = file_complaint(
        merchant=shop, order_reference="1", kind="quality", text="x", buyer_name="y", buyer_contact="1"
    )
    client.force_login(join("viewer").user)
    page = f"/portal/complaints/{complaint.pk}/"
    assert b"<textarea" not in client.get(page).content
    assert client.post(page, {"text": "We did it."}).status_code == 403
    complaint.refresh_from_db()
    assert complaint.answer == ""


def test_the_home_shows_what_the_role_includes_and_claims_nothing_more(client, shop, owner, join):
    from shopops.policies.services import load_packs

    load_packs()
    client.force_login(join("fulfilment").user)
    page = client.get("/portal/").content.decode()
    assert "Your role does not include this" in page
    assert "Your shop is all right" not in page
    assert "/portal/warnings/" not in page
    assert "/portal/score/" not in page
    client.force_login(owner)
    page = client.get("/portal/").content.decode()
    assert "Your role does not include this" not in page
    assert "/portal/warnings/" in page


def test_documents_need_their_right(client, shop, join, policies):
    client.force_login(join("viewer").user)
    assert b"No documents on file" not in client.get("/apply/shop/").content
    client.force_login(join("manager").user)
    assert b"No documents on file" in client.get("/apply/shop/").content


def test_operators_see_people_invitations_and_offers(client, shop, owner, join, make_user):
    invite(shop, owner)
    hand_over.offer(member=join("manager"), actor=owner)
    client.force_login(make_user("rita", roles=["reviewer"]))
    page = client.get(f"/admin/merchants/merchant/{shop.pk}/change/").content.decode()
    for word in ("new@example.com", "Open", "olga", "Offered"):
        assert word in page
