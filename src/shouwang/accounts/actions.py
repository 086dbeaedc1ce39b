"""Accounts, posts, second factors, tokens. Each writes the audit; each gives what must be shown once, once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from shouwang.accounts.audit.write import record
from shouwang.accounts.enums import ROLES, SUBJECTS
from shouwang.accounts.models import ApiToken, Assignment, User
from shouwang.accounts.secret_fields import digest
from shouwang.kernel.areas import is_area_code
from shouwang.kernel.errors import UserError
from shouwang.regions.models import Division

CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 8


def make_user(username: str, name: str, password: str, *, is_demo: bool = False) -> User:
    """A new account. Raises UserError for a taken name or a weak password."""
    if User.objects.filter(username__iexact=username).exists():
        raise UserError(f"账号 {username} 已有人使用", "换一个账号名")
    user = User(username=username, name=name, is_demo=is_demo)
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise UserError("；".join(weak.messages), "换一个密码") from weak
    user.set_password(password)
    user.save()
    record("make", "user", user.pk)
    return user


def assign(
    user: User, role: str, area: str, subjects: Sequence[str], since: date, by: User | None = None
) -> Assignment:
    """Give a post. Raises UserError when role, area and subjects do not fit together."""
    kind = ROLES.get(role)
    if kind is None:
        raise UserError(f"没有角色 {role!r}", f"可用：{'、'.join(ROLES)}")
    if len(area) not in kind.levels or (area and not is_area_code(area)):
        raise UserError(f"角色“{kind.label}”不能给到区划 {area!r}", f"代码应有 {'、'.join(map(str, kind.levels))} 位")
    if area and not Division.objects.filter(code=area).exists():
        raise UserError(f"没有代码为 {area} 的区划", "核对代码")
    if not kind.subjects and not subjects:
        raise UserError(f"角色“{kind.label}”要写明负责哪些业务", f"可用：{'、'.join(SUBJECTS)}")
    wrong = [s for s in subjects if s not in SUBJECTS]
    if wrong:
        raise UserError(f"没有业务 {wrong[0]!r}", f"可用：{'、'.join(SUBJECTS)}")
    post = Assignment.objects.create(
        user=user,
        role=role,
        area_code=area,
        subjects=list(subjects) if not kind.subjects else [],
        since=since,
        given_by=by,
    )
    record("assign", "user", user.pk, area=area, post=post.pk, given=role)
    return post


def end_assignment(post: Assignment, on: date) -> None:
    """A post ends; open sessions and jobs of its holder notice at their next step."""
    post.until = on
    post.save(update_fields=["until"])
    record("end", "assignment", post.pk, area=post.area_code)


def one_time_codes(user: User, count: int) -> list[str]:
    """Fresh codes for the second step of signing in, each good once."""
    device, _ = StaticDevice.objects.get_or_create(user=user, name="codes", defaults={"confirmed": True})
    codes = ["".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(count)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    record("codes", "user", user.pk, rows=count)
    return codes


def begin_authenticator(user: User) -> TOTPDevice:
    """A device for an authenticator app, in force once its first code has been entered."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def make_token(post: Assignment, title: str, rights: Sequence[str], expires: datetime) -> str:
    """A token for programs; its text is given here and never again."""
    wrong = [r for r in rights if r not in post.kind.rights]
    if wrong:
        raise UserError(f"岗位没有权限 {wrong[0]}", f"可用：{'、'.join(sorted(post.kind.rights))}")
    text = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        assignment=post, title=title[:80], digest=digest("token", text), rights=list(rights), expires=expires
    )
    record("make", "token", token.pk, role=post.role, area=post.area_code)
    return text
