"""/admin/review/: the reviewers' workbench, their list, and batches of approvals."""

from django.urls import path, re_path

from merchants.views import batches, finding_steps, queue, review

app_name = "review"

urlpatterns = [
    path("", review.following, name="next"),
    path("queue/", queue.queue_page, name="queue"),
    path("batches/", batches.listed, name="batches"),
    path("batches/new/", batches.put_together, name="batch_new"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/progress/", batches.progress, name="batch_progress"),
    re_path(r"^batches/(?P<pk>\d{1,18})/(?P<name>confirm|agree|cancel)/$", batches.step, name="batch_step"),
    path("<int:pk>/", review.case, name="case"),
    path("<int:pk>/take-over/", review.take_over, name="take_over"),
    path("<int:pk>/aside/", review.put_aside, name="aside"),
    path("<int:pk>/send-back/", review.send_back, name="send_back"),
    path("second-read/<int:pk>/", review.second, name="second"),
    path("<int:pk>/checks/", review.rerun, name="rerun"),
    path("<int:pk>/sample/", finding_steps.sample, name="sample"),
    path("<int:pk>/registers/", finding_steps.ask_registers, name="ask_registers"),
    path("<int:pk>/show/<slug:field>/", review.show, name="show"),
    path("<int:pk>/decide/", review.decide, name="decide"),
]
