"""The columns of a check sheet. What people fill in stands last; the row code is what a returned sheet is read by."""

from __future__ import annotations

from shouwang.documents.sheet_writer import Column

CONFIRMED, NO_RISK, UNTRUE, REFERRED, REPEATED = "属实纳入研判", "属实但无风险", "不属实", "转办部门", "重复"
RESULTS = (CONFIRMED, NO_RISK, UNTRUE, REFERRED, REPEATED)
MANNERS = ("入户", "电话", "视频", "部门核实", "其他")
DEPARTMENTS = (
    "农业农村局",
    "医保局",
    "卫健局",
    "教育局",
    "民政局",
    "人社局",
    "住建局",
    "水利局",
    "残联",
    "应急局",
    "公安局",
    "其他",
)
VISITORS, DAY, MANNER, RESULT, REASON, DEPARTMENT, CODE = (
    "核查人(2人)",
    "核查日期",
    "方式",
    "结论",
    "不纳入理由",
    "转办部门",
    "行码",
)
FILL_IN = (
    Column(VISITORS, 14, fill_in=True),
    Column(DAY, 12, fill_in=True),
    Column(MANNER, 9, fill_in=True, choices=MANNERS),
    Column(RESULT, 14, fill_in=True, choices=RESULTS),
    Column(REASON, 18, fill_in=True),
    Column(DEPARTMENT, 11, fill_in=True, choices=DEPARTMENTS),
    Column(CODE, 22),
)
HOUSEHOLD_COLUMNS = (
    Column("序号", 5),
    Column("户编号", 19),
    Column("户主", 9),
    Column("证件尾号", 8),
    Column("户类型", 9),
    Column("监测状态", 12),
    Column("为什么要核查", 60),
    Column("风险类型", 11),
    Column("核查什么", 32),
    Column("已经知道的", 28),
    *FILL_IN,
)
OUTSIDE_COLUMNS = (
    Column("序号", 5),
    Column("姓名", 9),
    Column("证件尾号", 8),
    Column("表中地址", 24),
    Column("为什么要核查", 34),
    Column("来源", 34),
    *FILL_IN,
)
BLANKS = ("", "", "", "", "", "")
