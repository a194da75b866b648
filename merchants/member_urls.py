"""/portal/members/: the people of a shop."""

from django.urls import path

from merchants.views import members

app_name = "members"

urlpatterns = [
    path("", members.people, name="list"),
    path("invite/", members.invite, name="invite"),
    path("leave/", members.leave, name="leave"),
    path("<int:pk>/role/", members.change_role, name="role"),
    path("<int:pk>/remove/", members.remove, name="remove"),
    path("<int:pk>/offer/", members.offer, name="offer"),
    path("invitations/<int:pk>/renew/", members.renew, name="renew"),
    path("invitations/<int:pk>/revoke/", members.revoke, name="revoke"),
    path("hand-over/<int:pk>/", members.answer_offer, name="hand_over"),
]
