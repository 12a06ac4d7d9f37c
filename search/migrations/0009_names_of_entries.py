"""What entries are called besides their title; keys of chosen queries without the new small words."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from search.keys import key_of


def refresh_keys(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Key the queries that editors chose results for as they are keyed now, two alike left alone."""
    curations = apps.get_model("search", "Curation").objects.using(editor.connection.alias)
    for curation in curations.order_by("pk"):
        key = key_of(curation.query, curation.language)
        known = curations.filter(language=curation.language, key=key)
        if key and key != curation.key and not known.exists():
            curations.filter(pk=curation.pk).update(key=key)


class Migration(migrations.Migration):
    """Add the names, and refresh the keys."""

    dependencies = [("search", "0008_documents")]

    operations = [
        migrations.AddField(
            model_name="indexentry",
            name="names",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(refresh_keys, migrations.RunPython.noop),
    ]
