"""Words stand where an analyst can find them: in YAML, in display and in messages, and not in calculations."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import analysis
from analysis.definitions import catalogue

PACKAGE = Path(analysis.__file__).parent
MESSAGES = {"yaml_files.py"}  # holds nothing but messages about a file
WITHOUT_WORDS = ("definitions", "documents", "store", "disclosure", "statistics", "policy")
ERRORS = {"DataError", "DataWarning", "ValueError", "AttributeError", "TypeError"}  # their messages are for a terminal
DUTCH = {
    "aan", "als", "bij", "dat", "de", "deze", "die", "dit", "door", "een", "en", "er", "geen", "het", "hier", "hun",
    "is", "kan", "maar", "meer", "met", "minder", "moet", "naar", "niet", "nog", "of", "om", "ook", "op", "over", "te",
    "tot", "uit", "van", "voor", "wat", "wij", "wordt", "worden", "zijn", "zo",
}  # fmt: skip
WORDS = 3  # a shorter text is a name


def trees(*packages):
    for package in packages:
        for path in sorted((PACKAGE / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def name_of(call):
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def excused(tree):
    """Return the nodes with docstrings, messages of errors, and the words that a verdict is stored as."""
    nodes = set()
    for node in ast.walk(tree):
        message = isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and name_of(node) in ERRORS)
        stored = isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "StrEnum" for base in node.bases)
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if message or stored or docstring:
            nodes.update(ast.walk(node))
    for function in ast.walk(tree):
        if isinstance(
            function, ast.FunctionDef | ast.Module
        ):  # `problem = "…"` and then `raise DataError(path, problem, remedy)`
            named = {node.id for node in nodes & set(ast.walk(function)) if isinstance(node, ast.Name)}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign | ast.NamedExpr):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    if {
                        leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)
                    } & named:
                        nodes.update(ast.walk(node))
    return nodes


def sentences(tree):
    skip = excused(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skip:
            words = re.findall(r"\w+", node.value.lower())
            if len(words) >= WORDS and DUTCH & set(words):
                yield f"line {node.lineno}: {node.value}"


@pytest.mark.parametrize("package", WITHOUT_WORDS)
def test_calculations_have_no_dutch_sentences(package):
    found = {path.name: list(sentences(tree)) for path, tree in trees(package) if path.name not in MESSAGES}
    assert not {name: texts for name, texts in found.items() if texts}


def codes(node, function):
    """Return the codes that the first argument of a call can be."""
    if isinstance(node, ast.Name):
        bound = [
            pair.value
            if not isinstance(target, ast.Tuple)
            else pair.value.elts[[*map(ast.dump, target.elts)].index(key)]
            for pair in ast.walk(function)
            if isinstance(pair, ast.Assign)
            for target in pair.targets
            for key in [ast.dump(ast.Name(node.id, ast.Store()))]
            if key in (ast.dump(target), *map(ast.dump, getattr(target, "elts", ())))
        ]
        return {code for value in bound for code in codes(value, function)}
    if isinstance(node, ast.JoinedStr):
        return {"".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)}
    if isinstance(node, ast.IfExp):
        return codes(node.body, function) | codes(node.orelse, function)
    return {node.value} if isinstance(node, ast.Constant) else set()


def uses():
    """Yield every use of a wording: where, its section, the code (with a star for what is computed) and the fields."""
    sections = {"Reason": "reasons", "_missing": "reasons", "label": "labels"}
    for path, tree in trees("."):
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if path.name == "results.py" or name_of(call) not in sections or not call.args:
                    continue
                given = {keyword.arg for keyword in call.keywords if keyword.arg}
                if any(keyword.arg is None for keyword in call.keywords):
                    given |= {"label", "region"}  # **series.about
                for code in codes(call.args[0], function):
                    yield f"{path.name}: {code}", sections[name_of(call)], code, given


def entries(section, code):
    wording = getattr(catalogue.wording(), section)
    pattern = re.compile(re.escape(code).replace(r"\*", ".+"))
    return {name: text for name, text in wording.items() if pattern.fullmatch(name)}


def test_every_code_has_words_and_every_word_is_filled_in():
    wrong = []
    for place, section, code, given in uses():
        found = entries(section, code)
        fields = {field for text in found.values() for _, field, _, _ in Formatter().parse(text) if field}
        wrong += [place] if not found or fields - given else []
    assert not wrong


@pytest.mark.parametrize("section", ["reasons", "labels"])
def test_every_word_is_used(section):
    used = {name for _, of, code, _ in uses() if of == section for name in entries(section, code)}
    assert set(getattr(catalogue.wording(), section)) == used
