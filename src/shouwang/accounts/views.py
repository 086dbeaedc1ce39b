"""Signing in with two factors, choosing a post, one's own account."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_otp import devices_for_user, match_token
from django_otp import login as otp_login

from shouwang.accounts.actions import begin_authenticator
from shouwang.accounts.audit.write import record
from shouwang.accounts.models import User
from shouwang.accounts.pages import POST_KEY, held_posts, public, signed_in
from shouwang.kernel.errors import UserError

WAITING = "waiting_for_code"
WAIT_SECONDS = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(forms.Form):
    """First step."""

    username = forms.CharField(max_length=60)
    password = forms.CharField(max_length=128)


@public
@sensitive_post_parameters()
def sign_in(request: Any) -> HttpResponseBase:
    """Name and password; a right pair leads to the second step, a wrong one tells nothing more."""
    form = SignInForm(request.POST or None)
    wrong = False
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            request.session.cycle_key()
            request.session[WAITING] = [user.pk, timezone.now().timestamp()]
            return redirect("accounts:code")
        wrong = True
    return render(request, "accounts/sign_in.html", {"wrong": wrong}, status=422 if wrong else 200)


@public
@sensitive_post_parameters()
def code(request: Any) -> HttpResponseBase:
    """The second step: a code from the authenticator or a one-time code."""
    user = _waiting(request)
    if user is None:
        return redirect("accounts:sign_in")
    wrong = False
    if request.method == "POST":
        device = match_token(user, request.POST.get("code", "").strip().replace(" ", "")[:20])
        if device is not None:
            request.session.pop(WAITING, None)
            login(request, user, backend=BACKEND)
            otp_login(request, device)
            record("sign_in", "user", user.pk, area="00")
            return redirect("accounts:posts")
        wrong = True
    return render(request, "accounts/code.html", {"wrong": wrong}, status=422 if wrong else 200)


def _waiting(request: HttpRequest) -> User | None:
    kept = request.session.get(WAITING)
    if not kept or timezone.now().timestamp() - kept[1] > WAIT_SECONDS:
        return None
    return User.objects.filter(pk=kept[0], is_active=True).first()


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End the session."""
    logout(request)
    return redirect("accounts:sign_in")


@signed_in
def posts(request: HttpRequest) -> HttpResponseBase:
    """Choose the post to act for; one alone is taken at once."""
    held = held_posts(request.user, timezone.localdate())
    wanted = request.POST.get("post", "")
    chosen = (
        held[0] if len(held) == 1 and request.method == "GET" else next((p for p in held if str(p.pk) == wanted), None)
    )
    if chosen is not None:
        request.session[POST_KEY] = chosen.pk
        return redirect("home:workbench")
    return render(request, "accounts/posts.html", {"held": held})


@signed_in
def account(request: Any) -> HttpResponseBase:
    """One's own account: password and authenticator."""
    if request.method == "POST":
        _change(request)
        return redirect("accounts:account")
    devices = list(devices_for_user(request.user))
    return render(request, "accounts/account.html", {"devices": devices, "key": _key(request)})


def _key(request: HttpRequest) -> str:
    device = request.user.totpdevice_set.filter(confirmed=False).first()
    return _base32(device.bin_key) if device else ""


def _base32(key: bytes) -> str:
    text = base64.b32encode(key).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _change(request: Any) -> None:
    try:
        if "begin" in request.POST:
            begin_authenticator(request.user)
        elif "confirm" in request.POST:
            _confirm(request)
        elif "password" in request.POST:
            _password(request)
    except UserError as error:
        messages.error(request, error.text)


def _confirm(request: Any) -> None:
    device = request.user.totpdevice_set.filter(confirmed=False).first()
    if device is None or not device.verify_token(request.POST.get("code", "").strip()):
        raise UserError(_("验证码不对"), _("核对手机时间，输入新的 6 位验证码"))
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    record("authenticator", "user", request.user.pk, area="00")
    messages.success(request, _("验证器已启用"))


def _password(request: Any) -> None:
    form = PasswordChangeForm(request.user, request.POST)
    if not form.is_valid():
        raise UserError("；".join(str(e) for errors in form.errors.values() for e in errors), _("改正后再试"))
    form.save()
    record("password", "user", request.user.pk, area="00")
    messages.success(request, _("密码已更改，请重新登录"))
