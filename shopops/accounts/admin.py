from django.contrib import admin
from django.contrib.auth.models import Group

admin.site.unregister(Group)  # roles are code, see shopops/accounts/roles.py; people are in shopops/signin/admin.py
