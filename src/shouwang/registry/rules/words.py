"""Code lists of the national export that several checks use."""

from __future__ import annotations

ABLE = ("普通劳动力", "技能劳动力")
WEAK = "弱劳动力或半劳动力"
NO_LABOUR = ("丧失劳动力", "无劳动力")
ALLOWANCES = ("农村低保", "城市低保")
DESTITUTE = ("农村特困", "城市特困")
MEASURES = (
    "m_industry",
    "m_employment",
    "m_post",
    "m_finance",
    "m_health",
    "m_compulsory",
    "m_education",
    "m_housing",
    "m_relocation",
    "m_water",
    "m_social",
    "m_living",
    "m_infrastructure",
)
ALL_MEASURES = (*MEASURES, "m_security")
