"""What models cannot say: the search index, a table of tokens in each engine's own form; and to PostgreSQL that a
status says much about the kind, without which it takes a queue for a handful of rows and sorts thousands."""

from django.db import migrations

POSTGRESQL = (
    "CREATE TABLE workflow_search (case_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX workflow_search_words ON workflow_search USING gin (words)",
    "CREATE STATISTICS workflow_case_states (mcv) ON kind, status FROM workflow_case",
)
SQLITE = ('CREATE VIRTUAL TABLE workflow_search USING fts5 (words, tokenize = "unicode61 remove_diacritics 0")',)


def create(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE workflow_search")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP STATISTICS workflow_case_states")


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
