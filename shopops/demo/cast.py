"""Who appears in the demo marketplace. All names are made up; credit codes carry correct check digits."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from stdnum.cn import uscc

_INNER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(organisation_class: str, division: str, subject: str) -> str:
    """Build a unified social credit code: authority 9, class, 6-digit division, 8-character subject, both check digits.

    GB 32100-2015; the inner organisation code is GB 11714.
    """
    total = sum(weight * _INNER.index(char) for weight, char in zip(_WEIGHTS, subject, strict=True))
    inner = "0X987654321"[total % 11] if total % 11 else "0"
    body = f"9{organisation_class}{division}{subject}{inner}"
    return body + uscc.calc_check_digit(body)


class Stage(StrEnum):
    """How far an application of the demo has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEEDS_INFO = "needs_info"
    RESUBMITTED = "resubmitted"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Applicant:
    """Somebody who applies. `key` names the e-mail address and the licence picture."""

    key: str
    person: str
    shop_name: str
    shop_type: str
    category: str
    brand: str
    region: str
    legal_name: str
    division: str
    subject: str
    capital: str
    founded: dt.date
    address: str
    scope: str
    stage: Stage
    #: What the form says when it differs from the licence: the reviewer has something to find.
    form_legal_name: str = ""
    licence_years_left: float = 8

    @property
    def is_sole_trader(self) -> bool:
        return self.shop_type == "sole_trader"

    @property
    def uscc(self) -> str:
        return credit_code("2" if self.is_sole_trader else "1", self.division, self.subject)

    @property
    def email(self) -> str:
        return f"{self.key}@applicants.example"


APPLICANTS = (
    Applicant("qingyu", "许雨桐", "青屿食品旗舰店", "flagship", "food", "青屿", "浙江", "杭州青屿食品贸易有限公司", "330106",
              "MA7QX0T4", "贰佰万元整", dt.date(2021, 4, 16), "浙江省杭州市西湖区文渊路18号308室",
              "一般项目：食品销售（仅销售预包装食品）；茶具销售；包装服务；普通货物仓储服务。", Stage.SUBMITTED,
              form_legal_name="杭州青屿食品有限公司"),
    Applicant("beiling", "周启航", "北岭户外专卖店", "exclusive", "sports", "北岭", "北京", "北京北岭户外用品有限公司", "110108",
              "MA2KB7R1", "伍佰万元整", dt.date(2019, 9, 3), "北京市海淀区清河中街66号1层",
              "体育用品及器材批发；户外用品销售；服装零售；箱包销售；技术推广服务。", Stage.SUBMITTED),
    Applicant("fengxiang", "沈可心", "枫巷玩具专营店", "multi_brand", "toys", "", "广东", "广州枫巷文化用品有限公司", "440104",
              "MA5CW3H9", "壹佰万元整", dt.date(2022, 6, 21), "广东省广州市越秀区北京路200号9楼",
              "玩具销售；文具用品零售；工艺美术品销售；互联网销售（除销售需要许可的商品）。", Stage.SUBMITTED, licence_years_left=0.05),
    Applicant("chaosheng", "陈潮生", "潮笙茶业旗舰店", "flagship", "food", "潮笙", "福建", "福建潮笙茶业有限公司", "350102",
              "MA33T6N0", "叁佰万元整", dt.date(2018, 3, 12), "福建省福州市鼓楼区五四路75号",
              "茶叶制品销售；食品销售（仅销售预包装食品）；茶具销售；农产品零售。", Stage.PROPOSED),
    Applicant("fangjia", "方敏", "方家小铺", "sole_trader", "home", "", "四川", "成都市锦江区方家小铺", "510104",
              "MA6DLK28", "壹拾万元整", dt.date(2023, 2, 8), "四川省成都市锦江区春熙路12号附3号",
              "日用百货销售；家居用品零售；针纺织品销售；花卉绿植零售。", Stage.SUBMITTED),
    Applicant("luming", "陆鸣", "鹿溟美妆专卖店", "exclusive", "cosmetics", "鹿溟", "上海", "上海鹿溟化妆品有限公司", "310104",
              "MA1FRX56", "贰佰万元整", dt.date(2020, 11, 30), "上海市徐汇区漕溪北路88号12层",
              "化妆品批发；化妆品零售；个人卫生用品销售；日用品销售。", Stage.NEEDS_INFO),
    Applicant("songyun", "宋云", "松云家纺旗舰店", "flagship", "home", "松云", "江苏", "南通松云家纺有限公司", "320602",
              "MA1W9PU3", "捌佰万元整", dt.date(2017, 5, 19), "江苏省南通市崇川区工农路111号",
              "家用纺织制成品制造；针纺织品销售；家居用品销售；货物进出口。", Stage.RESUBMITTED),
    Applicant("zhiyuan", "何知远", "知远图书专营店", "multi_brand", "books", "", "湖北", "武汉知远图书有限公司", "420106",
              "MA4KYH72", "壹佰伍拾万元整", dt.date(2016, 8, 25), "湖北省武汉市武昌区中南路14号",
              "出版物零售；文具用品批发；文化用品设备出租；数字内容制作服务。", Stage.SUBMITTED),
    Applicant("mingche", "罗明澈", "明澈数码专营店", "multi_brand", "electronics", "", "广东", "深圳市明澈数码科技有限公司", "440305",
              "MA5HQ8G4", "壹仟万元整", dt.date(2021, 1, 7), "广东省深圳市南山区科苑路15号",
              "电子产品销售；通讯设备批发；计算机软硬件销售；智能家庭消费设备销售。", Stage.SUBMITTED),
    Applicant("ruihe", "吴瑞禾", "瑞禾保健食品旗舰店", "flagship", "health_food", "瑞禾", "山东", "济南瑞禾生物科技有限公司", "370102",
              "MA3U7E1B", "陆佰万元整", dt.date(2020, 7, 14), "山东省济南市历下区经十路180号",
              "生物技术推广服务；食品销售（仅销售预包装食品）；日用百货销售。", Stage.SUBMITTED),
    Applicant("anlan", "顾安澜", "安澜服饰旗舰店", "flagship", "clothing", "安澜", "浙江", "宁波安澜服饰有限公司", "330203",
              "MA2GT5Y6", "伍佰万元整", dt.date(2015, 10, 10), "浙江省宁波市海曙区中山西路138号",
              "服装制造；服装服饰批发；鞋帽零售；皮革制品销售；货物进出口。", Stage.APPROVED),
    Applicant("haiyan", "于海燕", "海燕水产专营店", "multi_brand", "food", "", "辽宁", "大连海燕水产有限公司", "210202",
              "MA0Y4J9D", "壹佰万元整", dt.date(2019, 12, 2), "辽宁省大连市中山区人民路26号",
              "水产品批发；水产品冷冻加工；仓储服务。", Stage.REJECTED),
    Applicant("jinxiu", "白锦绣", "锦绣珠宝专卖店", "exclusive", "jewellery", "锦绣", "云南", "昆明锦绣珠宝有限公司", "530102",
              "MA6N2W80", "叁佰万元整", dt.date(2018, 4, 4), "云南省昆明市五华区青年路389号",
              "珠宝首饰批发；工艺美术品及收藏品零售；珠宝首饰回收修理服务。", Stage.WITHDRAWN),
    Applicant("xiaoman", "林小满", "小满手作", "sole_trader", "home", "", "湖南", "长沙市岳麓区小满手作工作室", "430104",
              "MA4PB6C7", "伍万元整", dt.date(2024, 3, 3), "湖南省长沙市岳麓区麓山路26号",
              "手工艺品销售；日用百货销售。", Stage.DRAFT),
)  # fmt: skip


