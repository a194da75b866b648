from rest_framework import serializers

from complaints.models import Complaint


class ComplaintSerializer(serializers.ModelSerializer[Complaint]):
    """A complaint as its merchant sees it: without the buyer's name and contact."""

    number = serializers.CharField(read_only=True)
    answer_due = serializers.DateTimeField(read_only=True)

    class Meta:
        model = Complaint
        fields = (
            "id",
            "number",
            "merchant",
            "order_reference",
            "kind",
            "text",
            "state",
            "filed_at",
            "answer_due",
            "answer",
            "answered_at",
            "ruling",
            "ruled_at",
        )
        read_only_fields = fields
