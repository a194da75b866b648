"""Pages about one's own sign-in, below /accounts/ and before allauth's: theirs and ours are one room."""

from django.urls import path

from shopops.signin import views

app_name = "signin"

urlpatterns = [
    path("security/", views.security, name="security"),
    path("sign-ins/", views.sign_ins, name="sign_ins"),
    path("hold/lift/", views.lift_hold, name="lift_hold"),
    path("sessions/", views.session_list, name="sessions"),
    # In front of allauth's page of the same name, which would remove an operator's last factor.
    path("2fa/webauthn/keys/<int:pk>/remove/", views.remove_key, name="mfa_remove_webauthn"),
]
