"""Translations: nothing that people read is missing in Chinese, and the tool that says so sees every form of text."""

import gettext
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.functional import Promise
from pghistory.models import Event

from shopops.i18n import bilingual, catalog, checks, hardcoded, placeholders, sources, typography
from shopops.i18n.__main__ import main

ROOT = Path(__file__).resolve().parents[1]


# The real tree


def test_every_text_of_the_project_is_translated_and_none_is_hard_coded():
    findings = checks.check(ROOT)
    assert not findings, "\n".join(map(str, findings))


def test_update_would_leave_the_catalogue_as_it_is():
    entries, _changes = catalog.updated(sources.collect(ROOT), catalog.read_or_empty(ROOT))
    assert catalog.po_path(ROOT).read_text("utf-8") == catalog.serialise(entries), "run python -m shopops.i18n update"


def _own_models():
    """All but the copies of rows that the history keeps: no page shows them as such."""
    own = {path.name for path in sources.roots(ROOT)} | {"warning_center"}
    ours = (model for model in apps.get_models() if model.__module__.split(".")[0] in own)
    return [model for model in ours if not issubclass(model, Event)]


def test_models_have_names_that_can_be_translated():
    unnamed = [
        model._meta.label
        for model in _own_models()
        if not (isinstance(model._meta.verbose_name, Promise) and isinstance(model._meta.verbose_name_plural, Promise))
    ]
    assert not unnamed, "Meta.verbose_name(_plural) with gettext_lazy is missing:\n" + "\n".join(unnamed)


def _fields_in_the_console(rf):
    """Yield every model field that a list or form of the console shows, by its own name."""
    request = rf.get("/admin/")
    request.user = SimpleNamespace(has_perm=lambda *_: True, is_active=True, is_staff=True, is_superuser=True, pk=None)
    for model in set(_own_models()) & set(admin.site._registry):
        console = admin.site.get_model_admin(model)
        shown = {*flatten_fieldsets(console.get_fieldsets(request)), *console.get_list_display(request)}
        fields = [*model._meta.local_fields, *model._meta.local_many_to_many]
        yield from ((model, field) for field in fields if field.name in shown and field.name != "id")


def test_fields_have_names_that_can_be_translated(rf):
    unnamed = [
        f"{model._meta.label}.{field.name}"
        for model, field in _fields_in_the_console(rf)
        if not isinstance(field.verbose_name, Promise)
    ]
    assert not unnamed, "a verbose_name with gettext_lazy is missing:\n" + "\n".join(sorted(unnamed))


def test_choices_have_labels_that_can_be_translated():
    unnamed = [
        f"{model._meta.label}.{field.name}: {label!r}"
        for model in _own_models()
        for field in model._meta.local_fields
        for _value, label in field.flatchoices
        if isinstance(label, str) and not isinstance(label, Promise) and label.upper() != label
    ]
    assert not unnamed, "a label with gettext_lazy is missing:\n" + "\n".join(unnamed)


# Extraction


@pytest.fixture
def tree(tmp_path):
    """A project of one app with a package, a template folder and a catalogue."""
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "__init__.py").write_text("")
    return tmp_path


def from_python(tree, text):
    (tree / "shop" / "module.py").write_text(text, encoding="utf-8")
    return sources.collect(tree)


def from_template(tree, text, name="page.html"):
    (tree / "shop" / "templates" / name).write_text(text, encoding="utf-8")
    return sources.collect(tree)


PYTHON_CALLS = {
    '_("plain")': ("plain", None, ""),
    '_("in " "two parts")': ("in two parts", None, ""),
    '_("""over\nlines""")': ("over\nlines", None, ""),
    "_(u'50% (soon)')": ("50% (soon)", None, ""),
    'gettext("a")': ("a", None, ""),
    'gettext_noop("later")': ("later", None, ""),
    'translation.gettext_lazy("b")': ("b", None, ""),
    'ngettext("%(n)s day", "%(n)s days", n)': ("%(n)s day", "%(n)s days", ""),
    'ngettext_lazy(singular="{n} hour", plural="{n} hours", number="n")': ("{n} hour", "{n} hours", ""),
    'pgettext("order state", "Open")': ("Open", None, "order state"),
    'p("order state", "Closed")': ("Closed", None, "order state"),
    'npgettext_lazy("box", "%s case", "%s cases", "n")': ("%s case", "%s cases", "box"),
    "print(f\"{_('inner')}\")": ("inner", None, ""),
}


