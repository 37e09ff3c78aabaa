from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("pledges", "0003_rights_and_releases_as_rows")]

    operations = [
        migrations.RemoveIndex(model_name="pledge", name="pledge_of_registration"),
        migrations.RemoveField(model_name="pledge", name="registration"),
        migrations.RemoveField(model_name="pledge", name="release_ground"),
    ]
