"""Arguments, with every word of help from the catalogue in the chosen language."""

from __future__ import annotations

import argparse
import importlib
import os
from typing import Any, NoReturn

from mingbu import __version__, labels
from mingbu.labels import LANGS, Lang

COMMANDS = (
    "check", "fmt", "new", "show", "list", "complete", "dedupe", "merge", "consent", "classify", "credit", "simulate", "history",
    "diff", "review", "approve", "notarize", "verify",
    "due", "digest", "report", "submit", "bundle", "trace", "build", "serve", "schema", "codeowners", "demo",
)  # fmt: skip
_AS_OF = {
    "check",
    "list",
    "show",
    "report",
    "build",
    "complete",
    "dedupe",
    "consent",
    "classify",
    "credit",
    "simulate",
    "trace",
    "due",
    "bundle",
    "digest",
}
"""Commands that can look at the register as it was; `diff` looks at it twice."""
_MODULES = {"list": "listing", "new": "create", "fmt": "formatting", "schema": "schemas"}


def parse(arguments: list[str]) -> tuple[argparse.Namespace, Any]:
    """(options, the command's module). Exits with 2 on wrong usage."""
    lang = _language(arguments)
    moments = _moments(arguments)
    _translate_argparse(lang)
    parser = _Parser(prog="mingbu", description=labels.word("help.mingbu", lang), add_help=False)
    _common(parser, lang)
    parser.add_argument("--version", action="version", version=f"mingbu {__version__}", help=labels.word("help.version", lang))
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title=labels.word("help.commands", lang), parser_class=_Parser)
    named = {argument for argument in arguments if argument in COMMANDS}  # the command, and a folder that is called like another one
    modules: dict[str, Any] = {}
    for name in COMMANDS:
        text = labels.word(f"help.{name}", lang)
        command = commands.add_parser(name, help=text, description=text, add_help=False)
        _help(command, lang)
        if name in named:
            modules[name] = importlib.import_module(f"mingbu.cli.{_MODULES.get(name, name)}")
            modules[name].arguments(command, lambda key: labels.word(key, lang))
    options = parser.parse_args(arguments)
    options.lang = lang
    options.as_of = [*moments, *options.as_of]
    if options.as_of and options.command != "diff":
        if options.command not in _AS_OF:
            parser.error(labels.word("error.as-of-command", lang, command=options.command))
        if len(options.as_of) > 1:
            parser.error(labels.word("error.as-of-twice", lang))
    return options, modules[options.command]


def _common(parser: argparse.ArgumentParser, lang: Lang) -> None:
    _help(parser, lang)
    parser.add_argument("-C", dest="directory", metavar="DIR", default=".", help=labels.word("help.directory", lang))
    parser.add_argument("--on", metavar="DATE", help=labels.word("help.on", lang))
    parser.add_argument("--as-of", metavar="DATE|REV", action="append", default=[], help=labels.word("help.as-of", lang))
    parser.add_argument("--debug", action="store_true", help=labels.word("help.debug", lang))
    parser.add_argument("--lang", choices=LANGS, default=lang, help=labels.word("help.lang", lang))


def _help(parser: argparse.ArgumentParser, lang: Lang) -> None:
    parser.add_argument("-h", "--help", action="help", help=labels.word("help.help", lang))


def _language(arguments: list[str]) -> Lang:
    """--lang wherever it stands, else MINGBU_LANG, else Chinese: even the help must know it before parsing."""
    for index, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else "".join(arguments[index + 1 : index + 2])
        if argument.partition("=")[0] == "--lang" and value in LANGS:
            del arguments[index : index + (1 if "=" in argument else 2)]
            return LANGS[LANGS.index(value)]
    return "en" if os.environ.get("MINGBU_LANG") == "en" else "zh"


def _moments(arguments: list[str]) -> list[str]:
    """The values of --as-of wherever it stands; they are taken out, since argparse would have a command's overrule those before it."""
    found = []
    index = 0
    while index < len(arguments) and arguments[index] != "--":
        name, equals, value = arguments[index].partition("=")
        if name == "--as-of" and (equals or index + 1 < len(arguments)):
            found.append(value if equals else arguments[index + 1])
            del arguments[index : index + (1 if equals else 2)]
        else:
            index += 1
    return found


def _translate_argparse(lang: Lang) -> None:
    """argparse speaks through gettext names of its own module; they are pointed at the catalogue."""
    words = labels.catalogue("words")["argparse"] if lang == "zh" else {}
    vars(argparse)["_"] = lambda text: words.get(text, text)
    vars(argparse)["ngettext"] = lambda one, many, count: words.get(one if count == 1 else many, one if count == 1 else many)


class _Parser(argparse.ArgumentParser):
    """One-line errors: usage on wrong arguments is in --help."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"mingbu: {message}\n")
