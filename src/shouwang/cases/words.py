"""Words of clues, rounds and cases for people: sources, results, manners, kinds, items."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SOURCES = {
    "department": _("部门预警"), "report": _("自主申报"), "cadre": _("干部排查"), "hotline": _("12345 等热线"), "petition": _("信访"),
    "opinion": _("舆情"), "inspection": _("检查巡视"), "upper": _("上级下发"), "objection": _("公示异议"), "item": _("保障卡"), "outside": _("库外农户"),
}  # fmt: skip
CONFIRMED, NO_RISK, UNTRUE, REFERRED, REPEATED = "confirmed", "no_risk", "untrue", "referred", "repeated"
RESULTS = {
    CONFIRMED: _("属实纳入研判"), NO_RISK: _("属实但无风险"), UNTRUE: _("不属实"), REFERRED: _("转办部门"), REPEATED: _("重复"),
}  # fmt: skip
# The same in the words that stand on paper, which are never translated.
RESULT_TITLES = {
    CONFIRMED: "属实纳入研判",
    NO_RISK: "属实但无风险",
    UNTRUE: "不属实",
    REFERRED: "转办部门",
    REPEATED: "重复",
}
CONCLUSIONS = {"none": _("无风险"), "watch": _("继续关注"), "clue": _("发现风险"), "away": _("未见到人")}
CONCLUSION_TITLES = {"none": "无风险", "watch": "继续关注", "clue": "发现风险", "away": "未见到人"}
MANNERS = {"home": _("入户"), "phone": _("电话"), "video": _("视频"), "office": _("部门核实")}
MANNER_TITLES = {"home": "入户", "phone": "电话", "video": "视频", "office": "部门核实"}
CLUE_STATES = {"new": _("待交办"), "dispatched": _("待核查"), "done": _("已核查")}
ROUND_KINDS = {"daily": _("日常排查"), "concentrated": _("集中排查"), "special": _("专项排查")}
CATEGORIES = {
    "unstable": "脱贫不稳定户",
    "edge": "边缘易致贫户",
    "sudden": "突发严重困难户",
    "prevention": "防止返贫致贫对象",
}
KINDS = tuple(CATEGORIES)  # statuses of the register that make a household a monitoring object
RISKS = (
    "因病", "因残", "因学", "因自然灾害", "因意外事故", "因产业项目失败", "因务工就业不稳", "缺劳动力", "因安全住房", "因安全饮水", "因突发公共事件", "其他",
)  # fmt: skip
ITEMS = {
    "income": _("收支状况"), "food": _("不愁吃"), "clothing": _("不愁穿"), "education": _("义务教育"), "medical": _("基本医疗"), "housing": _("住房安全"),
    "water": _("饮水安全"),
}  # fmt: skip
ITEM_TITLES = {
    "income": "收支状况", "food": "不愁吃", "clothing": "不愁穿", "education": "义务教育", "medical": "基本医疗", "housing": "住房安全", "water": "饮水安全",
}  # fmt: skip
# A household may belong to several of these groups; they are visited first (八必访) or watched (五类重点).
PRIORITY = {
    "low_income": "收入低或下降", "illness": "大病慢病", "destitute": "分散特困", "allowance": "低保", "disabled": "残疾", "schooling": "多子女就学",
    "unstable_work": "务工不稳", "calamity": "受灾或部门预警",
}  # fmt: skip
WATCHED = {
    "unstable": "脱贫不稳定户", "edge": "边缘易致贫户", "sudden": "突发严重困难户", "allowance": "低保", "destitute": "特困",
}  # fmt: skip
DEPARTMENTS = (
    "农业农村局", "医保局", "卫健局", "教育局", "民政局", "人社局", "住建局", "水利局", "残联", "应急局", "公安局", "其他",
)  # fmt: skip
TROUBLES = ("看病花钱多", "孩子上学难", "房子不安全", "喝水有困难", "丢了工作", "遭了灾", "家里出了事", "日子过不下去")
TROUBLE_RISKS = dict(
    zip(
        TROUBLES,
        ("因病", "因学", "因安全住房", "因安全饮水", "因务工就业不稳", "因自然灾害", "因意外事故", "其他"),
        strict=True,
    )
)
OPEN_CLUES = ("new", "dispatched")
