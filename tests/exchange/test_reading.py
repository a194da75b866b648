"""What people's files look like, and what they are told when one cannot be read."""

import datetime as dt
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from merchants.leads.exchange import LEADS, MERCHANTS
from shopops.exchange import reading
from tests.exchange.conftest import csv_file, workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_that_spreadsheets_write(encoding):
    table = reading.read(csv_file("shop,shop_name", "S-1,港湾灯具𠮷", encoding=encoding), MERCHANTS)
    assert table.rows == [["S-1", "港湾灯具𠮷"]]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_separator_is_recognised(mark):
    assert reading.read(csv_file(f"lead{mark}contacted_on", f"1{mark}2026-01-02"), LEADS).rows == [["1", "2026-01-02"]]


def test_a_workbook_is_read_with_numbers_and_days_as_people_see_them():
    table = reading.read(workbook(["Lead", "Contacted on"], [1001, dt.datetime(2026, 1, 2)], [None, None]), LEADS)
    assert (table.names, table.rows) == (["lead", "contacted_on"], [["1001", "2026-01-02"]])


def test_a_format_far_down_the_sheet_makes_no_million_rows():
    book = Workbook()
    book.active.append(["lead", "contacted_on"])
    book.active.append(["1", "2026-01-02"])
    book.active.cell(row=1_048_576, column=16_384).number_format = "0.00"
    stream = io.BytesIO()
    book.save(stream)
    table = reading.read(SimpleUploadedFile("book.xlsx", stream.getvalue()), LEADS)
    assert (table.names, table.rows) == (["lead", "contacted_on"], [["1", "2026-01-02"]])


def test_a_zero_byte_anywhere_is_told_before_the_database_meets_it():
    far = csv_file("lead,contacted_on", *[f"{number},2026-01-02" for number in range(500)], "x\0,2026-01-02")
    with pytest.raises(ValidationError, match="neither a CSV file"):
        reading.read(far, LEADS)


def test_what_our_downloads_disarmed_comes_back_as_it_was():
    table = reading.read(csv_file("shop,shop_name,contact_phone", "S-1,A,'+86 138"), MERCHANTS)
    assert table.rows[0][2] == "+86 138"


@pytest.mark.parametrize(
    "heading, told",
    [
        ("lead", "no column contacted_on"),
        ("lead,contacted_on,colour", "unknown columns: colour"),
        ("lead,lead,contacted_on", "columns twice: lead"),
    ],
)
def test_a_heading_that_does_not_fit_is_named_with_the_columns_there_can_be(heading, told):
    with pytest.raises(ValidationError, match=told) as caught:
        reading.read(csv_file(heading, "1,2,3"), LEADS)
    assert "landing_page" in str(caught.value)


def bomb() -> SimpleUploadedFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (reading.MAX_UNPACKED + 1))
    return SimpleUploadedFile("book.xlsx", stream.getvalue())


@pytest.mark.parametrize(
    "file, told",
    [
        (SimpleUploadedFile("a.csv", b""), "empty"),
        (SimpleUploadedFile("a.csv", b"lead,contacted_on\n"), "no rows below"),
        (SimpleUploadedFile("a.csv", b"\xff\xd8\xff\x00\x00"), "neither a CSV file"),
        (SimpleUploadedFile("a.csv", b"lead,contacted_on\n\xff\xff\xff,\xfe\n"), "UTF-8, GB18030"),
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 broken"), "Excel workbook"),
        (SimpleUploadedFile("a.csv", b'lead,contacted_on\n"1,2'), "cannot be read as CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_remedy(file, told):
    with pytest.raises(ValidationError, match=told):
        reading.read(file, LEADS)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_does():
    with pytest.raises(ValidationError, match="unpacks to more than"):
        reading.read(bomb(), LEADS)
