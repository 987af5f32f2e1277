"""The tables of the events that were taken, and of the posts that the desk was told of."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes them."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="TakenEvent",
            fields=[
                ("event", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="RecordedPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("picture", models.CharField(max_length=64)),
                ("url", models.CharField(max_length=2000)),
                ("page", models.BigIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="RecordedPost",
            constraint=models.UniqueConstraint(fields=("picture", "url"), name="imgpolicy_recorded_once"),
        ),
    )
