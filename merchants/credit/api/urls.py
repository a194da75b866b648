from merchants.credit.api.views import ScoreViewSet

routes = [("scores", ScoreViewSet, "score")]