@pytest.mark.parametrize(("code", "expected"), PYTHON_CALLS.items())
def test_python_texts_are_found(tree, code, expected):
    messages = from_python(tree, f"from django.utils.translation import pgettext_lazy as p\n{code}\n")
    assert [(msgid, source.plural, context) for (msgid, context), source in messages] == [expected]
    assert not messages.problems


@pytest.mark.parametrize(
    "code", ['_(f"{n} days")', '_("a" + b)', '_("a %s" % b)', '_("{}".format(b))', '_("a" if b else "c")', '_("")']
)
def test_python_texts_that_no_catalogue_can_hold_are_reported(tree, code):
    messages = from_python(tree, code)
    assert not len(messages)
    assert [problem.path for problem in messages.problems] == ["shop/module.py"]


@pytest.mark.parametrize("code", ["_(name)", "_(choice.label)", 'other("text")', "\"_('text')\"", '# _("text")'])
def test_python_code_without_texts_is_left_alone(tree, code):
    messages = from_python(tree, code)
    assert not len(messages)
    assert not messages.problems


def test_a_module_that_does_not_parse_is_reported_with_its_line(tree):
    (problem,) = from_python(tree, 'x = 1\n_("a"\n').problems
    assert (problem.path, problem.line) == ("shop/module.py", 2)


def test_a_comment_for_translators_is_kept(tree):
    messages = from_python(tree, '# Translators: a verb,\n# on a button\nlabel = _("Open")\n')
    assert messages.sources["Open", ""].comments == {"Translators: a verb, on a button"}


TEMPLATE_TEXTS = {
    '{% translate "plain" %}': ("plain", None, ""),
    "{% trans 'single' as title %}{{ title }}": ("single", None, ""),
    '{% translate "piped"|upper noop %}': ("piped", None, ""),
    '{% translate "Open" context "order state" as x %}': ("Open", None, "order state"),
    '{% translate "say \\"hello\\"" %}': ('say "hello"', None, ""),
    '{% translate "50% off" %}': ("50%% off", None, ""),
    '{% translate "it\'s" %}': ("it's", None, ""),
    '{{ _("in a variable") }}': ("in a variable", None, ""),
    '{{ name|default:_("in a filter") }}': ("in a filter", None, ""),
    '{% include "x.html" with title=_("in a tag") %}': ("in a tag", None, ""),
    "{% if a == _('in a condition') %}{% endif %}": ("in a condition", None, ""),
    "{% blocktranslate %}Hello {{ name }}, 5 % off{% endblocktranslate %}": ("Hello %(name)s, 5 %% off", None, ""),
    "{% blocktrans with n=shop.name %}Hello {{ n }}{% endblocktrans %}": ("Hello %(n)s", None, ""),
    "{% blocktranslate trimmed %}\n  one\n    two\n{% endblocktranslate %}": ("one two", None, ""),
    "{% blocktranslate %}\n one\n{% endblocktranslate %}": ("\n one\n", None, ""),
    "{% blocktranslate asvar context %}x{% endblocktranslate %}": ("x", None, ""),
    "{% blocktranslate count n=days trimmed %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}": (
        "%(n)s day",
        "%(n)s days",
        "",
    ),
    "{% blocktranslate count n=a|length context 'box' asvar t %}{{ n }} case{% plural %}{{ n }} cases"
    "{% endblocktranslate %}": ("%(n)s case", "%(n)s cases", "box"),
    # What makes a tokenizer of pseudo Python stumble: indentation, quotes, brackets, other languages.
    "    <p>\n  {% if a %}\n      {% translate \"deep\" %}\n {% endif %} if x: ' \" ''' ( [ { \\ \n\t</p>": (
        "deep",
        None,
        "",
    ),
    "{# _('no') #}{% comment \"why\" %}{% translate 'no' %}{% endcomment %}{% translate 'yes' %}": ("yes", None, ""),
    "{% verbatim %}{% translate 'no' %}{% endverbatim %}{{ _('yes') }}": ("yes", None, ""),
    "{% tag \"_('no')\" %}{% translate '你好 <b>x</b>' %}": ("你好 <b>x</b>", None, ""),
}


