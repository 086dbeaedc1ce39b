"""Divisions of the country, dated: a code that ended names its successor."""

from __future__ import annotations

from django.db import models

from shouwang.kernel.areas import CODE_LENGTH


class Division(models.Model):
    """A province (2 digits), city (4), county (6), town (9) or village (12) as it was from `since` until `until`."""

    code = models.CharField(max_length=CODE_LENGTH, primary_key=True, db_collation="C")
    level = models.SmallIntegerField()
    name = models.CharField(max_length=80)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    successor = models.CharField(max_length=CODE_LENGTH, blank=True, default="", db_collation="C")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        db_table = "regions_division"


class FormerName(models.Model):
    """A name that a division had until a day; imports still find the place by it."""

    code = models.CharField(max_length=CODE_LENGTH, db_collation="C", db_index=True)
    name = models.CharField(max_length=80)
    until = models.DateField()

    class Meta:
        db_table = "regions_former_name"
