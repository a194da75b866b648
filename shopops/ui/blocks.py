"""Parts with content: `{% card … %}…{% slot foot %}…{% endslot %}{% endcard %}`.

A part renders `ui/<name>.html` with its own variables, `content` and one variable per slot. Names of variables are
checked when the template is compiled, names of slots when it is rendered.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template import Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString

_SLOTS = "_part_slots"


class PartNode(Node):
    """A part with content and slots."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, variables: Mapping[str, FilterExpression], nodelist: NodeList, slots: Sequence[str]):
        self.name = name
        self.variables = variables
        self.nodelist = nodelist
        self.slots = slots

    def render(self, context: Context) -> SafeString:
        """Render the content first (it fills the slots), then the part around it."""
        filled: dict[str, SafeString] = dict.fromkeys(self.slots, SafeString(""))
        with context.push(**{_SLOTS: filled}):
            content = self.nodelist.render(context)
        values = {name: expression.resolve(context) for name, expression in self.variables.items()}
        template = context.template.engine.get_template(f"ui/{self.name}.html")  # type: ignore[union-attr]
        inner = {**values, **filled, "content": content}
        for shared in ("csrf_token", "request"):
            if shared in context:
                inner.setdefault(shared, context[shared])
        return template.render(context.new(inner))


class SlotNode(Node):
    """Content that the part around it puts elsewhere."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, nodelist: NodeList):
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        """Hand the content to the part; nothing is written here."""
        filled = context.get(_SLOTS)
        if filled is None or self.name not in filled:
            known = ", ".join(filled) if filled else "none"
            raise TemplateSyntaxError(f"There is no slot {self.name!r} here; the part around it has: {known}.")
        filled[self.name] = self.nodelist.render(context)
        return ""


def _variables(bits: list[str], parser: Parser, tag: str, positional: Sequence[str], named: Sequence[str]) -> dict:
    """Parse `"a" b key=c` into expressions by name."""
    variables: dict[str, FilterExpression] = {}
    for index, bit in enumerate(bits):
        pair: dict[str, Any] = token_kwargs([bit], parser)
        if not pair:
            if index >= len(positional):
                raise TemplateSyntaxError(f"{{% {tag} %}} takes at most {len(positional)} values without a name.")
            pair = {positional[index]: parser.compile_filter(bit)}
        (name,) = pair
        if name not in (*positional, *named):
            raise TemplateSyntaxError(
                f"{{% {tag} %}} has no variable {name!r}; it has: {', '.join([*positional, *named])}."
            )
        if name in variables:
            raise TemplateSyntaxError(f"{{% {tag} %}} was given {name!r} twice.")
        variables.update(pair)
    return variables


def part(
    register: Library,
    name: str,
    positional: Sequence[str] = (),
    named: Sequence[str] = (),
    slots: Sequence[str] = (),
    *,
    required: int = 0,
) -> None:
    """Register the tag `{% name … %}…{% endname %}`; the first `required` positional variables must be given."""

    def compile_part(parser: Parser, token: Token) -> PartNode:
        bits = token.split_contents()[1:]
        variables = _variables(bits, parser, name, positional, named)
        if missing := [each for each in positional[:required] if each not in variables]:
            raise TemplateSyntaxError(f"{{% {name} %}} needs: {', '.join(missing)}.")
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return PartNode(name, variables, nodelist, slots)

    register.tag(name, compile_part)


def slot(parser: Parser, token: Token) -> SlotNode:
    """Compile `{% slot name %}…{% endslot %}`."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError("{% slot %} needs exactly the name of a slot.")
    nodelist = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(bits[1].strip("\"'"), nodelist)