@pytest.mark.parametrize(("text", "expected"), TEMPLATE_TEXTS.items())
def test_template_texts_are_found(tree, text, expected):
    messages = from_template(tree, text)
    assert [(msgid, source.plural, context) for (msgid, context), source in messages] == [expected]
    assert not messages.problems


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% blocktranslate %}never closed", "never closed"),
        ("{% blocktranslate %}{% if a %}x{% endif %}{% endblocktranslate %}", "must not hold"),
        ("{% blocktranslate count n=x %}one form{% endblocktranslate %}", "needs both"),
        ("{% blocktranslate %}Hello {{ shop.name }}{% endblocktranslate %}", "bind it"),
        ("{% blocktranslate %}Hello {{ name|upper }}{% endblocktranslate %}", "bind it"),
        ('{% translate "x" context var %}', "literal"),
        ("{% translate %}", "lacks its text"),
        ('{{ _("50% off") }}', "doubled"),
    ],
)
def test_template_texts_that_would_show_wrong_are_reported(tree, text, reason):
    problems = from_template(tree, "\n" + text).problems
    assert [problem.line for problem in problems] == [2]
    assert reason in problems[0].text


def test_extracted_ids_are_those_that_django_looks_up(tree):
    """Render every template text and record which ids Django asks its catalogue for."""
    from django.template import Context, Engine
    from django.utils import translation

    class Recorder:
        def __init__(self):
            self.asked = set()

        def gettext(self, msgid):
            return self.asked.add(msgid) or msgid

        def ngettext(self, one, many, n):
            return self.asked.add(one) or one

        def pgettext(self, context, msgid):
            return self.asked.add(msgid) or msgid

        def npgettext(self, context, one, many, n):
            return self.asked.add(one) or one

    for text, (msgid, _plural, _context) in TEMPLATE_TEXTS.items():
        if "include" in text or "{% tag" in text or "noop" in text:
            continue
        recorder = Recorder()
        template = Engine(libraries={"i18n": "django.templatetags.i18n"}).from_string("{% load i18n %}" + text)
        with translation.override("zh-hans"), pytest.MonkeyPatch.context() as patch:
            for name in ("gettext", "ngettext", "pgettext", "npgettext"):
                patch.setattr(translation._trans, name, getattr(recorder, name), raising=False)
            template.render(Context({"a": "in a condition", "days": 1, "shop": {}}))
        assert recorder.asked == {msgid}, text


def test_two_plurals_of_one_singular_are_reported(tree):
    messages = from_python(tree, 'ngettext("day", "days", n)\nngettext("day", "dayz", n)\n_("day")')
    assert [problem.line for problem in messages.problems] == [2]
    assert messages.sources["day", ""].plural == "days"


def test_only_code_that_people_use_is_read(tree):
    for folder in ("shop/migrations", "shop/tests", "tests", ".venv/lib", "docs"):
        (tree / folder).mkdir(parents=True)
        (tree / folder / "__init__.py").write_text('_("no")')
    (tree / "warnings" / "center").mkdir(parents=True)
    (tree / "warnings" / "center" / "__init__.py").write_text('_("a package in a plain folder")')
    (tree / "templates" / "mail").mkdir(parents=True)
    (tree / "templates" / "mail" / "notice.txt").write_text('{% translate "mail" %}')
    assert [msgid for (msgid, _context), _source in sources.collect(tree)] == ["a package in a plain folder", "mail"]


def test_texts_of_packages_without_chinese_are_borrowed(tree):
    (tree / "locale").mkdir()
    (tree / "locale" / "borrowed.txt").write_text("# why\nunfold\n!unfold/contrib\nnot_installed\n")
    messages = sources.collect(tree)
    assert ("Type to search", "") in messages.sources
    assert ("Log in", "") not in messages.sources, "Django has this one in Chinese"
    assert not any(path.startswith("unfold/contrib") for _key, source in messages for path in source.files)
    assert [str(problem) for problem in messages.problems] == ["locale/borrowed.txt: not_installed is not installed"]


# The catalogue


def run(tree, *arguments):
    return main(["--root", str(tree), *map(str, arguments)])


def chinese(tree):
    return {
        msgid: catalog.translation(m) for (msgid, _c), m in catalog.entries(catalog.read(catalog.po_path(tree))).items()
    }


def fragment(tree, text, name="part.po"):
    path = tree / name
    path.write_text(text, encoding="utf-8")
    return path


def test_update_keeps_translations_adds_new_texts_and_removes_old_ones(tree, capsys):
    from_python(tree, '_("kept")\n_("old")')
    run(tree, "merge", fragment(tree, 'msgid "kept"\nmsgstr "保留"\n\nmsgid "old"\nmsgstr "旧"\n'))
    from_python(tree, '_("kept")\n_("new")')
    assert run(tree, "update") == 0
    assert chinese(tree) == {"kept": "保留", "new": ""}
    assert "removed: 'old' = '旧'" in capsys.readouterr().out


