"""The four kinds of income with their items, production cost, and what is kept apart: rigid spending and insurance payments."""

from __future__ import annotations

WAGE, BUSINESS, PROPERTY, TRANSFER, COST, SELF_PAID, CLAIMS = (
    "wage", "business", "property", "transfer", "cost", "self_paid", "claims",
)  # fmt: skip
INCOME = (WAGE, BUSINESS, PROPERTY, TRANSFER)
ALL = (*INCOME, COST, SELF_PAID, CLAIMS)
TITLES = {
    WAGE: "工资性收入",
    BUSINESS: "生产经营性收入",
    PROPERTY: "财产性收入",
    TRANSFER: "转移性收入",
    COST: "生产经营性支出",
    SELF_PAID: "合规自付支出",
    CLAIMS: "理赔收入",
}
BY_RATIO = "按成本率计算"  # written by the program, never typed
# Items as the household's card has them (monitoring.md §4, programmes.md §5.1). A loan is no income; sold produce is 生产经营性.
ITEMS = {
    WAGE: ("务工工资", "公益岗报酬", "帮扶车间工资", "本地零工", "其他工资"),
    BUSINESS: ("粮食", "烤烟", "畜禽", "林果", "其他经济作物", "手工加工", "商业服务", "其他经营"),
    PROPERTY: ("土地流转", "资产分红", "房屋租金", "利息", "其他财产"),
    TRANSFER: (
        "低保金",
        "特困供养金",
        "养老金",
        "农业补贴",
        "生态补偿",
        "计划生育金",
        "务工补助",
        "赡养费",
        "其他转移",
    ),
    COST: ("生产成本", BY_RATIO),
    SELF_PAID: ("医疗自付", "教育自付", "其他刚性支出"),
    CLAIMS: ("商业保险理赔", "防贫保险理赔", "其他理赔"),
}
# Figures of the share of gross receipts that counts as cost where nobody kept accounts.
COST_RATIO = {
    "粮食": "cost_ratio_grain",
    "烤烟": "cost_ratio_tobacco",
    "畜禽": "cost_ratio_livestock",
    "林果": "cost_ratio_fruit",
    "其他经济作物": "cost_ratio_other",
}
NOT_INCOME = ("贷款", "借款", "小额信贷", "慰问金", "临时救助", "建房补助", "搬迁补助")
SOURCES = {"known": "已有数据", "sheet": "年度登记", "visit": "入户核实", "said": "农户自述", "paper": "票据证明"}
CONCEPTS = {"net": "人均纯收入", "disposable": "人均可支配收入"}
WINDOW_KINDS = {"income_year": "收入年度（上年10月至9月）", "calendar_year": "自然年", "trailing": "连续12个月（认定）"}
