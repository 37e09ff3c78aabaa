from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_duty_desks")]

    operations = [
        migrations.AddField(
            model_name="draft", name="discarded_at", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
