"""Every part renders in both languages, escaped, without inline style, and says what it must to screen readers."""

import datetime as dt
import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from shopops.ui import parts
from shopops.ui.charts import BarChart, Day, LineChart, Series

NOW = dt.datetime.now(dt.UTC)
HOUR = dt.timedelta(hours=1)


class Form(forms.Form):
    name = forms.CharField(label="Shop name", help_text="As on the sign")
    note = forms.CharField(required=False, widget=forms.Textarea)
    file = forms.FileField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    one = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False)
    agreed = forms.BooleanField(label="I agree")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


CONTEXT = {
    "now": NOW,
    "clock": parts.ClockView.of(NOW - HOUR, 72 * HOUR, [parts.Pause(NOW - HOUR / 2, None, "x")], NOW),
    "checks": [parts.CheckupItem("<b>", "lock", "ok", "Fine", "t", url="/u", verb="See", is_cause=True)],
    "todos": [
        parts.TodoItem("<b>", "/u", "Do", "t", due=NOW + 5 * HOUR, note="n"),
        {"title": "x", "url": "#", "verb": "v"},
    ],
    "events": [parts.TimelineItem(NOW, "<b>", "ok", "/u"), parts.TimelineItem(NOW, "x", end=NOW + HOUR, is_next=True)],
    "steps": [parts.Step("<b>", "n", "done"), parts.Step("x", state="current"), parts.Step("y")],
    "lines": [parts.Line("<b>", "t", "/u", "v"), "plain <b>", {"title": "dict"}],
    "meters": [parts.Meter("<b>", 1234.5, 2000)],
    "form": Form({"name": ""}),
    "page": Paginator(range(1000), 50).page(2),
    "lines_chart": LineChart("<b>", "l", [NOW.date(), NOW.date()], [Series("<i>", [1, 2]), Series("b", [None, 1])]),
    "bars": BarChart("<b>", "l", ["<i>", "y"], [1, None]),
    "days": [Day(NOW.date(), "danger", "<b>")],
    "unsafe": "<b>",
    "values": [1, 2, None, 4],
}
PARTS = [
    '{% icon "home" %}',
    '{% tag "ok" unsafe %}{% tag "" unsafe plain=True %}{% tag "info" "x" icon="clock" %}',
    '{% severity 1 %}{% severity 2 %}{% severity "strong" %}',
    '{% btn unsafe "/u" "primary" "plus" %}{% btn "x" popover="d" id="i" %}{% btn "x" disabled=True %}',
    '{% submit unsafe "danger" "trash" name="a" value="b" key="r" form="f" %}',
    "{% delta 6 %}{% delta -3 %}{% delta 0 %}{% delta None %}{% delta 2 good='down' unit='x' %}",
    '{% count 3 "danger" unsafe %}{% count 0 %}{% count None %}',
    '{% chip "n" unsafe unsafe True %}{% chip "n" 1 "x" type="radio" id="i" %}',
    '{% card unsafe note="n" id="i" tone="danger" lead=True %}x{% slot head %}h{% endslot %}'
    "{% slot foot %}f{% endslot %}{% endcard %}",
    "{% card flush=True %}x{% endcard %}",
    '{% banner "caution" unsafe id="b" %}<p>x</p>{% slot actions %}{% btn "x" "/u" %}{% endslot %}{% endbanner %}',
    '{% dialog "d" unsafe action="/u" verb=unsafe keep=unsafe %}<p>x</p>{% enddialog %}',
    '{% dialog "e" "t" %}x{% enddialog %}',
    '{% menu unsafe icon="globe" cls="start" spoken="s" %}<a href="/u">x</a>{% endmenu %}',
    '{% tabs unsafe %}{% tab unsafe "/u" True 3 "danger" %}{% tab "y" "/v" %}{% endtabs %}',
    '{% stats unsafe %}{% stat unsafe unsafe unsafe "ok" unsafe "/u" %}{% stat "n" 1 %}{% endstats %}',
    '{% facts wide=True %}{% fact unsafe unsafe %}{% fact "n" None cls="id" %}{% endfacts %}',
    "{% scroll unsafe %}x{% endscroll %}",
    "{% checkup checks %}",
    "{% todo todos %}{% todo todos primary=False %}",
    "{% clock clock %}",
    "{% timeline events %}",
    "{% steps steps unsafe %}",
    "{% numbered lines %}",
    '{% marks lines icon="ok" tone="ok" %}',
    "{% meters meters %}",
    '{% crumbs "Home" "/" unsafe %}',
    "{% pages page %}",
    '{% cursor_pages next="b" previous="a" shown=unsafe %}{% cursor_pages %}',
    "<table><tr>{% sort_header unsafe 'amount' cls='n' %}</tr></table>",
    '{% empty_state "chat" unsafe unsafe "/u" unsafe %}',
    "{% skeleton lines=2 text=unsafe %}",
    "{% form_errors form %}{% form_fields form %}",
    "{% form_field form.many chips=True %}{% form_field form.name mark=False label=unsafe data_x=1 %}",
    "{% spark values unsafe %}{% spark values unsafe series=2 %}",
    "{% line_chart lines_chart %}",
    "{% bar_chart bars %}",
    "{% day_strip days unsafe %}",
    "{% when now %}{% when now 'at' %}{% when now.date 'day' %}{% when None %}",
    "{{ now|due }}{{ now|at }}{{ now|day }}{{ now|hour }}{{ now|span:now }}{{ now|left }}{{ 90|duration }}",
    "{{ 5|money:'CNY' }}",
    "{{ 0.5|percent }}{{ 5|num }}{{ 5|signed }}{{ unsafe|nobreak }}{{ None|due }}{{ ''|left }}{{ None|money:'CNY' }}",
]


