"""What people who work on queues know."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class OperatorSkill(models.Model):
    """Somebody has a skill that items ask for. A skill that nobody was given yet is everybody's."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("operator"), related_name="work_skills"
    )
    skill = models.CharField(_("skill"), max_length=60)

    class Meta:
        verbose_name = _("skill of an operator")
        verbose_name_plural = _("skills of operators")
        ordering = ("user_id", "skill")
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "skill"], name="work_skill_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.skill}"