def test_the_catalogue_does_not_change_when_only_lines_move(tree):
    from_python(tree, '_("b")\n_("a")\npgettext("z", "a")')
    run(tree, "update")
    first = catalog.po_path(tree).read_text("utf-8")
    from_python(tree, '\n\n# moved\n_("a")\n_("b")\npgettext("z", "a")')
    run(tree, "update")
    assert catalog.po_path(tree).read_text("utf-8") == first
    assert first.index('msgid "a"') < first.index('msgctxt "z"') < first.index('msgid "b"')
    assert "Date" not in first


def test_a_source_that_cannot_be_read_costs_no_translation(tree):
    from_python(tree, '_("kept")')
    run(tree, "merge", fragment(tree, 'msgid "kept"\nmsgstr "保留"\n'))
    from_python(tree, '_("kept"')
    assert run(tree, "update") == 1
    assert chinese(tree) == {"kept": "保留"}


def test_merge_reports_conflicts_and_unknown_texts_and_keeps_what_is_there(tree, capsys):
    from_python(tree, '_("a")\n_("b")')
    run(tree, "merge", fragment(tree, 'msgid "a"\nmsgstr "甲"\n'))
    second = fragment(tree, 'msgid "a"\nmsgstr "天"\n\nmsgid "b"\nmsgstr "乙"\n\nmsgid "nowhere"\nmsgstr "无"\n')
    capsys.readouterr()
    assert run(tree, "merge", second) == 1
    report = capsys.readouterr().out
    assert "part.po:1: " in report
    assert '"甲"' in report
    assert '"天"' in report
    assert 'part.po:7: "nowhere" is in no source' in report
    assert chinese(tree) == {"a": "甲", "b": "乙"}
    run(tree, "merge", "--prefer-fragments", second)
    assert chinese(tree) == {"a": "天", "b": "乙"}


def test_merge_takes_contexts_and_plurals(tree):
    from_python(tree, 'pgettext("state", "Open")\n_("Open")\nngettext("%(n)s day", "%(n)s days", n)')
    text = (
        'msgctxt "state"\nmsgid "Open"\nmsgstr "待处理"\n\nmsgid "Open"\nmsgstr "打开"\n\n'
        'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s 天"\n'
    )
    assert run(tree, "merge", fragment(tree, text)) == 0
    assert not checks.check(tree)
    run(tree, "compile")
    with catalog.po_path(tree).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.pgettext("state", "Open") == "待处理"
    assert compiled.gettext("Open") == "打开"
    assert [compiled.ngettext("%(n)s day", "%(n)s days", n) for n in (1, 2)] == ["%(n)s 天"] * 2


@pytest.mark.parametrize(
    "text",
    [
        'msgid "a"\nmsgstr "他说"你好""\n',
        'msgid "a"\nmsgstr “甲”\n',
        'msgid "a"\nmsgstr 甲\n',
        'msgid "a"\nmgstr "甲"\n',
        'msgid "a"\n\nmsgid "b"\nmsgstr "乙"\n',
        'msgid "a"\nmsgstr "甲"\n\nmsgid "a"\nmsgstr "天"\n',
    ],
)
def test_a_broken_fragment_is_refused_with_its_line_and_changes_nothing(tree, text, capsys):
    from_python(tree, '_("a")\n_("b")')
    run(tree, "update")
    assert run(tree, "merge", fragment(tree, text)) == 1
    assert "part.po:" in capsys.readouterr().out
    assert chinese(tree) == {"a": "", "b": ""}


def test_extract_prints_a_fragment_to_fill_in(tree, capsys):
    from_python(tree, '_("done")\n_("to do")')
    run(tree, "merge", fragment(tree, 'msgid "done"\nmsgstr "完成"\n'))
    capsys.readouterr()
    run(tree, "extract", "--missing", tree / "shop" / "module.py")
    printed = capsys.readouterr().out
    assert '#: shop/module.py\nmsgid "to do"\nmsgstr ""' in printed
    assert "done" not in printed


