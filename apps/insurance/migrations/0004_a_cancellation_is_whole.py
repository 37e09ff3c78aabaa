from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insurance', '0003_items_and_ends_of_older_policies'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancel_ground', ''), ('cancelled_on__isnull', True), ('refund_fen__isnull', True)), models.Q(('cancelled_on__isnull', False), ('refund_fen__isnull', False)), _connector='OR'), name='policy_cancelled_whole'),
        ),
    ]
