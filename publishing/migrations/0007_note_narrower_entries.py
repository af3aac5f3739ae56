"""Entries of search say whether a narrower resource has their record, too. `manage.py publish` fills it in.

By a statement of its own: Django would make SQLite's table anew, and lose the triggers that keep its index.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_name_entries_and_tallies")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE publishing_searchentry ADD COLUMN has_narrower boolean NOT NULL DEFAULT FALSE",
                    "ALTER TABLE publishing_searchentry DROP COLUMN has_narrower",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="searchentry",
                    name="has_narrower",
                    field=models.BooleanField(
                        default=False, help_text="Whether a narrower resource has this record, too: where no resource is asked for it is found there."
                    ),
                )
            ],
        )
    ]
