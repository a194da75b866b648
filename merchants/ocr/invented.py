"""Made-up companies with everything a business licence prints about them. No name is anybody's."""

import datetime as dt
import random
from dataclasses import dataclass

from stdnum.cn import uscc

from merchants.ocr.normalising import chinese_number

_PLACES = (
    ("330106", "浙江省杭州市西湖区", "杭州"), ("440305", "广东省深圳市南山区", "深圳"), ("310115", "上海市浦东新区", "上海"),
    ("510107", "四川省成都市武侯区", "成都"), ("110108", "北京市海淀区", "北京"), ("350203", "福建省厦门市思明区", "厦门"),
    ("320508", "江苏省苏州市姑苏区", "苏州"), ("420106", "湖北省武汉市武昌区", "武汉"), ("610113", "陕西省西安市雁塔区", "西安"),
)  # fmt: skip
_FIRST, _SECOND = "青北枫潮方鹿锦松云星澜禾沐岚溪晨卓铭瑞嘉", "屿岭巷笙舟溟绣韵帆禾泽川林野峰谷远汐岩辰"
_TRADES = {
    "食品": "一般项目：食品销售（仅销售预包装食品）；食用农产品批发；食用农产品零售；农副产品销售；茶具销售",
    "服饰": "一般项目：服装服饰批发；服装服饰零售；鞋帽批发；鞋帽零售；针纺织品及原料销售；箱包销售；皮革制品销售",
    "家居用品": "一般项目：家居用品销售；日用百货销售；家具销售；灯具销售；五金产品零售；厨具卫具及日用杂品批发",
    "电子科技": "一般项目：电子产品销售；计算机软硬件及辅助设备零售；通讯设备销售；技术服务、技术开发、技术咨询、技术转让",
    "户外运动": "一般项目：体育用品及器材零售；户外用品销售；自行车及零配件零售；体育赛事策划；组织体育表演活动",
    "化妆品": "一般项目：化妆品批发；化妆品零售；个人卫生用品销售；美发饰品销售；日用化学产品销售",
    "玩具": "一般项目：玩具销售；玩具、动漫及游艺用品销售；文具用品零售；母婴用品销售；工艺美术品及收藏品零售（象牙及其制品除外）",
    "贸易": "许可项目：食品销售；第二类增值电信业务。一般项目：货物进出口；技术进出口；互联网销售（除销售需要许可的商品）；国内贸易代理",
}  # fmt: skip
_MORE = "；普通货物仓储服务（不含危险化学品等需许可审批的项目）；包装服务；信息咨询服务（不含许可类信息咨询服务）"
_PERMIT = "（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文辉玲红雨桐浩然子轩欣怡梓涵思远晓彤"
_STREETS = ("文渊路", "科技园南路", "滨江大道", "天府三街", "中山北路", "学院路", "湖滨西路", "创业大街", "长安街东段")
_COMPANY_FORMS = (
    "有限责任公司（自然人独资）", "有限责任公司（自然人投资或控股）", "有限责任公司（法人独资）", "股份有限公司（非上市、自然人投资或控股）",
    "有限责任公司（自然人投资或控股的法人独资）", "其他有限责任公司", "有限责任公司",
)  # fmt: skip
COMPANY = {
    "legal_name": "名称", "legal_form": "类型", "legal_person": "法定代表人", "scope": "经营范围",
    "registered_capital": "注册资本", "established_on": "成立日期", "expires_on": "营业期限", "address": "住所",
}  # fmt: skip
SOLE_TRADER = COMPANY | {"legal_person": "经营者", "established_on": "注册日期", "address": "经营场所"}
PARTNERSHIP = COMPANY | {
    "legal_person": "执行事务合伙人", "registered_capital": "出资额", "expires_on": "合伙期限", "address": "主要经营场所",
}  # fmt: skip
_INNER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SUBJECT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Facts:
    """What a licence says: `printed` by field name as it stands there, and the labels of its kind of enterprise."""

    uscc: str
    printed: dict[str, str]
    labels: dict[str, str]

    @property
    def everything(self) -> dict[str, str]:
        """All printed fields with the code."""
        return {"uscc": self.uscc, **self.printed}


