from typing import Any

from django.db.models import QuerySet
from rest_framework import mixins, viewsets

from complaints.api.serializers import ComplaintSerializer
from complaints.models import Complaint
from shopops.api.pagination import CursorPages


class ComplaintViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Complaint]):
    """Complaints about the shops of the person who asks; operators with the permission see all."""

    serializer_class = ComplaintSerializer
    queryset = Complaint.objects.none()
    pagination_class = CursorPages

    def get_queryset(self) -> QuerySet[Complaint]:
        user: Any = self.request.user
        everything = Complaint.objects.all()
        if user.is_staff and user.has_perm("complaints.view_complaint"):
            return everything
        return everything.filter(merchant__members__user=user)
