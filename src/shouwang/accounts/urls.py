"""Addresses of signing in, accounts, audit."""

from __future__ import annotations

from django.urls import path

from shouwang.accounts import people, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.code, name="code"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("posts/", views.posts, name="posts"),
    path("account/", views.account, name="account"),
    path("people/", people.people, name="people"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("audit/", people.audit, name="audit"),
]
