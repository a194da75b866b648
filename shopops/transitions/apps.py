from django.apps import AppConfig


class TransitionsConfig(AppConfig):
    name = "shopops.transitions"
    label = "transitions"
