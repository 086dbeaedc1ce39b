"""Official words of the national export that several rules, checks and sheets use, and its fourteen measure columns."""

from __future__ import annotations

HEAD, SPOUSE = "户主", "配偶"
ABLE = ("普通劳动力", "技能劳动力")
WEAK = "弱劳动力或半劳动力"
NO_LABOUR = ("丧失劳动力", "无劳动力")
ALLOWANCES = ("农村低保", "城市低保")
DESTITUTE = ("农村特困", "城市特困")
LIFTED_OUT = "脱贫户"
MEASURES = {
    "m_industry": "产业",
    "m_employment": "就业",
    "m_post": "公益岗位",
    "m_finance": "金融",
    "m_security": "综合保障",
    "m_health": "健康",
    "m_compulsory": "义务教育",
    "m_education": "教育",
    "m_housing": "住房",
    "m_relocation": "搬迁",
    "m_water": "饮水",
    "m_social": "社会",
    "m_living": "生产生活条件",
    "m_infrastructure": "基础设施",
}