@dataclass(frozen=True)
class Player:
    """A merchant with a part to play. Orders come from `profile`, see `shopops.demo.orders`."""

    key: str
    person: str
    language: str
    shop_name: str
    legal_name: str
    shop_type: str
    category: str
    region: str
    profile: str
    orders: int
    story: str


PLAYERS = (
    Player("wren", "陈怡雯", "zh-hans", "柳语家居旗舰店 Willow & Wren", "杭州柳语家居用品有限公司", "flagship", "home", "浙江",
           "model", 900, "a model shop"),
    Player("jinhe", "Emma Lund", "en", "锦禾日用 Golden Field", "苏州锦禾日用品有限公司", "multi_brand", "home", "江苏",
           "drifting", 700, "drifts late: warned, about to lose its grade"),
    Player("beichen", "韩北辰", "zh-hans", "北辰运动专营店 North Star", "天津北辰体育用品有限公司", "multi_brand", "sports", "天津",
           "ordinary", 420, "has a complaint about counterfeits"),
    Player("qingtang", "苏晴", "zh-hans", "晴棠茶业旗舰店 Qingtang Tea", "安徽晴棠茶业有限公司", "flagship", "food", "安徽",
           "ordinary", 360, "its licence expires in 9 days"),
    Player("mubai", "Leo Marsh", "en", "木白玩具旗舰店 Mubai Toys", "东莞木白玩具有限公司", "flagship", "toys", "广东",
           "attacked", 400, "was malicious-ordered: those orders count in no metric"),
    Player("yunqi", "罗云栖", "zh-hans", "云栖书店 Cloud Rest Books", "绍兴云栖文化传播有限公司", "sole_trader", "books", "浙江",
           "fading", 200, "is about to leave"),
)  # fmt: skip


@dataclass(frozen=True)
class Colleague:
    """Somebody who works in a player's shop with a limited role."""

    shop: str
    key: str
    person: str
    language: str
    role: str
    story: str

    @property
    def email(self) -> str:
        return f"{self.key}@merchants.example"


COLLEAGUES = (
    Colleague(
        "jinhe", "dana", "Dana Reyes", "en", "fulfilment", "ships for Golden Field: sees orders, no warnings, no score"
    ),
    Colleague("wren", "jia", "赵佳", "zh-hans", "service", "answers complaints for Willow & Wren, nothing else"),
)
#: Shop, address and role of somebody who has not answered yet.
INVITED = ("wren", "mei@merchants.example", "viewer")
