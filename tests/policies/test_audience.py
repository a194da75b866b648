"""Who is told of changed rules: the owners of shops that the rules still bind, and what the calendar kind feeds."""

from merchants.models import Member, Merchant
from merchants.portal_roles import PortalRole
from merchants.rule_notice import owners
from shopops.clocks.selectors import calendar
from shopops.policies.kinds import kinds, notice_audiences
from shopops.policies.selectors import active_version
from shopops.policies.services import approve, create_draft, load_packs, submit


def test_owners_of_all_but_closed_shops_are_told(make_user):
    told = []
    for number, state in enumerate(Merchant.State.values):
        merchant = Merchant.objects.create(shop_name=f"Shop {number}", state=state)
        owner, viewer = make_user(f"owner{number}"), make_user(f"viewer{number}")
        Member.objects.create(merchant=merchant, user=owner, role=PortalRole.OWNER)
        Member.objects.create(merchant=merchant, user=viewer, role=PortalRole.VIEWER)
        if state != Merchant.State.CLOSED:
            told.append((owner.pk, merchant.pk))
    assert sorted(owners()) == told


def test_every_audience_that_a_kind_names_is_registered():
    assert {kind.notice for kind in kinds if kind.notice} <= {audience.code for audience in notice_audiences}


def test_the_clocks_get_every_calendar_that_comes_into_force(make_user):
    load_packs()
    assert calendar().weekdays == frozenset(range(5))
    body = {**active_version("calendar").body, "weekdays": [0, 1, 2, 3, 4, 5]}
    author, approver = make_user("ines", roles=["risk_analyst"]), make_user("zhou", roles=["supervisor"])
    draft = create_draft(kind=kinds.get("calendar"), author=author, body=body)
    approve(version=submit(version=draft, actor=author, note="Saturdays too"), actor=approver)
    assert calendar().weekdays == frozenset(range(6))
