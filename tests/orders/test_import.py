"""Importing in the generic layout: what lands, again, twice at once, after a kill."""

import datetime as dt
import re
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from merchants.models import Merchant
from orders import counters, services
from orders.importing import ImportFailed, import_facts
from orders.importing import mapping as mappings
from orders.importing.schema import FIELDS
from orders.models import ImportRun, Order, OrderLine, Review, Shipment
from tests.orders.factories import at, make_merchant

pytestmark = pytest.mark.django_db

ORDER = "A,1001,confirmed,2026-03-01 10:00,2026-03-03 10:00,129.00"


def landed(**fields):
    return Order.objects.get(**fields)


def test_an_order_lands_with_its_merchant_lines_shipment_and_review(orders_file):
    path = orders_file(
        "A,1001,shipped,2026-03-01 10:00,2026-03-03 10:00,129.5",
        lines="merchant,order,number,product,title,category,quantity,unit_price\n"
        "A,1001,1,P1,Kettle,home,2,60.00\nA,1001,2,P2,Filter,home,1,9.50\n",
        shipments="merchant,order,shipment,carrier,tracking_no,shipped_at\nA,1001,S1,SF Express,SF1,2026-03-02 09:00\n",
        reviews="merchant,order,review,rating,text,created_at\nA,1001,R1,4,Good,2026-03-09 20:00\n",
    )
    result = import_facts("generic", path)
    order = landed()
    assert (order.merchant.external_id, order.merchant.shop_name, order.merchant.category) == ("A", "Alpha", "home")
    assert order.merchant.opened_at == at("2026-03-01 10:00")
    assert (order.amount, order.currency, order.state) == (12_950, "CNY", "shipped")
    assert order.placed_at == at("2026-03-01 10:00")
    assert [(line.quantity, line.unit_price) for line in order.lines.all()] == [(2, 6_000), (1, 950)]
    assert (order.shipments.get().tracking_no, order.reviews.get().rating) == ("SF1", 4)
    assert {key: value for key, value in result.counts.items() if value} == {
        "merchant new": 2, "order new": 1, "line new": 2, "shipment new": 1, "review new": 1,
    }  # fmt: skip
    assert result.rejects_path is None


def test_a_file_alone_is_a_file_of_orders(orders_file):
    make_merchant(external_id="A")
    import_facts("generic", orders_file(ORDER) / "orders.csv")
    assert landed().external_id == "1001"


def test_chinese_headers_states_and_gb18030_are_read(folder):
    text = "商家编号,订单编号,订单状态,下单时间,商品金额,收货地区\n甲,20260301,已取消,2026/3/1 9:05,1299,浙江省杭州市\n"
    path = folder(orders=text.encode("gb18030"), merchants="商家编号,店铺名称\n甲,鹪鹩家居\n".encode("gb18030"))
    import_facts("generic", path)
    order = landed()
    assert (order.state, order.region, order.amount) == ("cancelled", "浙江省杭州市", 129_900)
    assert order.merchant.shop_name == "鹪鹩家居"
    assert order.placed_at == at("2026-03-01 09:05")
    # Cancelled, and nothing more is known: the time it was placed, by whom unknown.
    assert (order.cancelled_at, order.cancelled_by) == (order.placed_at, "unknown")


def test_importing_again_changes_only_what_changed(orders_file):
    import_facts("generic", orders_file(ORDER, ORDER.replace("1001", "1002")))
    before = landed(external_id="1002").updated_at
    path = orders_file(ORDER.replace("confirmed", "packed"), ORDER.replace("1001", "1002"))
    result = import_facts("generic", path)
    assert (result.counts["order new"], result.counts["order changed"], result.counts["order unchanged"]) == (0, 1, 1)
    assert landed(external_id="1001").state == "packed"
    assert landed(external_id="1002").updated_at == before


def test_an_older_version_never_overwrites_a_newer_one(orders_file):
    header = "merchant,order,state,placed_at,amount,updated_at"
    new = "A,1001,shipped,2026-03-01 10:00,129,2026-03-03 08:00"
    old = "A,1001,confirmed,2026-03-01 10:00,129,2026-03-02 08:00"
    import_facts("generic", orders_file(new, header=header))
    assert import_facts("generic", orders_file(old, header=header)).counts["order unchanged"] == 1
    assert landed().state == "shipped"


