"""What is wrong in a scheme's text is said in Swedish too."""

import ast
import inspect

from app.rules import parsing
from app.schemes import mistakes, service, source


def said() -> set[str]:
    """Every text that the parser's ``wrong`` and the room's ``Mistake`` are given."""
    found = {source.UNREADABLE}
    for module in (parsing, service, source):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            place = {"wrong": 1, "Mistake": 2}.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                found.add(node.args[place].value)
    return found - {"the digest is another one"}


def test_every_mistake_has_its_text(app):
    with app.test_request_context(headers={"Accept-Language": "sv"}):
        known = {one._args[0] for one in mistakes.TEXTS}
        assert said() == known


def test_a_mistake_is_said_in_swedish(app):
    checked = source.check('code = "x"\nversion = 0\n')
    with app.test_request_context(headers={"Accept-Language": "sv"}):
        texts = [mistakes.say(one) for one in checked.mistakes]
    assert "ett heltal från 1 till 1000000 väntas" in texts
    assert not any("expected" in text for text in texts)
