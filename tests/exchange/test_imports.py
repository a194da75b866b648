"""An import: looked through, confirmed, landed; what is good lands, what is bad is kept and listed."""

import csv
import io
import threading
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from merchants.leads.models import Lead
from merchants.models import Merchant
from shopops.audit.models import Entry
from shopops.exchange import services
from shopops.exchange.models import Import, Reject
from tests.exchange.conftest import csv_file

HEAD = "lead,contacted_on,channel,won_at,shop"
GOOD = ["L-1,2026-01-02,search,,", "L-2,2026-01-03,social,2026-01-20 10:00,S-9"]
BAD = ["L-3,yesterday,social,,", ",2026-01-03,social,,", "L-5,2026-01-03,social,,S-10"]


def brought(actor: Any, *lines: str, what: str = "leads") -> Import:
    return services.take_in(what=what, file=csv_file(*lines), actor=actor)


def landed(actor: Any, *lines: str, what: str = "leads") -> Import:
    each = brought(actor, *lines, what=what)
    services.land(services.confirm(of=each, actor=actor))
    each.refresh_from_db()
    return each


def test_looking_through_tells_what_would_happen_and_keeps_nothing(boss):
    each = brought(boss, HEAD, *GOOD, *BAD)
    assert each.preview["counts"] == {"new": 2, "rejected": 3}
    assert [(reject["row"], list(reject["errors"])) for reject in each.preview["rejects"]] == [
        (4, ["contacted_on"]),
        (5, ["lead"]),
        (6, [""]),
    ]
    assert (Lead.objects.count(), Merchant.objects.count()) == (0, 0)


def test_good_rows_land_bad_ones_are_listed_with_what_is_wrong(boss):
    each = landed(boss, HEAD, *GOOD, *BAD)
    assert each.counts == {"new": 2, "rejected": 3} and each.state == "done"
    assert set(Lead.objects.values_list("external_id", flat=True)) == {"L-1", "L-2"}
    reject = each.rejects.get(row=4)
    assert reject.values["lead"] == "L-3" and "2026-10-01" in reject.errors["contacted_on"][0]


def test_what_is_wrong_is_told_in_the_language_of_who_confirmed(boss):
    with translation.override("zh-hans"):
        each = services.confirm(of=brought(boss, HEAD, BAD[0]), actor=boss)
    services.land(each)  # a worker does it, in a process that speaks nobody's language
    assert "不是日期" in each.rejects.get().errors["contacted_on"][0]


def test_the_same_file_again_changes_nothing(boss):
    landed(boss, HEAD, *GOOD)
    assert landed(boss, HEAD, *GOOD).counts == {"unchanged": 2}


def test_a_row_longer_than_the_heading_is_rejected_not_cut(boss):
    each = landed(boss, HEAD, "L-1,2026-01-02,search,,,surplus")
    assert each.counts == {"rejected": 1} and "more cells" in each.rejects.get().errors[""][0]


def test_an_import_that_died_goes_on_behind_its_last_chunk(boss, monkeypatch):
    monkeypatch.setattr(services, "CHUNK", 2)
    lines = [f"L-{n},2026-01-02,search,," for n in range(5)]
    each = services.confirm(of=brought(boss, HEAD, *lines[:3], BAD[0], *lines[3:]), actor=boss)

    def dies(done: int, total: int | None = None, **_more: Any) -> None:
        if done > 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        services.land(each, dies)
    each.refresh_from_db()
    assert each.done == 2 and Lead.objects.count() == 2 and not each.rejects.exists()
    services.land(each)
    each.refresh_from_db()
    assert each.counts == {"new": 5, "rejected": 1} and Lead.objects.count() == 5 and each.rejects.count() == 1


def test_an_import_whose_file_is_gone_does_not_keep_the_others_out(boss):
    lost = services.confirm(of=brought(boss, HEAD, GOOD[0]), actor=boss)
    other = services.confirm(of=brought(boss, HEAD, GOOD[1]), actor=boss)
    lost.file.storage.delete(lost.file.name)
    with pytest.raises(FileNotFoundError):
        services.land_confirmed(lambda *_told, **_more: None)
    other.refresh_from_db()
    assert other.state == "done"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_and_two_workers_land_a_file_once(boss):
    each = brought(boss, HEAD, *[f"L-{n},2026-01-02,search,," for n in range(40)])
    refused: list[str] = []

    def click() -> None:
        try:
            services.confirm(of=each, actor=boss)
        except services.NotNow as error:
            refused.append(str(error))
        services.land(each)
        connection.close()

    threads = [threading.Thread(target=click) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    each.refresh_from_db()
    assert len(refused) == 3 and each.counts == {"new": 40} and Lead.objects.count() == 40
    assert Entry.objects.filter(action="exchange.import.confirmed").count() == 1


def test_rejected_rows_come_as_a_file_and_may_come_back_corrected(boss, client):
    each = landed(boss, HEAD, *GOOD, BAD[0])
    client.force_login(boss)
    content = b"".join(client.get(reverse("exchange:rejects", args=[each.pk]))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert rows[0]["lead"] == "L-3" and "contacted_on" in rows[0]["errors"]
    corrected = content.replace("yesterday", "2026-02-01")
    assert landed(boss, *corrected.splitlines()).counts == {"new": 1}
    assert Entry.objects.filter(action="exchange.import.rejects_read", actor=boss).exists()


def test_personal_data_of_rejected_rows_are_masked_on_the_page_and_encrypted_in_the_table(boss, client):
    each = landed(boss, "shop,shop_name,contact_phone", "S-1,,13800138000", what="merchants")
    client.force_login(boss)
    page = client.get(reverse("exchange:show", args=[each.pk])).content.decode()
    assert "S-1" in page and "13800138000" not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM exchange_reject")
        assert "13800138000" not in cursor.fetchone()[0]
    assert Reject.objects.get().values["contact_phone"] == "13800138000"


def test_the_pages_lead_from_the_file_to_the_result(boss, client):
    client.force_login(boss)
    answer = client.post(reverse("exchange:new", args=["leads"]), {"file": csv_file(HEAD, *GOOD, BAD[0])}, follow=True)
    each = Import.objects.get()
    assert "Rows with errors are left out" in answer.content.decode()
    client.post(reverse("exchange:confirm", args=[each.pk]))
    services.land(each)
    page = client.get(reverse("exchange:show", args=[each.pk])).content.decode()
    assert "Download the rejected rows" in page
    assert "L-3" in page and "Done" in page


def test_a_file_that_cannot_be_read_is_told_beside_the_field(boss, client):
    client.force_login(boss)
    answer = client.post(reverse("exchange:new", args=["leads"]), {"file": csv_file("colour", "red")})
    assert answer.status_code == 422 and "unknown columns: colour" in answer.content.decode()


def test_a_discarded_file_leaves_nothing(boss, client):
    each = brought(boss, HEAD, *GOOD)
    client.force_login(boss)
    client.post(reverse("exchange:discard", args=[each.pk]))
    assert not Import.objects.exists()


def test_who_may_not_import_this_kind_sees_neither_file_nor_rows(boss, client, make_user):
    each = landed(boss, "shop,shop_name", "S-1,Lamps", what="merchants")
    client.force_login(make_user("risk", roles=["risk_analyst"]))  # may import leads, not shops
    assert client.get(reverse("exchange:show", args=[each.pk])).status_code == 403
    assert client.get(reverse("exchange:rejects", args=[each.pk])).status_code == 403
    assert client.get(reverse("exchange:new", args=["merchants"])).status_code == 403
    assert client.get(reverse("exchange:new", args=["leads"])).status_code == 200
