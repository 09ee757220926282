"""Coverage and harvests remember how much of a source they are about, rejections the page they stood on.

What was counted before has the scope "?": nobody knows it, so it is counted again.
"""

from django.db import migrations, models


def with_default(model, default):
    field = models.TextField(blank=True, default=default)
    return migrations.AddField(model_name=model, name="scope", field=field)


class Migration(migrations.Migration):

    dependencies = [("ingest", "0001_initial")]

    operations = [
        with_default("coverage", "?"),
        with_default("harvest", "?"),
        migrations.AlterField("coverage", "scope", models.TextField(blank=True)),
        migrations.AlterField("harvest", "scope", models.TextField(blank=True)),
        migrations.AddField("rejection", "page", models.TextField(blank=True, default="")),
        migrations.AddField("rejection", "day", models.DateField(null=True)),
        migrations.AlterField("rejection", "page", models.TextField(blank=True)),
    ]
