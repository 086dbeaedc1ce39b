"""The kinds of files that can be read, as a reference page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shouwang.intake.feed import ADDRESS_HEADERS, TOWN_HEADERS, VILLAGE_HEADERS, Feed

TYPES = {
    "serial": "序号",
    "code": "编号",
    "county": "县",
    "name": "姓名",
    "id": "证件号码",
    "address": "地址",
    "date": "日期",
    "month": "月份",
    "school_year": "学年",
    "money": "金额",
    "text": "文字",
    "level": "残疾等级",
    "grade": "鉴定等级",
    "count": "整数",
    "yes_no": "是/否",
    "list": "清单",
}


def feeds_text(feeds: Mapping[str, Feed]) -> str:
    """Markdown: per kind its fields and the headers that are recognised."""
    lines = [
        "# 可读的文件 Files that can be read",
        "",
        "由 `exchange/feeds/` 生成，请勿手改。表头写法任选其一，可带（元）或（万元）；列的顺序不限。",
        "★ 部门表：这一格空白或无法识别的行退回；登记导出：必须有这一列。",
        f"地址：两列 {'、'.join(TOWN_HEADERS)} 与 {'、'.join(VILLAGE_HEADERS)}，或一列 {'、'.join(ADDRESS_HEADERS)}。",
        "",
    ]
    for feed in sorted(feeds.values(), key=lambda f: (not f.is_registry, f.kind)):
        lines += _feed(feed)
    return "\n".join(lines).rstrip() + "\n"


def _feed(feed: Feed) -> Iterator[str]:
    yield f"## {feed.title} `{feed.kind}` · {feed.title_en}"
    yield ""
    yield f"{feed.department}。" + (
        "名单：不在其中也是信息。" if feed.absence == "roll" else "事件：没有出现不说明什么。"
    )
    yield ""
    yield "| 字段 | 类型 | 表头 |"
    yield "|---|---|---|"
    for field in feed.fields:
        headers = " / ".join(field.headers) if field.headers else "见上"
        yield f"| {field.name}{'★' if field.required else ''} | {TYPES[field.type]} | {headers} |"
    yield ""