def test_fields_that_a_file_does_not_give_keep_what_they_have(orders_file):
    import_facts("generic", orders_file(ORDER))
    Order.objects.update(buyer_ref="someone", freight=500)
    services.exclude_orders(order_ids=[landed().pk], reason="Returns fraud", actor=None)
    mapping = mappings.load("generic")
    assert "buyer_ref" in mapping.order.fields  # the mapping gives it, so the empty column is what the source says
    import_facts("generic", orders_file(ORDER.replace("129.00", "130.00")))
    order = landed()
    assert (order.amount, order.is_excluded, order.excluded_reason) == (13_000, True, "Returns fraud")


def test_lines_that_an_order_no_longer_has_go(orders_file):
    header = "merchant,order,number,unit_price\n"
    import_facts("generic", orders_file(ORDER, lines=header + "A,1001,1,1\nA,1001,2,2\n"))
    result = import_facts("generic", orders_file(ORDER, lines=header + "A,1001,2,2\n"))
    assert result.counts["line gone"] == 1
    assert [line.number for line in OrderLine.objects.all()] == [2]


def test_shipments_and_reviews_of_orders_imported_before_land(orders_file, folder):
    import_facts("generic", orders_file(ORDER))
    path = orders_file(
        "A,1002,confirmed,2026-03-01 10:00,2026-03-03 10:00,1",
        shipments="merchant,order,shipment\nA,1001,S1\nA,9999,S2\n",
        reviews="merchant,order,review,rating,created_at\nB,1001,R1,5,2026-03-05\nA,1001,R2,5,2026-03-05\n",
    )
    result = import_facts("generic", path)
    assert Shipment.objects.get().order.external_id == "1001"
    assert Review.objects.get().external_id == "R2"
    assert result.rejects == {"unknown_order": 2}


def test_orders_of_a_merchant_nobody_knows_are_rejected(orders_file, rejected):
    path = orders_file(ORDER, "C,1,confirmed,2026-03-01,2026-03-03,1")
    result = import_facts("generic", path)
    assert landed().merchant.external_id == "A"
    assert rejected(result.rejects_path) == [("orders.csv", 3, "merchant", "C", "Its merchant is unknown")]


def test_merchants_that_exist_keep_their_name(orders_file):
    make_merchant(external_id="A", shop_name="Wren")
    import_facts("generic", orders_file(ORDER))
    assert landed().merchant.shop_name == "Wren"


def test_a_dry_run_keeps_nothing(orders_file):
    result = import_facts("generic", orders_file(ORDER), dry_run=True)
    assert result.counts["order new"] == 1
    assert not Order.objects.exists()
    assert not Merchant.objects.exists()
    assert not ImportRun.objects.exists()


def test_the_run_is_recorded(orders_file):
    import_facts("generic", orders_file(ORDER, "B,1,confirmed,nonsense,,1"))
    run = ImportRun.objects.get()
    assert (run.mapping, run.state, run.rejects) == ("generic", "succeeded", {"wrong_date": 1})
    assert run.counts["order new"] == 1


def test_imported_orders_are_counted(orders_file):
    counters.slide(dt.date(2026, 3, 20))
    import_facts("generic", orders_file(ORDER))
    assert Merchant.objects.get(external_id="A").order_counters.late_30 == 1
    assert not counters.recount()


def test_the_command_reports_and_says_where_rejects_are(orders_file, capsys, tmp_path):
    rejects = tmp_path / "out" / "rejects.csv"
    call_command("import_orders", str(orders_file(ORDER, "A,2,x,2026-03-01,,1")), mapping="generic", rejects=rejects)
    out, err = capsys.readouterr()
    assert "Orders: 1 new, 0 changed, 0 unchanged" in out
    assert "1 row rejected: The mapping does not know this value" in out
    assert str(rejects) in out
    assert "100%  orders landed  1 / 1" in err


