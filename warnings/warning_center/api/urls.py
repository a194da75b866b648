from warning_center.api.views import WarningViewSet

routes = [("warnings", WarningViewSet, "warning")]
