"""Who belongs together: two hops, a fixed number of queries, and applications that hear of changes."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from merchants import related, selectors
from merchants.models import Application, Merchant, Recheck
from merchants.views import graph
from tests.merchants.factories import TENCENT, VANKE, submitted

pytestmark = pytest.mark.django_db

#: What another person types: nothing is shared.
OTHERS = {"id_number": "110101199003070070", "contact_phone": "139 0000 0000", "bank_account": "6214 0000 1111 2222"}


def shop(name: str, **values) -> Merchant:
    defaults = {"shop_name": name, "legal_name": f"{name}有限公司"}
    return Merchant.objects.create(**(defaults | values))


@pytest.fixture
def application(applicant) -> Application:
    mine = submitted(applicant, bank_account="6225 8801 2345", bank_name="招商银行")
    Application.objects.filter(pk=mine.pk).update(device_id="d" * 32)
    return Application.objects.get(pk=mine.pk)


@pytest.mark.parametrize(
    ("values", "shared"),
    [
        ({"uscc": "91330100799655058B"}, "uscc"),
        ({"id_number": "110105 19491231 002x"}, "person"),
        ({"contact_phone": "138-0013-8000"}, "phone"),
        ({"bank_account": "622588012345"}, "bank"),
    ],
)
def test_what_a_shop_can_share(application, values, shared):
    other = shop("屿味零食", **values)
    assert [(each.other, each.shared) for each in related.direct(application)] == [(other, (shared,))]


def test_a_shop_whose_application_came_from_the_same_device(application, make_user):
    other = shop("屿味零食")
    their = submitted(make_user("wang"), uscc=TENCENT, shop_name="别家", legal_name="别家有限公司", **OTHERS)
    Application.objects.filter(pk=their.pk).update(state="withdrawn", device_id="d" * 32)
    assert related.direct(application) == []
    Application.objects.filter(pk=their.pk).update(
        state="approved", merchant=other, decided_by=their.applicant, decided_at=their.submitted_at
    )
    assert [(each.other, each.shared) for each in related.direct(application)] == [(other, ("device",))]


def test_similar_names_are_found_by_the_threshold(application):
    close = shop("北岭户外店", legal_name="杭州北岭户外用品有限责任公司")
    shop("明澈数码", legal_name="深圳市明澈数码科技有限公司")
    found = related.direct(application, similar=0.6)
    assert [(each.other, each.shared) for each in found] == [(close, ("name",))]
    assert 0.6 <= found[0].alike < 1
    assert related.direct(application, similar=0.95) == []


def test_a_similar_name_and_a_shared_phone_are_one_relation(application):
    shop("北岭户外", contact_phone="13800138000")
    (found,) = related.direct(application, similar=0.6)
    assert (found.shared, found.alike) == (("phone", "name"), 1.0)


def test_two_hops_reach_the_friends_friend_and_no_further(application):
    near = shop("甲店", contact_phone="13800138000", id_number="110108197903120019")
    far = shop("乙店", id_number="110108197903120019", bank_account="999")
    shop("丙店", bank_account="999")
    made = related.graph(application)
    assert [(node.other, node.hop) for node in made.nodes] == [(application, 0), (near, 1), (far, 2)]
    assert [edge.shared for edge in made.edges] == [("phone",), ("person",)]
    assert related.graph(application, hops=1).nodes[-1].other == near


def test_the_number_of_queries_does_not_grow(application):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            related.graph(application, similar=0.6)
        return len(seen)

    shop("甲店", contact_phone="13800138000", bank_account="775")
    few = queries()
    for number in range(12):
        shop(f"店{number}", contact_phone="13800138000", bank_account=f"77{number % 3}")
    assert queries() == few


def test_a_circle_too_big_to_show_says_so(application, monkeypatch):
    monkeypatch.setattr(related, "MOST", 3)
    for number in range(5):
        shop(f"店{number}", contact_phone="13800138000")
    made = related.graph(application)
    assert made.cut
    assert len(made.nodes) == 4


def test_closed_and_suspended_relatives_reach_the_checks(application):
    Merchant.objects.create(shop_name="关", contact_phone="13800138000", state=Merchant.State.CLOSED)
    facts = selectors.facts(application)
    assert [(each.shared, each.closed) for each in facts.relatives] == [(("phone",), True)]


def test_a_shop_that_changes_has_the_checks_of_its_relatives_run_again(application):
    Recheck.objects.all().delete()
    other = shop("别家")
    assert not Recheck.objects.exists()
    other.contact_phone = "13800138000"
    other.save()
    assert list(Recheck.objects.values_list("application", flat=True)) == [application.pk]


def test_another_application_that_arrives_has_them_run_again(application, make_user):
    Recheck.objects.all().delete()
    submitted(make_user("wang"), uscc=VANKE, shop_name="别家", legal_name="别家有限公司")
    assert application.pk in Recheck.objects.values_list("application", flat=True)


# --- the picture ------------------------------------------------------------------------------------------------------


def part(number: int, column: int, **values) -> graph.Part:
    return graph.Part(("shop", number), column, values.pop("name", f"店 {number}"), "phone", **values)


def test_boxes_never_overlap_and_lines_join_them():
    parts = [part(0, 0), *(part(number, 1) for number in range(1, 6)), part(9, 2)]
    drawn = graph.drawn(parts, [(("shop", 0), ("shop", number)) for number in range(1, 6)])
    places = {(box.x, box.y) for box in drawn.boxes}
    assert len(places) == 7
    for one in drawn.boxes:
        assert one.x >= 0 and one.x + graph.WIDTH <= drawn.width
        assert one.y >= 0 and one.y + graph.HEIGHT <= drawn.height
        same = sorted(box.y for box in drawn.boxes if box.x == one.x)
        assert all(below - above >= graph.HEIGHT for above, below in pairwise(same))
    assert len(drawn.lines) == 5


def test_what_has_no_place_is_counted():
    drawn = graph.drawn([part(number, 1) for number in range(graph.MOST + 3)], [])
    assert (len(drawn.boxes), drawn.left_out) == (graph.MOST, 3)


@pytest.mark.parametrize("name", ["杭州青屿食品贸易有限公司旗舰店", "A very long name of a shop in English", "短"])
def test_names_are_cut_to_the_box_and_kept_whole_in_the_title(name):
    (box,) = graph.drawn([part(1, 0, name=name)], []).boxes
    assert box.title.startswith(name)
    assert box.name == name or box.name.endswith("…")
    assert len(box.name) <= 20
