"""What the table of steps asks of the help: risks gone, measures started, the thirteen fields."""

from __future__ import annotations

from shouwang.assistance.models import AfterFields
from shouwang.assistance.standing import elimination_gaps
from shouwang.cases.guards import Taken, guard
from shouwang.cases.models import Case
from shouwang.kernel.errors import UserError


@guard("risks_gone")
def _risks_gone(case: Case, taken: Taken) -> None:
    if not taken.agreed:
        return
    missing = elimination_gaps(case, taken.on, str(taken.data.get("kind") or case.elimination))
    if missing:
        raise UserError(f"还不能消除风险：{'；'.join(missing)}", "逐个风险写明已消除的依据，落实对应的措施后再提出")


@guard("fields_entered")
def _fields_entered(case: Case, taken: Taken) -> None:
    if not AfterFields.objects.filter(case_id=case.pk, entered_on__lte=taken.on).exists():
        raise UserError("“风险消除后”的 13 项还没有重新填写", "在帮扶计划页填写后再登记核查")
