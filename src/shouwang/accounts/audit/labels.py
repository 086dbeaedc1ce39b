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
    "figure": _("录入本地文件"), "figure_retracted": _("撤销本地文件"), "heard": _("登记线索"), "dispatch": _("交办"), "concluded": _("核查结论"),
    "fuse": _("生成线索"), "step": _("办理个案"), "sitting": _("批量办理"), "risks": _("改风险类型"), "round": _("发起排查"), "round_visit": _("排查一户"),
    "round_closed": _("结束排查"), "item": _("保障项"), "problem": _("登记问题"), "problem_closed": _("问题销号"), "consultation": _("会商"),
    "report_answered": _("答复申报"), "sample": _("抽样"), "web_notice": _("网页公示"), "plan": _("帮扶计划"), "measure": _("加措施"),
    "measure_started": _("措施开始"), "measure_delivered": _("措施落实"), "measure_cancelled": _("取消措施"), "responsible": _("指定责任人"),
    "responsible_ended": _("责任人结束"), "risk_seen": _("看风险"), "after_fields": _("消除后13项"), "help_visit": _("走访"),
    "password": _("改密码"), "authenticator": _("启用验证器"),
}  # fmt: skip
KINDS = {
    "household": _("农户"), "person": _("人员"), "batch": _("文件"), "row": _("行"), "signal": _("预警信号"), "run": _("筛查"), "user": _("账号"),
    "token": _("令牌"), "document": _("文书"), "export": _("导出"), "ledger": _("台账"), "audit": _("审计"), "decision": _("决定"),
    "clue": _("线索"), "case": _("个案"), "round": _("排查"), "problem": _("问题"), "consultation": _("会商"), "report": _("自主申报"), "sitting": _("会议"),
    "sample": _("抽查"), "doubt": _("疑点"), "monthly": _("月报"), "policy": _("政策数"), "roster": _("花名册"),
    "assignment": _("岗位"), "kind": _("类别"), "sheet": _("表格"), "national": _("全国系统模板"), "rejects": _("退回清单"), "matched": _("比对后的原表"),
}  # fmt: skip
