"""Audit words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "look": _("查看"), "list": _("看列表"), "search": _("查找"), "reveal": _("看完整号码"), "print": _("打印"), "download": _("下载"),
    "export": _("导出"), "export_asked": _("要求导出"), "unmasked_export": _("导出完整号码"), "upload": _("上传"), "confirm": _("确认文件"),
    "import": _("导入"), "write": _("写入登记"), "undo": _("撤回"), "decide": _("核对一行"), "decide_bulk": _("批量核对"), "revoke": _("撤销核对"),
    "screen": _("筛查"), "ask": _("要求筛查"), "replay": _("重放"), "make": _("建立"), "assign": _("分配岗位"), "end": _("结束岗位"),
    "close": _("停用"), "codes": _("发验证码"), "sign_in": _("登录"), "consent": _("登记授权"), "consent_revoked": _("撤回授权"),
    "member_came": _("成员加入"), "member_left": _("成员离开"), "lives_in": _("居住地"), "transfer_offered": _("提出移交"),
    "transfer_accepted": _("接收移交"), "transfer_refused": _("退回移交"), "status": _("身份开始"), "status_ended": _("身份结束"), "keep": _("存文件"),
    "given": _("分给责任人"), "calendar": _("改报送日历"), "take": _("导入台账"), "join": _("合并登记文件"), "home": _("住房土地"),
    "password": _("改密码"), "authenticator": _("启用验证器"),
}  # fmt: skip
KINDS = {
    "household": _("农户"), "person": _("人员"), "batch": _("文件"), "row": _("行"), "signal": _("预警信号"), "run": _("筛查"), "user": _("账号"),
    "token": _("令牌"), "document": _("文书"), "export": _("导出"), "ledger": _("台账"), "audit": _("审计"), "decision": _("决定"),
    "assignment": _("岗位"), "kind": _("类别"), "sheet": _("表格"), "national": _("全国系统模板"), "rejects": _("退回清单"), "matched": _("比对后的原表"),
}  # fmt: skip
