"""When two names are the same: spelling folded away, and how alike the rest is."""

import functools
import re
import unicodedata
from dataclasses import dataclass

# Traditional characters of company names and their simplified forms, position by position. Only the pairs that names of
# companies, trades and places use; a character that is missing here makes two names differ, never agree.
_TRADITIONAL = (
    "貿業國際廣東蘇雲黨電視聯網絡實體驗資產農產動車馬鳥魚龍鳳麗華興豐寶貝買賣銀錢鋼鐵鍋銅錦繡織紡綿線絲綢緞衛藥醫療養護"
    "飲飯館麵麥樂藝術畫書報紙筆學習師長門開關間閩閣場塊壓縮總經紀營進達運輸遠連過還選適鄉鎮縣區號單雙個傳備價億優億"
    "們倉儀儲兒兩冊幾創別劃劉勝勞勢務勵勳匯協厲參員問啟園圍團圓圖執堅報壺壽夢奮婦媽孫寧審寫導屆層島嶺巖幣師帶幫幹庫廠"
    "廳廬張彌彎後徑從復應懷態慶憲戰戲據掃擇擊擴攝攜敵數斷時曉暢曆會條東極構槍樓標樣樹橋機檢權歐歲歷歸殘氣決沖涼淚淨淺"
    "測湯準溝滅滬滿漁漢潔潤澤濟濱灣爐為爾狀獎獨獲環現瑪發監盤確礦碼禮種稱穀積穩窮競節範築簡簽籃糧純紅紋納級細終組結給統"
    "維綱緊練縱繪續罷羅聖聞聲職脈腦膠臨與舊艦蘭藍蔣藝虛處補裝裡製複見規親覺覽觀計訂訊設許訴評詞試詩話誠認語說課調談請論證"
    "識譯議讀變讓豬負財貢貨販貴費貼賀賓賞賴質購賽贈車軍軒軟載輕輝輪輯農遊遞遷遺郵鄭釀釋針鈦鈴鉅鋒銷鋪鋁鏡鐘閱隊陽陰陳陸際"
    "隨險雜離難霧靈靜韓響頂項順須預頓領頭題額願類顧風飛飾餅駐騎騰驛髮鬆鮮鴻麗點齊齒龜責"
)
_SIMPLIFIED = (
    "贸业国际广东苏云党电视联网络实体验资产农产动车马鸟鱼龙凤丽华兴丰宝贝买卖银钱钢铁锅铜锦绣织纺绵线丝绸缎卫药医疗养护"
    "饮饭馆面麦乐艺术画书报纸笔学习师长门开关间闽阁场块压缩总经纪营进达运输远连过还选适乡镇县区号单双个传备价亿优亿"
    "们仓仪储儿两册几创别划刘胜劳势务励勋汇协厉参员问启园围团圆图执坚报壶寿梦奋妇妈孙宁审写导届层岛岭岩币师带帮干库厂"
    "厅庐张弥弯后径从复应怀态庆宪战戏据扫择击扩摄携敌数断时晓畅历会条东极构枪楼标样树桥机检权欧岁历归残气决冲凉泪净浅"
    "测汤准沟灭沪满渔汉洁润泽济滨湾炉为尔状奖独获环现玛发监盘确矿码礼种称谷积稳穷竞节范筑简签篮粮纯红纹纳级细终组结给统"
    "维纲紧练纵绘续罢罗圣闻声职脉脑胶临与旧舰兰蓝蒋艺虚处补装里制复见规亲觉览观计订讯设许诉评词试诗话诚认语说课调谈请论证"
    "识译议读变让猪负财贡货贩贵费贴贺宾赏赖质购赛赠车军轩软载轻辉轮辑农游递迁遗邮郑酿释针钛铃巨锋销铺铝镜钟阅队阳阴陈陆际"
    "随险杂离难雾灵静韩响顶项顺须预顿领头题额愿类顾风飞饰饼驻骑腾驿发松鲜鸿丽点齐齿龟责"
)
_SIMPLER = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

#: Ways of writing the same legal form, longest first; matched at the end of the folded name.
_FORMS = (
    ("有限责任公司", "有限公司"),
    ("股份公司", "股份有限公司"),
    ("COMPANYLIMITED", "LTD"),
    ("COLIMITED", "LTD"),
    ("LIMITED", "LTD"),
    ("COLTD", "LTD"),
    ("INCORPORATED", "INC"),
)
_OPENING, _CLOSING = "([{<〈《【〔「『", ")]}>〉》】〕」』"
_BRACKETS = str.maketrans(_OPENING + _CLOSING, "(" * len(_OPENING) + ")" * len(_CLOSING))
_WORD = re.compile(r"[^\W_]+")


def width(text: str) -> str:
    """Return a text in one width of characters and capitals, without spaces."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if not character.isspace())


def plain(name: str) -> str:
    """Return a company's name for comparison: one width, one kind of brackets, simplified characters, one spelling of
    the legal form, no full stops and commas."""
    folded = width(name).translate(_BRACKETS).translate(_SIMPLER)
    folded = "".join(character for character in folded if character not in ".,，。·・'’\"“”-")
    for variant, form in _FORMS:
        if folded.endswith(variant):
            return folded.removesuffix(variant) + form
    return folded


@functools.lru_cache(maxsize=4096)
def trigrams(text: str) -> frozenset[str]:
    """The groups of three characters of every word, as pg_trgm makes them: two blanks before a word, one behind."""
    found = set()
    for word in _WORD.findall(text.lower()):
        padded = f"  {word} "
        found |= {padded[at : at + 3] for at in range(len(padded) - 2)}
    return frozenset(found)


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1: shared trigrams by all trigrams, what pg_trgm's `similarity` returns."""
    ours, theirs = trigrams(one), trigrams(other)
    together = ours | theirs
    return len(ours & theirs) / len(together) if together else 0.0


@dataclass(frozen=True)
class Difference:
    """The stretch in which two texts differ, in each of them; one of the two may be empty."""

    ours: str
    theirs: str


def difference(ours: str, theirs: str) -> Difference:
    """Return what is between the equal beginning and the equal end of two texts."""
    start = 0
    while start < min(len(ours), len(theirs)) and ours[start] == theirs[start]:
        start += 1
    end = 0
    while end < min(len(ours), len(theirs)) - start and ours[-1 - end] == theirs[-1 - end]:
        end += 1
    return Difference(ours[start : len(ours) - end], theirs[start : len(theirs) - end])


def compared(ours: str, theirs: str, near: float) -> str:
    """Return "equal", "near" (alike by at least `near`) or "different"."""
    one, other = plain(ours), plain(theirs)
    if one == other:
        return "equal"
    return "near" if similarity(one, other) >= near else "different"
