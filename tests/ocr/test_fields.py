"""From lines to fields by geometry: pages as a reader sees them, without one being drawn."""

import math

from merchants.ocr import fields, pdf
from merchants.ocr.geometry import Line, Point, box, straightened, turned

SIZE = (1280, 905)
CODE = "91330106MA7QX0T40L"


def line(x, y, text, *, height=28.0, width=0.0, score=0.99):
    width = width or len(text) * height * 0.95
    corners = (Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height))
    return Line(text, score, corners)


def page(*, without=()):
    lines = [
        line(440, 150, "营业执照", height=90),
        line(108, 176, "统一社会信用代码"),
        line(108, 214, "91110108MACWE9YM5R"),
        line(108, 340, "名"),
        line(190, 340, "称"),
        line(245, 340, "北京松韵电子科技有限公司"),
        line(735, 340, "注册资本"),
        line(855, 340, "伍佰万元整"),
        line(106, 388, "类"),
        line(190, 388, "型"),
        line(245, 388, "有限责任公司（自然人独资）"),
        line(734, 388, "成立日期"),
        line(855, 388, "2006年02月08日"),
        line(107, 436, "法定代表人"),
        line(245, 436, "李刚"),
        line(734, 436, "住"),
        line(830, 436, "所"),
        line(865, 436, "北京市海淀区长安街东段"),
        line(865, 470, "78号18幢1591室"),
        line(106, 484, "经营范围"),
        line(245, 484, "一般项目：电子产品销售；通讯设备销"),
        line(245, 516, "售；技术咨询。"),
        line(892, 730, "登记机关"),
        line(996, 780, "2008年03月13日"),
        line(106, 864, "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn", height=18),
    ]
    return tuple(each for each in lines if each.text not in without)


EXPECTED = {
    "uscc": "91110108MACWE9YM5R",
    "legal_name": "北京松韵电子科技有限公司",
    "legal_form": "有限责任公司（自然人独资）",
    "legal_person": "李刚",
    "registered_capital": "伍佰万元整",
    "established_on": "2006-02-08",
    "address": "北京市海淀区长安街东段78号18幢1591室",
    "scope": "一般项目：电子产品销售；通讯设备销售；技术咨询。",
    "issued_on": "2008-03-13",
}


def read(lines):
    return {name: found["value"] for name, found in fields.licence(tuple(lines), SIZE).items()}


def test_labels_name_the_values():
    assert read(page()) == EXPECTED


def test_fields_are_found_when_their_short_labels_vanish():
    assert read(page(without=("名", "称", "类", "型", "住", "所"))) == EXPECTED


def test_fields_are_found_when_every_label_vanishes():
    labels = ("名", "称", "类", "型", "住", "所", "法定代表人", "注册资本", "成立日期", "经营范围", "统一社会信用代码")
    assert read(page(without=labels)) == EXPECTED


def test_what_was_named_by_its_look_alone_is_less_sure():
    sure = fields.licence(page(), SIZE)["legal_person"]["score"]
    assert fields.licence(page(without=("法定代表人",)), SIZE)["legal_person"]["score"] < sure


def test_a_label_and_its_value_in_one_line_are_taken_apart():
    lines = [each for each in page() if each.text not in ("名", "称", "北京松韵电子科技有限公司", "法定代表人", "李刚")]
    lines += [line(108, 340, "名 称 北京松韵电子科技有限公司"), line(107, 436, "法定代表人李刚")]
    assert read(lines) == EXPECTED


def test_a_line_that_runs_into_the_next_column_is_taken_apart():
    lines = [each for each in page() if each.text not in ("成立日期", "有限责任公司（自然人独资）")]
    lines.append(line(245, 388, "有限责任公司（自然人独资） 成立日期", width=600))
    assert read(lines) == EXPECTED


def test_a_page_laid_askew_is_straightened():
    askew = [Line(each.text, each.score, turned(each.corners, math.radians(4))) for each in page()]
    level, angle = straightened(askew)
    assert abs(math.degrees(angle) - 4) < 0.1
    assert abs(level[2].middle - page()[2].middle) < 1
    assert read(askew) == EXPECTED


def test_sole_traders_call_it_otherwise():
    lines = [
        line(108, 214, "92330106MA7QX0T49B"),
        line(108, 340, "名称"),
        line(245, 340, "成都市锦江区方家小铺"),
        line(106, 388, "类型"),
        line(245, 388, "个体工商户"),
        line(107, 436, "经营者"),
        line(245, 436, "方敏"),
        line(734, 388, "注册日期"),
        line(855, 388, "2023年02月08日"),
        line(734, 436, "经营场所"),
        line(865, 436, "四川省成都市锦江区春熙路12号附3号"),
    ]
    found = read(lines)
    assert found["legal_person"] == "方敏"
    assert found["address"] == "四川省成都市锦江区春熙路12号附3号"
    assert found["established_on"] == "2023-02-08"
    assert found["legal_form"] == "个体工商户"
    assert "registered_capital" not in found


def test_boxes_are_shares_of_the_page_and_stay_on_it():
    assert box([line(128, 181, "x", width=256, height=90.5)], 0.0, SIZE) == [0.1, 0.2, 0.2, 0.1]
    left, top, width, height = box([line(-50, -50, "x", width=5000, height=5000)], 0.0, SIZE)
    assert (left, top, width, height) == (0.0, 0.0, 1.0, 1.0)


def test_a_speck_beside_a_label_is_not_its_value():
    assert read((*page(), line(225, 342, "-"), line(225, 390, "V"))) == EXPECTED


def test_a_page_that_is_no_licence_has_no_fields():
    assert fields.licence((), SIZE) == {}
    assert fields.licence((line(100, 100, "发票"), line(100, 200, "合计 ¥ 12.00")), SIZE) == {}


JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
OBJECT = b"4 0 obj\n<< /Type /XObject /Subtype /Image /Width %d /Height 900 /Filter /DCTDecode /Length 16 >>\nstream\n"


def test_the_one_picture_of_a_scanned_pdf_is_taken_out():
    one = OBJECT % 1280 + JPEG + b"\nendstream\nendobj\n"
    assert pdf.picture(b"%PDF-1.4\n" + one + b"%%EOF") == JPEG
    logo = OBJECT % 120 + JPEG + b"\nendstream\nendobj\n"
    assert pdf.picture(b"%PDF-1.4\n" + logo + one + b"%%EOF") == JPEG
    assert pdf.picture(b"%PDF-1.4\n" + one + one + b"%%EOF") is None
    assert pdf.picture(b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\n%%EOF") is None
    assert pdf.picture(b"%PDF-1.4\n" + OBJECT % 1280) is None
