"""The search index: a table of tokens, in each engine's own form."""

from django.db import migrations

POSTGRESQL = (
    "CREATE TABLE workflow_search (case_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX workflow_search_words ON workflow_search USING gin (words)",
)
SQLITE = ("CREATE VIRTUAL TABLE workflow_search USING fts5 (words, tokenize = \"unicode61 remove_diacritics 0\")",)


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE workflow_search")


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
