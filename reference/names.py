"""Names in English and Chinese, with every other rendering met in the wild."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from publishing.fields import Lines, Text


class Named(models.Model):
    """What is called something: a name in English, one in Chinese where it is known, and aliases.

    An alias is any rendering that a reader may have met (a short name, a mistranslation), so that it still finds the record.
    """

    name_en = Text(max_length=300, help_text="Name in English.")
    name_zh = Text(
        max_length=300,
        null=True,
        blank=True,
        help_text="Name in Chinese, as the issuer or owner writes it; null where no source gives it.",
    )
    aliases = Lines(help_text="Other renderings met in sources: short names, former names, translations and mistranslations.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.name_en)

    def clean(self) -> None:
        super().clean()
        repeated = {alias for alias in self.aliases if alias in (self.name_en, self.name_zh) or self.aliases.count(alias) > 1}
        if repeated:
            raise ValidationError({"aliases": f"Already a name of it: {', '.join(sorted(repeated))}."})
