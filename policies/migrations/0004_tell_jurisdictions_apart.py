"""A fact's own jurisdiction and the derived one had the same label; nothing in the database changes."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0002_initial"),
        ("policies", "0003_hold_progress"),
    ]

    operations = [
        migrations.AlterField(
            model_name="measure",
            name="own_jurisdiction",
            field=models.ForeignKey(
                blank=True,
                help_text="Who takes it, where no plan is known.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cities.jurisdiction",
                verbose_name="own jurisdiction",
            ),
        ),
        migrations.AlterField(
            model_name="target",
            name="own_jurisdiction",
            field=models.ForeignKey(
                blank=True,
                help_text="Where it shall be true, if elsewhere than in the plan's jurisdiction.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cities.jurisdiction",
                verbose_name="own jurisdiction",
            ),
        ),
    ]
