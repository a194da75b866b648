"""People, their rights, sign-ins and holds in the console."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from shopops.accounts.models import User
from shopops.accounts.roles import Role
from shopops.adminbase import ConsoleAdmin, ReadOnlyAdmin
from shopops.audit import services as audit
from shopops.signin import access, console, sessions
from shopops.signin.models import Hold, SignIn

# Kept by allauth: secrets and raw sessions have no page; what operators may see of them is on a person's own page.
for model in (Authenticator, UserSession, EmailAddress):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

_TONES = {
    SignIn.Outcome.SUCCEEDED: "success",
    SignIn.Outcome.WRONG_PASSWORD: "warning",
    SignIn.Outcome.WRONG_SECOND_FACTOR: "warning",
    SignIn.Outcome.LOCKED_OUT: "danger",
}


class NewUserForm(UserCreationForm):
    """A new person; rights are given on the next page."""

    class Meta:
        model = User
        fields = ("email", "name")


class PersonForm(UserChangeForm):
    """Roles as boxes to tick, in words."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ConsoleAdmin):
    """Rights change through shopops.signin.access only: on record, and never one's own or a superuser's from below."""

    form = PersonForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "roles_shown", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    change_form_outer_before_template = "signin/console/person_links.html"
    fieldsets = (
        (None, {"fields": ("email", "name", "phone", "password")}),
        (_("Language and time"), {"fields": ("language", "time_zone")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "roles")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    @admin.display(description=_("roles"))
    def roles_shown(self, user: User) -> str:
        """The roles in the reader's words."""
        return user.role_labels

    def get_urls(self) -> list[URLPattern]:
        """Add the page about a person's sign-in, and what can be done there."""
        own = [path(route, view, name=name) for route, view, name in console.PERSON_PAGES]
        return [*own, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Rights of oneself are read-only; the e-mail address is a key to the account, so superusers change it."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        if obj is not None and obj.pk == request.user.pk:
            fixed += ("is_active", "is_staff", "roles_shown")
        if obj is not None and not cast(User, request.user).is_superuser:
            fixed += ("email",)
        return fixed

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Show one's own roles as words; hide the password's line from those who may not set it."""
        mine = obj is not None and obj.pk == request.user.pk
        hidden = {"password"} if obj is not None and not cast(User, request.user).is_superuser else set()
        return [
            (
                title,
                options
                | {
                    "fields": tuple(
                        "roles_shown" if mine and name == "roles" else name
                        for name in options["fields"]
                        if name not in hidden
                    )
                },
            )
            for title, options in super().get_fieldsets(request, obj)
        ]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is changed by superusers."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or cast(User, request.user).is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is deleted: what they did stays theirs. They are switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the plain facts here, rights and the address through their services."""
        actor = cast(User, request.user)
        if not change:
            super().save_model(request, obj, form, change)
            audit.record(action="accounts.user.added", target=obj, actor=actor)
            return
        stored = User.objects.get(pk=obj.pk)
        wanted = {name: getattr(obj, name) for name in access.FIELDS if name in form.cleaned_data}
        email = obj.email
        for name in (*access.FIELDS, "email"):
            setattr(obj, name, getattr(stored, name))
        super().save_model(request, obj, form, change)
        access.change_access(user=obj, actor=actor, **wanted)
        if email != obj.email:
            access.change_email(user=obj, actor=actor, email=email)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Set somebody's password: superusers only, on record, and it ends the sessions."""
        if not cast(User, request.user).is_superuser:
            raise PermissionDenied
        before = User.objects.filter(pk=id).values_list("password", flat=True).first()
        answer = super().user_change_password(request, id, form_url)
        user = User.objects.filter(pk=id).first()
        if user is not None and user.password != before:
            audit.record(action="accounts.password.set", target=user, actor=cast(User, request.user))
            if user.pk != request.user.pk:
                sessions.end_all(user)
        return answer


@admin.register(SignIn)
class SignInAdmin(ReadOnlyAdmin):
    """Every attempt to sign in, newest first."""

    list_display = ("at", "email", "user", "outcome_shown", "method", "device", "network", "place", "reasons_shown")
    list_filter = ("outcome", "method", "at")
    search_fields = ("email", "user__name", "network")
    date_hierarchy = "at"
    list_select_related = ("user",)
    exclude = ("device_id", "session")

    @display(description=_("outcome"), ordering="outcome", label=_TONES)
    def outcome_shown(self, row: SignIn) -> tuple[str, str]:
        return row.outcome, row.get_outcome_display()

    @admin.display(description=_("suspicious because"))
    def reasons_shown(self, row: SignIn) -> str:
        return " · ".join(row.reasons_in_words)


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """Holds after suspicious sign-ins; lifted on the person's page."""

    list_display = ("since", "user", "reasons_shown", "until", "lifted_at", "lifted_by", "lifted_because")
    list_filter = ("since",)
    search_fields = ("user__email", "user__name")
    list_select_related = ("user", "lifted_by")

    @admin.display(description=_("because"))
    def reasons_shown(self, hold: Hold) -> str:
        return " · ".join(hold.reasons_in_words)