def credit_code(dice: random.Random, organisation_class: str, division: str) -> str:
    """A valid unified social credit code (GB 32100-2015, the organisation code inside by GB 11714-1997)."""
    subject = dice.choice(("MA", "MAC", "MAD")).ljust(8, "?")
    subject = "".join(dice.choice(_SUBJECT) if each == "?" else each for each in subject)
    total = sum(w * _INNER.index(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), subject, strict=True))
    inner = {0: "0", 1: "X"}.get(total % 11, str(11 - total % 11))
    body = f"9{organisation_class}{division}{subject}{inner}"
    return body + uscc.calc_check_digit(body)


def invent(dice: random.Random) -> Facts:
    """Make up one enterprise: mostly companies, some sole traders and partnerships."""
    division, area, city = dice.choice(_PLACES)
    trade = dice.choice(tuple(_TRADES))
    brand = dice.choice(_FIRST) + dice.choice(_SECOND)
    founded = dt.date(2005, 1, 1) + dt.timedelta(days=dice.randrange(7000))
    issued = founded + dt.timedelta(days=dice.randrange(30, 900))
    address = (
        f"{area}{dice.choice(_STREETS)}{dice.randrange(1, 999)}号{dice.randrange(1, 30)}幢{dice.randrange(101, 2999)}室"
    )
    if dice.random() < 0.2:
        address += f"（自主申报，一照多址A{dice.randrange(1, 40)}）"
    printed = {
        "legal_person": dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2, 2)))),
        "scope": _TRADES[trade] + (_MORE if dice.random() < 0.4 else "") + (_PERMIT if dice.random() < 0.8 else "。"),
        "established_on": _day(founded),
        "address": address,
        "issued_on": f"{issued.year} 年 {issued.month:02d} 月 {issued.day:02d} 日",
    }
    kind = dice.random()
    if kind < 0.15:
        name = f"{area[-3:]}{brand}{trade}{dice.choice(('商行', '经营部', '店'))}"
        if dice.random() < 0.4:
            name += "（个体工商户）"
        printed |= {"legal_name": name, "legal_form": "个体工商户"}
        return Facts(credit_code(dice, "2", division), printed, SOLE_TRADER)
    printed["registered_capital"] = _capital(dice)
    if dice.random() < 0.6:
        printed["expires_on"] = _term(dice, founded)
    if kind < 0.22:
        printed |= {"legal_name": f"{city}{brand}{trade}合伙企业（有限合伙）", "legal_form": "有限合伙企业"}
        return Facts(credit_code(dice, "1", division), printed, PARTNERSHIP)
    form = dice.choice(_COMPANY_FORMS)
    ending = "股份有限公司" if form.startswith("股份") else "有限公司"
    place = f"{brand}（{city}）" if dice.random() < 0.2 else f"{city}{brand}"
    return Facts(
        credit_code(dice, "1", division),
        printed | {"legal_name": f"{place}{trade}{ending}", "legal_form": form},
        COMPANY,
    )


def _capital(dice: random.Random) -> str:
    amount = dice.choice((3, 10, 50, 100, 200, 500, 1000, 1680, 3000, 5000, 12000))
    words = "壹亿贰仟" if amount == 12000 else chinese_number(amount)
    forms = (
        f"{words}万元整", f"{words}万元人民币", f"人民币{words}万元整",
        f"{amount}万元人民币", f"{amount}.000000万人民币",
    )  # fmt: skip
    return dice.choice(forms)


def _term(dice: random.Random, founded: dt.date) -> str:
    start = _day(founded)
    if dice.random() < 0.5:
        return dice.choice(("长期", f"{start}至长期", f"{start}至无固定期限"))
    return f"{start}至{_day(founded.replace(year=founded.year + dice.choice((10, 20, 30)), day=min(founded.day, 28)))}"


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