def test_a_mapping_of_ones_own_needs_no_code(orders_file, tmp_path):
    own = tmp_path / "own.toml"
    text = (mappings.FOLDER / "generic.toml").read_text("utf-8")
    own.write_text(text.replace('column = ["order", "订单编号"], required', 'column = "Order No", required'), "utf-8")
    make_merchant(external_id="A")
    path = orders_file(ORDER, header="merchant,Order No,state,placed_at,ship_by,amount") / "orders.csv"
    import_facts(str(own), path)
    assert landed().external_id == "1001"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('title = "Generic CSV files"', "title = 5", "Expected `str`"),
        ('currency = "CNY"', 'currency = "XXQ"', "not an ISO 4217 code"),
        ('time_zone = "marketplace"', 'time_zone = "Mars/Olympus"', "there is no zone"),
        ('region = "orders.region"', 'region = "orders.nowhere"', "no column orders.nowhere"),
        ('region = "orders.region"', 'region = "orders.amount"', "is money, but the field is text"),
        ('region = "orders.region"', 'region = "\'; DROP TABLE orders_order; --"', "is not file.column"),
        ('state = "orders.state"', 'state = "orders.region"', "must be a choice of"),
        ('external_id = "orders.number"', 'external_id = "{orders.merchant}-{orders.number}"', "129 characters"),
        ("min = 1, max = 5", "min = 0, max = 5", "limited by min and max to 1..5"),
        ('[order]\nfrom = "orders"', '[order]\nfrom = "orders"\njoin = ["x; on y"]', "join:"),
        ('amount = "orders.amount"', "", "amount must be given"),
        ('placed_at = "orders.placed_at"', 'placed_at = "orders.placed_at"\nhue = "orders.state"', "no field hue"),
        ("delimiter", "delimiter", None),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path, old, new, complaint):
    own = tmp_path / "own.toml"
    own.write_text((mappings.FOLDER / "generic.toml").read_text("utf-8").replace(old, new), "utf-8")
    if complaint is None:
        assert mappings.load(str(own)).title
        return
    with pytest.raises(ImportFailed, match="is wrong") as caught:
        mappings.load(str(own))
    assert complaint in str(caught.value)


def test_the_example_in_the_documentation_works(tmp_path, settings):
    text = (settings.BASE_DIR / "docs" / "import.md").read_text("utf-8")
    (mapping,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    own = tmp_path / "shop.toml"
    own.write_text(mapping, "utf-8")
    for name, content in zip(("sales", "people"), re.findall(r"```csv\n(.*?)```", text, re.DOTALL), strict=True):
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    result = import_facts(str(own), tmp_path)
    order = landed()
    assert (order.merchant.external_id, order.merchant.shop_name) == ("Wren", "Wren")
    assert (order.external_id, order.amount, order.state, order.region) == ("7", 1_550, "completed", "杭州")
    assert order.paid_at == order.placed_at == at("2026-03-01 10:00")
    assert [(line.number, line.unit_price) for line in order.lines.order_by("number")] == [(1, 1_250), (2, 300)]
    assert result.rejects == {"unknown_value": 1}


def test_the_documentation_lists_every_field_of_a_mapping(settings):
    text = (settings.BASE_DIR / "docs" / "import.md").read_text("utf-8")
    for part, fields in FIELDS.items():
        (listed,) = re.findall(rf"^\| `\[{part}\]` \| (.*) \|$", text, re.MULTILINE)
        named = [re.sub(r" \(.*\)", "", each) for each in listed.split(" · ")]
        assert set(named) == {f"{field}*" if needed else field for field, (_kind, needed) in fields.items()}


def test_an_unknown_mapping_names_those_there_are(tmp_path):
    for name in ("nope", "../generic", "/etc/passwd", "nope.toml"):
        with pytest.raises(CommandError, match="There are: generic, olist"):
            call_command("import_orders", str(tmp_path), mapping=name)


@pytest.mark.django_db(transaction=True)
def test_two_importers_of_the_same_files_at_once_land_every_row_once(orders_file):
    lines = [f"{'AB'[n % 2]},{n},confirmed,2026-03-01 10:00,2026-03-03 10:00,1.00" for n in range(3_000)]
    reviews = "merchant,order,review,rating,created_at\n" + "".join(
        f"{'AB'[n % 2]},{n},R{n},3,2026-03-05\n" for n in range(0, 3_000, 3)
    )
    path = orders_file(*lines, reviews=reviews)
    errors = []

    def work():
        try:
            import_facts("generic", path)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert (Order.objects.count(), Review.objects.count()) == (3_000, 1_000)
    assert ImportRun.objects.filter(state="succeeded").count() == 2
    assert not counters.recount()
