"""Every file that leaves with whole numbers in it: the declared list. Nothing else may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.kernel.errors import UserError, given_reason


@dataclass(frozen=True)
class Unmasked:
    """What it is, the right it needs, and a reason offered."""

    title: str
    right: str
    reason: str = ""


DECLARED = {
    "national": Unmasked("全国系统模板", "export.unmasked"),
    "rejects": Unmasked("退回清单", "exchange.upload", "退回来源单位更正"),
    "matched": Unmasked("比对后的原表", "match", "比对自己的表"),
}


def allow(key: str, by: Assignment, reason: str) -> str:
    """Check right and reason of a declared export. Gives the reason. Raises UserError, KeyError for an undeclared one."""
    declared = DECLARED[key]
    if declared.right not in by.kind.rights:
        raise UserError(f"您的岗位不能导出“{declared.title}”", "请有权限的人员导出")
    return given_reason(reason.strip() or declared.reason, "导出完整号码")


def leaves(key: str, by: Assignment, reason: str, rows: int, object_id: object = "") -> None:
    """Write down that it leaves, before it does."""
    record("unmasked_export", key, object_id, role=by.role, reason=reason, rows=rows)


def watermark(by: Assignment, day: date) -> str:
    """What stands on every page."""
    return f"{by.user.name}（{by.user.username}）{day:%Y-%m-%d} 导出，含个人信息，用后删除"
