"""Documents that the system issued or received: numbered, encrypted on disk, with an end of keeping."""

from __future__ import annotations

from django.db import models

from shouwang.accounts.scope import Scope, Scoped


class Document(Scoped):
    """A file kept encrypted. `number` is its place in the year's series of its kind."""

    subject = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=160)
    file_name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    stored_as = models.CharField(max_length=64)
    digest = models.BinaryField()
    size = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    unmasked = models.BooleanField(default=False)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()
    expires = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "documents_document"
        constraints = [
            models.UniqueConstraint(fields=["area_code", "kind", "number"], name="documents_document_number")
        ]
        indexes = [models.Index(fields=["area_code", "-id"], name="documents_document_area")]

    scope = Scope(subject_column=True, update_columns=("removed_at",), history=True)
