"""Texts in Python modules, read from the syntax tree."""

import ast

from shopops.i18n.messages import Messages

TRANSLATOR_MARK = "Translators:"

_PARAMETERS: dict[str, tuple[str, ...]] = {
    "gettext": ("message",),
    "ngettext": ("singular", "plural", "number"),
    "pgettext": ("context", "message"),
    "npgettext": ("context", "singular", "plural", "number"),
}
_FUNCTIONS = {
    name + suffix: parameters for name, parameters in _PARAMETERS.items() for suffix in ("", "_lazy", "_noop")
}
_MODULES = {"django.utils.translation", "gettext"}


def extract(path: str, text: str, messages: Messages) -> None:
    """Add the texts of one module; a module that does not parse becomes a problem."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        messages.problem(path, getattr(error, "lineno", 0) or 0, f"cannot be parsed: {error}")
        return
    lines = text.splitlines()
    names = _translating_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        parameters = _parameters_of(node.func, names)
        if parameters:
            _extract_call(path, node, parameters, _comments_above(lines, node.lineno), messages)


def _translating_names(tree: ast.AST) -> dict[str, tuple[str, ...]]:
    """Return the names under which a module calls the gettext functions, its own aliases included."""
    names = {**_FUNCTIONS, "_": _PARAMETERS["gettext"]}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in _MODULES:
            names |= {
                alias.asname: _FUNCTIONS[alias.name]
                for alias in node.names
                if alias.asname and alias.name in _FUNCTIONS
            }
    return names


def _parameters_of(function: ast.expr, names: dict[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    if isinstance(function, ast.Name):
        return names.get(function.id)
    if isinstance(function, ast.Attribute):  # translation.gettext("…")
        return _FUNCTIONS.get(function.attr)
    return None


def _extract_call(
    path: str, call: ast.Call, parameters: tuple[str, ...], comments: tuple[str, ...], messages: Messages
) -> None:
    given = dict(zip(parameters, call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    texts: dict[str, str] = {}
    for name in ("context", "message", "singular", "plural"):
        if name not in given:
            continue
        value = given[name]
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            texts[name] = value.value
        else:
            if reason := _why_untranslatable(value):
                messages.problem(
                    path, value.lineno, f"{reason} cannot be translated: write one literal with placeholders"
                )
            return  # a variable: its text is marked where it is written, with gettext_noop or a lazy function
    msgid = texts.get("message", texts.get("singular"))
    if msgid is not None:
        messages.add(
            path,
            call.lineno,
            msgid,
            plural=texts.get("plural"),
            context=texts.get("context", ""),
            comments=comments,
        )


def _why_untranslatable(value: ast.expr) -> str | None:
    """Return what is wrong with an argument that looks like a text but is put together at run time."""
    if isinstance(value, ast.JoinedStr):
        return "an f-string"
    if isinstance(value, ast.BinOp | ast.IfExp) and any(isinstance(part, ast.Constant) for part in ast.walk(value)):
        return "a text put together in the call"
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Constant() | ast.JoinedStr())):
            return "a text formatted before it is looked up"
    return None


def _comments_above(lines: list[str], line: int) -> tuple[str, ...]:
    """Return the `# Translators:` comment that ends on the line above a call."""
    block: list[str] = []
    for text in reversed(lines[: line - 1]):
        stripped = text.strip()
        if not stripped.startswith("#"):
            break
        block.insert(0, stripped.lstrip("# "))
        if block[0].startswith(TRANSLATOR_MARK):
            return (" ".join(block),)
    return ()
