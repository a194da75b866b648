from complaints.api.views import ComplaintViewSet

routes = [("complaints", ComplaintViewSet, "complaint")]
