"""/admin/work/: queues, items, people, agreement. Everything else below it belongs to the console's lists."""

from django.urls import path, register_converter

from shopops.work.queues import queues
from shopops.work.views import items, lists, people


class QueueConverter:
    """The code of a registered queue; another word is an address of somebody else."""

    regex = r"[-a-z0-9_.]+"

    def to_python(self, value: str) -> str:
        if value not in queues:
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(QueueConverter, "queue")
app_name = "work"

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/spread/", people.spread_work, name="spread"),
    path("people/<int:pk>/skills/", people.skills, name="skills"),
    path("agreement/", people.agreement_page, name="agreement"),
    path("release-mine/", items.release_mine, name="release_mine"),
    path("item/<int:pk>/", items.item_page, name="item"),
    path("item/<int:pk>/claim/", items.claim_item, name="claim"),
    path("item/<int:pk>/release/", items.release_item, name="release"),
    path("item/<int:pk>/take-over/", items.take_over, name="take_over"),
    path("item/<int:pk>/assign/", items.assign_item, name="assign"),
    path("item/<int:pk>/viewing/", items.viewing_now, name="viewing"),
    path("<queue:queue>/", lists.queue_page, name="queue"),
    path("<queue:queue>/next/", lists.next_item, name="next"),
    path("<queue:queue>/assign/", lists.assign_many, name="assign_many"),
]