def test_compile_needs_no_settings_and_leaves_fuzzy_and_empty_texts_out(tree):
    from_python(tree, '_("a")\n_("b")\n_("c")')
    run(tree, "update")
    catalog.po_path(tree).write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "甲"\n\n'
        '#, fuzzy\nmsgid "b"\nmsgstr "乙"\n\nmsgid "c"\nmsgstr ""\n',
        encoding="utf-8",
    )
    environment = {"PATH": "", "DJANGO_SETTINGS_MODULE": "no.such.settings", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "shopops.i18n", "--root", str(tree), "compile"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with catalog.po_path(tree).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [compiled.gettext(text) for text in "abc"] == ["甲", "b", "c"]


# Checking


@pytest.mark.parametrize(
    ("python", "template", "missing"),
    [
        ('_("only in Python")', "", "only in Python"),
        ("", '{% translate "only in a template" %}', "only in a template"),
        (
            "",
            "{% blocktranslate count n=x %}{{ n }} order{% plural %}{{ n }} orders{% endblocktranslate %}",
            "%(n)s order",
        ),
    ],
)
def test_check_finds_a_missing_translation(tree, python, template, missing, capsys):
    from_python(tree, "")
    run(tree, "update")
    from_python(tree, python)
    from_template(tree, template)
    assert run(tree, "check") == 1
    assert f'missing in the catalogue: "{missing}"' in capsys.readouterr().out
    run(tree, "update")
    assert run(tree, "check") == 1
    assert f'empty translation: "{missing}"' in capsys.readouterr().out


def test_check_finds_obsolete_fuzzy_and_changed_plurals(tree, capsys):
    from_python(tree, '_("a")\nngettext("day", "days", n)')
    run(tree, "update")
    text = (
        'msgid "gone"\nmsgstr "无"\n\n#, fuzzy\nmsgid "a"\nmsgstr "甲"\n\n'
        'msgid "day"\nmsgid_plural "dayz"\nmsgstr[0] "天"\n\n#~ msgid "older"\n#~ msgstr "旧"\n'
    )
    catalog.po_path(tree).write_text(text, encoding="utf-8")
    assert run(tree, "check") == 1
    report = capsys.readouterr().out
    for expected in (
        'in no source: "gone"',
        'fuzzy: "a"',
        'another plural than the source: "day"',
        'obsolete: "older"',
    ):
        assert expected in report


@pytest.mark.parametrize(
    ("original", "translated", "difference"),
    [
        ("Hello %(name)s", "你好", "lacks %(name)s"),
        ("Hello", "你好 %(name)s", "has %(name)s, the original does not"),
        ("Hello %(name)s", "你好 %(nam)s", "lacks %(name)s"),
        ("Hello {name}", "你好 {names}", "lacks {name}"),
        ("{0} of {1}", "共 {1}", "lacks {0}"),
        ("%s of %s", "共 %s", "lacks %s"),
        ("%s days", "%d 天", "lacks %s"),
        ("%(n)s %% late", "%(n)s % 延迟", "has a single %: write %%"),
        ("%(n)s days", "%(n) 天", "lacks %(n)s"),
        ("see <a href='%(u)s'>here</a>", "见<a href='%(u)s'>此处", "lacks </a>"),
        ("a line\n", "一行", "only one of the two ends with a line break"),
    ],
)
def test_a_translation_that_cannot_stand_in_is_found(original, translated, difference):
    assert difference in placeholders.differences(original, translated)


@pytest.mark.parametrize(
    ("original", "translated"),
    [
        ("%(a)s of %(b)s", "%(b)s 中的 %(a)s"),
        ("{rate:.1%} late", "延迟 {rate:.1%}"),
        ("100% sure", "有 100% 把握"),
        ("5%% off for %(name)s", "%(name)s 享 5%% 优惠"),
        ("<b>%(n)s</b> days", "<b>%(n)s</b> 天"),
        ("a < b and c > d", "a < b 且 c > d"),
    ],
)
def test_a_translation_in_another_order_is_fine(original, translated):
    assert placeholders.differences(original, translated) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("订单,包裹", "half-width punctuation"),
        ("已处理.", "half-width punctuation"),
        ("订单(已发货)", "half-width brackets"),
        ("共3笔", "a number"),
        ("通过API推送", "Latin"),
        ("订单： 3 笔", "beside full-width"),
        ("加载中...", "ellipsis"),
        ("成功！", "exclamation"),
        ("请重试", "does not use"),
        ('规则"履约"', "straight quotes"),
    ],
)
def test_faults_of_typesetting_are_found(text, fault):
    (found,) = typography.faults(text)
    assert fault in found


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月25日（周三）23:40",
        "剩余 38 小时 · 共 %(count)s 笔订单",
        "《履约规则》第 2.1 条，上限 {limit}。",
        "<b>3</b> 笔入驻申请，提请复核……",
        "%(name)s（%(n)d%%）：通过 API 推送",
        "{value}（{denominator} 笔订单中 {numerator} 笔）",
    ],
)
def test_well_set_chinese_is_left_alone(text):
    assert typography.faults(text) == []


