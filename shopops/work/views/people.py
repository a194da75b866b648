"""For supervisors: who works on what, who knows what, and how far second reads agree."""

from collections import Counter, defaultdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shopops.accounts.models import User
from shopops.adminbase import console_page
from shopops.work import assigning
from shopops.work.agreeing import figures
from shopops.work.models import OperatorSkill
from shopops.work.queues import Queue, open_to, queues
from shopops.work.views.common import AGREEMENT, ASSIGN, VIEW, open_queue, page_context, person


@console_page(VIEW, ASSIGN)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Operators with their load, what they finished this week, and their skills."""
    mine = open_to(person(request))
    working: dict[int, list[Queue]] = defaultdict(list)
    by_id: dict[int, User] = {}
    for queue in mine:
        for user in assigning.people_for(queue):
            by_id[user.pk] = user
            if not queue.reads:
                working[user.pk].append(queue)
    known: dict[int, set[str]] = defaultdict(set)
    for pk, skill in OperatorSkill.objects.filter(user__in=by_id).values_list("user", "skill"):
        known[pk].add(skill)
    load, done = assigning.loads(by_id.values()), assigning.finished(by_id.values())
    rows = [_row(user, working[user.pk], known[user.pk], load, done) for user in by_id.values()]
    context = page_context(
        request,
        _("People and load"),
        rows=sorted(rows, key=lambda row: (str(row["user"]), row["user"].pk)),
        most=max([row["load"] for row in rows], default=0),
        queues=mine,
    )
    return render(request, "admin/work/people.html", context)


def _row(user: User, working: list[Queue], known: set[str], load: Counter[int], done: Counter[int]) -> dict[str, Any]:
    skills = {skill.code: skill.label for queue in working for skill in queue.skills}
    return {
        "user": user,
        "queues": working,
        "load": load[user.pk],
        "done": done[user.pk],
        "skills": [(code, label, code in known) for code, label in skills.items()],
    }


@console_page(VIEW, ASSIGN)
@require_POST
def spread_work(request: HttpRequest) -> HttpResponse:
    """Spread what nobody has over the ticked people, the least loaded first."""
    code = request.POST.get("queue", "")
    if code not in queues:
        messages.error(request, _("Choose a queue."))
        return redirect("work:people")
    queue = open_queue(request, code)
    ticked = {int(pk) for pk in request.POST.getlist("person") if pk.isdigit() and len(pk) < 19}
    chosen = [user for user in assigning.people_for(queue) if user.pk in ticked]
    if not chosen:
        messages.error(request, _("Tick at least one person who works on %(queue)s.") % {"queue": queue.label})
        return redirect("work:people")
    result = assigning.spread(queue=code, by=person(request), people=chosen)
    count = sum(result.given.values())
    words = ngettext("%(queue)s: %(count)s item assigned.", "%(queue)s: %(count)s items assigned.", count)
    messages.success(request, words % {"queue": queue.label, "count": count})
    if result.left_over:
        words = ngettext(
            "For %(count)s item nobody ticked has the skill.",
            "For %(count)s items nobody ticked has the skill.",
            result.left_over,
        )
        messages.warning(request, words % {"count": result.left_over})
    return redirect("work:people")


@console_page(VIEW, ASSIGN)
@require_POST
@transaction.atomic
def skills(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody's skills exactly the ticked ones."""
    user = get_object_or_404(User.objects.select_for_update(of=("self",)), pk=pk, is_staff=True)
    possible = {skill.code for queue in open_to(person(request)) for skill in queue.skills}
    wanted = possible & set(request.POST.getlist("skill"))
    OperatorSkill.objects.filter(user=user, skill__in=possible - wanted).delete()
    OperatorSkill.objects.bulk_create(
        [OperatorSkill(user=user, skill=skill) for skill in sorted(wanted)], ignore_conflicts=True
    )
    messages.success(request, _("Skills of %(name)s saved.") % {"name": user})
    return redirect("work:people")


@console_page(VIEW, AGREEMENT)
@require_safe
def agreement_page(request: HttpRequest) -> HttpResponse:
    """How far blind second reads agree with the first decision: per queue, person and month."""
    sampled = [queue for queue in queues if queue.second_reads]
    context = page_context(
        request, _("Agreement of second reads"), queues=[(queue, figures(queue)) for queue in sampled]
    )
    return render(request, "admin/work/agreement.html", context)