def render(source, language="en", **extra):
    request = RequestFactory().get("/list/", {"state": "open", "page": "2", "cursor": "c"})
    with translation.override(language):
        return Template(source).render(Context({**CONTEXT, "request": request, "csrf_token": "token", **extra}))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("source", PARTS)
def test_a_part_renders_without_inline_style_or_script_and_escapes(source, language):
    html = render(source, language)
    assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=|javascript:", html)
    assert "<b>" not in html
    assert "<i>" not in html
    for tag in ("div", "p", "section", "li", "ol", "ul", "form", "svg", "fieldset", "details", "span", "nav"):
        assert len(re.findall(rf"<{tag}[\s>]", html)) == html.count(f"</{tag}>"), f"{tag} is not closed: {html}"


def test_a_slot_of_another_part_is_named_in_the_error():
    with pytest.raises(TemplateSyntaxError, match="no slot 'feet'"):
        render("{% card 'x' %}{% slot feet %}{% endslot %}{% endcard %}")
    with pytest.raises(TemplateSyntaxError, match="no slot 'foot'"):
        render("{% slot foot %}{% endslot %}")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{% card 'x' colour='red' %}{% endcard %}", "no variable 'colour'"),
        ("{% card 'x' title='y' %}{% endcard %}", "given 'title' twice"),
        ("{% dialog 'x' %}{% enddialog %}", "needs: title"),
        ("{% tabs 'x' 'y' %}{% endtabs %}", "at most 1"),
        ("{% slot %}{% endslot %}", "needs exactly the name"),
    ],
)
def test_mistakes_are_found_when_the_template_is_compiled(source, message):
    with pytest.raises(TemplateSyntaxError, match=message):
        Template(source)


def test_slots_of_nested_parts_do_not_mix():
    html = render(
        "{% card 'outer' %}{% slot foot %}F1{% endslot %}"
        "{% card 'inner' %}{% slot foot %}F2{% endslot %}{% endcard %}{% endcard %}"
    )
    assert html.index("F2") < html.index("F1")


def test_the_first_thing_to_do_is_the_primary_button():
    assert render("{% todo todos %}").count("btn primary") == 1
    assert "btn primary" not in render("{% todo todos primary=False %}")


def test_only_one_label_per_control_and_hints_and_errors_are_tied_to_it():
    html = render("{% form_fields form %}")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert html.count("<legend>") == 2
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert all(f'id="{each}"' in html for each in described.split())
    for target in re.findall(r'<label[^>]* for="([^"]+)"', html):
        assert f'id="{target}"' in html


def test_the_error_summary_links_to_the_fields():
    html = render("{% form_errors form %}{% form_fields form %}")
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == ["id_name", "id_kind", "id_one", "id_agreed"]
    assert all(f'id="{target}"' in html for target in targets)
    assert "errors" not in render("{% form_errors form %}", form=Form())


def test_optional_fields_are_marked():
    html = render("{% form_field form.note %}")
    assert "(optional)" in html
    assert 'rows="4"' in html
    assert "(optional)" not in render("{% form_field form.note mark=False %}{% form_field form.name %}")


def test_pages_keep_the_filters():
    html = render("{% pages page %}")
    assert "51–100 of 1,000" in html
    assert re.search(r'href="\?[^"]*state=open[^"]*page=3', html)
    cursor = render('{% cursor_pages next="z" %}')
    assert 'href="?state=open&amp;page=2&amp;cursor=z"' in cursor


def test_sorting_turns_around_and_starts_at_the_first_page():
    assert 'href="?state=open&amp;sort=amount"' in render("{% sort_header 'A' 'amount' %}")
    request = RequestFactory().get("/list/", {"sort": "amount"})
    html = render("{% sort_header 'A' 'amount' %}", request=request)
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-amount"' in html


def test_a_delta_says_direction_by_sign_and_quality_by_tone():
    assert 'data-tone="ok"' in parts.delta(6)
    assert 'data-tone="danger"' in parts.delta(6, good="down")
    assert 'data-tone="ok"' in parts.delta(-3, good="down")
    assert "data-tone" not in parts.delta(-3, good="none")
    assert "−3" in parts.delta(-3)


def test_an_unknown_severity_is_a_mistake():
    with pytest.raises(KeyError):
        parts.severity("harsh")


def test_a_state_has_its_own_shape():
    shapes = {re.search(r"#(\w+)", parts.tag(tone, "x"))[1] for tone in ("ok", "caution", "danger", "info", "neutral")}
    assert len(shapes) == 5