def test_policy_texts_in_one_language_are_found(tree):
    folder = tree / "shop" / "policies"
    folder.mkdir()
    (folder / "score.toml").write_text(
        'title = { en = "Score", zh = "信用分" }\n'
        '[[rule]]\nname = { en = "Late" }\n'
        '[[rule]]\nname = { zh = "取消" }\nhint = { en = "{n} days", zh = "天" }\n',
        encoding="utf-8",
    )
    (folder / "broken.toml").write_text("title = ")
    assert [str(finding) for finding in bilingual.check(tree) if "broken" not in finding.path] == [
        "shop/policies/score.toml: rule[0].name: lacks zh",
        "shop/policies/score.toml: rule[1].name: lacks en",
        "shop/policies/score.toml: rule[1].hint: zh lacks {n}",
    ]
    assert any("broken.toml: cannot be read" in str(finding) for finding in bilingual.check(tree))


# Hard-coded words


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Orders</p>", ["Orders"]),
        ("<p>订单 {{ n }}</p>", ["订单"]),
        ("<p>{{ n }}\n days left</p>", ["days left"]),
        ('<img src="{{ a }}" alt="Logo">', ["Logo"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('<td data-label="Amount">{{ a }}</td>', ["Amount"]),
        ('<a aria-label="Close {{ x }}"></a>', ["Close"]),
        ("<p>{% if a %}Yes{% else %}{% translate 'No' %}{% endif %}</p>", ["Yes"]),
        ('{% include "part.html" with title="Late orders" %}', ["Late orders"]),
        ('{{ name|default:"Unknown" }}', ["Unknown"]),
        ('{% btn "Save" url "primary" %}{% card "标题" flush=True %}{% endcard %}', ["Save", "标题"]),
        ("<svg><title>Chart</title></svg>", ["Chart"]),
    ],
)
def test_hard_coded_words_are_found(html, words):
    assert [finding.text for finding in hardcoded.scan("page.html", html)] == words


@pytest.mark.parametrize(
    "html",
    [
        "<p>{% translate 'Orders' %} · {{ n }} – 12 &times; ¥3 &nbsp;</p>",
        "{% blocktranslate trimmed %}\n Many <b>words</b> {{ n }}\n{% endblocktranslate %}",
        "<!doctype html><!-- a comment --><html lang='en'><meta name='viewport' content='width=device-width'>",
        "{# a comment #}{% comment %}<p>words</p>{% endcomment %}",
        "<script>let words = 1</script><style>p { color: red }</style>",
        "<kbd>J</kbd><code>MARKETPLACE_NAME</code><div translate='no'><p>kept</p></div>",
        "<a class='btn {% if a %}primary{% endif %}' href='{% url 'home' %}' data-tone='{{ tone }}'>{{ name }}</a>",
        "<{{ tag }} class='card'>{{ x }}</{{ tag }}>",
        '{% include "part.html" with icon="warning" tone="ok" title=_("Orders") %}{{ d|date:"D j M" }}',
        "{% if state == 'Open' %}{% url 'Home' %}{% endif %}{% btn _('Save') url 'primary' %}{{ x|format:'Short' }}",
    ],
)
def test_markup_and_translated_words_are_not_taken_for_hard_coded_ones(html):
    assert hardcoded.scan("page.html", html) == []


def test_hard_coded_words_are_found_in_mails_with_their_line():
    assert [(f.line, f.text) for f in hardcoded.scan("mail.txt", "{{ a }}\n\n  Yours,\n{% translate 'x' %}")] == [
        (3, "Yours,")
    ]


def test_words_on_the_list_may_stay(tree):
    from_template(tree, "<p>ShopOps</p><p>Shop</p>")
    (tree / "locale").mkdir()
    (tree / "locale" / "untranslated.txt").write_text("# why\nShopOps\n")
    assert [str(finding) for finding in hardcoded.check(tree)] == [
        'shop/templates/page.html:1: hard-coded "Shop": use {% translate %}'
    ]
