"""Settings: precedence, and errors that name their origin."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from ogpld.cli.main import main
from ogpld.config import Settings
from ogpld.errors import ConfigError
from ogpld.setting_addresses import web_origin
from ogpld.setting_values import PATHS, RANGES
from ogpld.settings_reader import load_settings, settings_in_force


def test_flags_win_over_environment_over_file(tmp_path: Path) -> None:
    """The precedence of docs/contract.md#settings."""
    file = tmp_path / "ogpld.toml"
    file.write_text("port = 1\nworkers = 1\nhost = '::1'\n")
    settings = load_settings({"port": 3}, {"OGPLD_PORT": "2", "OGPLD_WORKERS": "2"}, file)
    assert (settings.port, settings.workers, settings.host) == (3, 2, "::1")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"OGPLD_PROT": "1"}, "unknown setting 'prot'"),
        ({"OGPLD_PORT": "http"}, "not a usable int"),
        ({"OGPLD_BASE_IRI": "localhost"}, "not an absolute"),
        ({"OGPLD_BASE_IRI": "http://x.example"}, "does not end with a slash"),
        ({"OGPLD_SERVER": "waitress"}, "unknown setting 'server'"),
    ],
)
def test_unusable_settings_are_errors(environment: dict[str, str], message: str) -> None:
    """An unknown or unusable setting is told, never passed over."""
    with pytest.raises(ConfigError, match=message):
        load_settings({}, environment)


@pytest.mark.parametrize("name", ["connections", "body_deadline", "send_memory"])
def test_bounds_of_the_server_are_positive(name: str) -> None:
    """None at all would be nobody answered."""
    for value in ("0", "-1"):
        with pytest.raises(ConfigError, match=name):
            load_settings({}, {f"OGPLD_{name.upper()}": value})


def test_a_setting_that_is_gone_says_what_to_do() -> None:
    """The one of the HTTP server, of which there is one now."""
    with pytest.raises(ConfigError) as error:
        load_settings({}, {"OGPLD_SERVER": "other"})
    assert error.value.hint == "remove it: there is one HTTP server"


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("workers", ["-1", "10000", "1.5", "", "two", "\uff12", "1e2"]),
        ("port", ["0", "-1", "65536", "http"]),
        ("proxies", ["-3", "1000"]),
        ("query_deadline", ["nan", "inf", "-inf", "-1", "0", "0x1p4", "1_0"]),
        ("validate_deadline", ["nan", "0"]),
        ("query_memory", ["1", "-1"]),
        ("guard_depth", ["100000", "0"]),
        ("drain", ["-1", "inf"]),
        ("past_idle", ["nan"]),
        ("document_cache", ["-1"]),
        ("result_cache", ["-5"]),
        ("budget_seconds", ["nan", "-1"]),
        ("dumps", ["maybe", ""]),
        ("licence", ["foo", "CC-BY-4.0", "", "ftp://x.example/"]),
        ("base_iri", ["http://x:99999/", "http://x y/", "http://x/?a/", "http:///", "http://x/#/"]),
        ("host", ["", "http://0.0.0.0"]),
        ("home", ["", "/etc/passwd"]),
    ],
)
def test_a_value_out_of_range_is_an_error_with_its_place(setting: str, values: list[str]) -> None:
    """By variable and by option; the message has setting, value and place, the hint what may be written."""
    for value in values:
        variable = f"OGPLD_{setting.upper()}"
        with pytest.raises(ConfigError) as error:
            load_settings({}, {variable: value})
        assert f"environment, {variable}: {setting} " in error.value.message
        assert value in error.value.message
        assert error.value.hint
        with pytest.raises(ConfigError, match=f"option --{setting.replace('_', '-')}: "):
            load_settings({setting: value}, {})


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("title", "", "is empty"),
        ("title", "a\tb\x1b", "cannot be shown"),
        ("site_name", "Tr\udcc3", "cannot be shown"),
        ("mcp_origins", "foo", "is no origin"),
        ("mcp_origins", "*", "is no origin"),
        ("mcp_origins", "null", "is no origin"),
        ("mcp_origins", "https://*.example.org", "is no origin"),
        ("mcp_origins", "https://a.example,https://b.example", "is no origin"),
        ("mcp_origins", "https://chat.example.org/", "write https://chat.example.org"),
        ("mcp_origins", "https://a.example https://B.example:443", "write https://b.example"),
        ("mcp_origins", "https://chat.example.org/app?x=1", "write https://chat.example.org"),
        ("telemetry", "http://x:4318/", "http://127.0.0.1:4318/v1/traces"),
        ("telemetry", "https://a.example/ https://b.example/", "name one collector"),
        ("service_endpoints", "https://a.example/,https://b.example/", "blanks between"),
        ("service_endpoints", "http://a.example/sparql", "no address of an endpoint"),
        ("store", "https://a.example/query, https://b.example/query", "blanks between"),
        ("store", "https://a.example/query?x=1", "no address of a store"),
        ("store", "https://a.example/query,", "no address of a store"),
        ("authors", ";;", "without a name"),
        ("authors", "Doe, Jane; , Ann", "without a name"),
        ("authors", "{}", "without a name"),
        ("authors", "{Ministry of Labour; Trade", "brace"),
        ("imprint", "https://example.org/ our imprint", "absolute"),
        ("contact_url", "https://example.org:99999/", "absolute"),
        ("privacy_statement", "https://[::1/", "absolute"),
        ("contact_email", "a`b@example.org", "mail"),
        ("contact_email", "mailto:data@example.org", "mail"),
        ("base_iri", "http://me@example.org/", "absolute"),
    ],
)  # fmt: skip
def test_a_text_that_would_fail_later_is_refused(setting: str, value: str, words: str) -> None:
    """With its place, and what to write in the words of that setting."""
    variable = f"OGPLD_{setting.upper()}"
    with pytest.raises(ConfigError) as error:
        load_settings({}, {variable: value})
    assert error.value.message.startswith(f"environment, {variable}: {setting} = ")
    assert words in f"{error.value.message} {error.value.hint}"
    assert "sparql" not in error.value.hint or setting == "service_endpoints"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Data.Example.org:443/ogp/", "https://data.example.org"),
        ("http://data.example.org:8080/", "http://data.example.org:8080"),
        ("https://\u00f6ko.example/", "https://xn--ko-eka.example"),
        ("http://[::1]:80/", "http://[::1]"),
    ],
)
def test_an_origin_is_as_browsers_write_it(address: str, origin: str) -> None:
    """In lower case, without the usual port: our own base is held to it as well as what is set."""
    assert web_origin(address) == origin


def test_no_text_may_be_blank() -> None:
    """Of every setting but for paths: what shows nothing is no name, no address and no list."""
    texts = [f.name for f in fields(Settings) if f.type == "str" and f.name not in PATHS]
    assert {"title", "site_name", "publisher_name", "imprint", "frequency"} <= set(texts)
    for name in texts:
        for value in (" ", "\t \u200b"):
            with pytest.raises(ConfigError, match="is blank"):
                load_settings({}, {f"OGPLD_{name.upper()}": value})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("mcp_origins", "https://chat.example.org http://[::1]:81 chrome-extension://abcdef"),
        ("mcp_origins", "https://xn--ko-eka.example:8443"),
        ("store", "https://a.example/query,https://a.example/data http://127.0.0.1:7878/query"),
        ("telemetry", "http://127.0.0.1:4318/v1/traces"),
        ("service_endpoints", "https://a.example/sparql?graph=a,b https://b.example/"),
        ("authors", "Doe, Jane;; {Ministry of Labour, Trade}; Body;"),
        ("imprint", "Ministry of Openness, 1 Square, Tallinn"),
        ("base_iri", "https://\u00f6ko.example:8443/ogp/"),
        ("title", "Two\nlines"),
    ],
)
def test_a_text_that_works_is_taken(setting: str, value: str) -> None:
    """As it is written."""
    assert getattr(load_settings({}, {f"OGPLD_{setting.upper()}": value}), setting) == value


def test_every_number_is_held_to_a_range() -> None:
    """Also a setting that has no row of its own; the defaults are in range."""
    numbers = [f for f in fields(Settings) if f.type in {"int", "float"}]
    assert {f.name for f in numbers} >= RANGES.keys()
    for field in numbers:
        for value in ("-1", "nan", "inf"):
            with pytest.raises(ConfigError, match=field.name):
                load_settings({}, {f"OGPLD_{field.name.upper()}": value})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("host = '::1'\nport = '80'\n", r"ogpld.toml, line 2: port = '80' is not a usable int"),
        ("workers = 2.0", "not a usable int"),
        ("workers = true", "not a usable int"),
        ("dumps = 1", "not a usable bool"),
        ("title = 5", "not a usable str"),
        ("home = 5", "not a usable path"),
        ("query_deadline = nan", "line 1: query_deadline = nan is not a finite number"),
        ("query_deadline = -inf", "finite"),
        ("\n\nworkers = -2", "line 3: workers = -2 is out of range"),
        ("[workers]\na = 1", "line 1: workers = .* is not a usable int"),
        ("[query]\na = 1", "line 1: unknown setting 'query'"),
        ("port = = 1", "not TOML: .*line 1"),
        ("port", "not TOML"),
        ("title = " + "9" * 10_000, "more than 64 bits"),
        ("title = 0x" + "f" * 10_000, "more than 64 bits"),
        ("title = " + "[" * 5_000, "32 deep"),
        ("title = " + "[" * 40 + "]" * 40, "32 deep"),
        (f"title = '{'x' * 1_048_576}'", "more than 1,048,576 bytes"),
        ("\n" + "a." * 100_000 + "b = 1", "64 parts .at line 2"),
        ("[" + "'' .\"\". " * 100 + "b]", "64 parts .at line 1"),
        ('"\\"".' * 200_000 + "b = 1", "64 parts .at line 1"),
        ("x = {" + "a." * 64 + "b = 1}", "64 parts .at line 1"),
        ("x = '''\n\"\"\"'''\n" + "a." * 64 + "b = 1", "64 parts .at line 3"),
        ('x = """\n\\""""""\n' + "a." * 64 + "b = 1", "64 parts .at line 3"),
        ("a." * 63 + "b = 1", "32 deep"),
        ('x = """' + "a." * 500_000, "not TOML"),
        ('"' * 1_000_000, "not TOML"),
        ("a " * 500_000, "not TOML"),
    ],
)
def test_a_file_is_held_to_the_types_of_toml(tmp_path: Path, text: str, message: str) -> None:
    """A number as text is not taken for one: what else would be?"""
    file = tmp_path / "ogpld.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load_settings({}, {}, file)


@pytest.mark.parametrize("quotes", ['"', "'", '"""', "'''"])
@pytest.mark.parametrize("part", ["www.", "#.", "é . ", "\\\\."])
def test_dots_of_strings_and_comments_are_of_no_key(tmp_path: Path, quotes: str, part: str) -> None:
    """However many there are."""
    value = part * 50_000
    (tmp_path / "ogpld.toml").write_text(f"# {value}\ntitle = {quotes}{value}{quotes} # {value}")
    title = load_settings({}, {}, tmp_path / "ogpld.toml").title
    assert title.count(".") == 50_000


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder, another encoding, none."""
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe4'")
    for name, message in (("", "folder"), ("latin.toml", "not TOML"), ("none", "no such file")):
        with pytest.raises(ConfigError, match=message):
            load_settings({}, {"OGPLD_CONFIG": str(tmp_path / name)})
    (tmp_path / "bom.toml").write_bytes("\ufeffport = 9".encode())
    assert load_settings({}, {"OGPLD_CONFIG": str(tmp_path / "bom.toml")}).port == 9
    (tmp_path / "ogpld.toml").mkdir()
    with pytest.raises(ConfigError, match="folder"):
        load_settings({"home": tmp_path}, {})


def test_a_name_that_is_nearly_one_is_told(tmp_path: Path) -> None:
    """In the words of where it was written."""
    with pytest.raises(ConfigError) as error:
        load_settings({}, {"OGPLD_BASEIRI": "http://x.example/"})
    assert error.value.hint == "did you mean OGPLD_BASE_IRI?"
    file = tmp_path / "ogpld.toml"
    file.write_text("base-iri = 'http://x.example/'")
    with pytest.raises(ConfigError) as error:
        load_settings({}, {}, file)
    assert error.value.hint == "did you mean base_iri?"


def test_the_file_in_the_home_is_read_wherever_the_command_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its paths relative to itself; a file in the working directory only where the home has none."""
    home, empty = tmp_path / "home", tmp_path / "empty"
    home.mkdir()
    empty.mkdir()
    (home / "ogpld.toml").write_text("base_iri = 'https://x.example/'\nsources = '../data'\n")
    settings = set()
    for folder in (tmp_path, home, empty):
        monkeypatch.chdir(folder)
        for flags, environment in (({"home": home}, {}), ({}, {"OGPLD_HOME": str(home)})):
            read = load_settings(flags, environment)
            settings.add((read.base_iri, Path(read.sources).resolve()))
    assert settings == {("https://x.example/", tmp_path / "data")}
    (empty / "ogpld.toml").write_text("port = 81\nhome = 'var'\n")
    monkeypatch.chdir(empty)
    assert (load_settings({}, {}).port, load_settings({}, {}).home) == (81, Path("var"))
    assert load_settings({"home": tmp_path / "other"}, {}).port == 81
    (empty / "var").mkdir()
    (empty / "ogpld.toml").rename(empty / "var" / "ogpld.toml")
    (empty / "var" / "ogpld.toml").write_text("port = 83")
    assert load_settings({}, {}).port == 83


def test_two_files_that_disagree_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file in the working directory may point at the home, and repeat what the home's file says."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "ogpld.toml").write_text("port = 82\nsources = 'd'\n")
    monkeypatch.chdir(tmp_path)
    here = tmp_path / "ogpld.toml"
    here.write_text("home = 'home'\nport = 82\nsources = 'home/d'\n")
    in_force = settings_in_force({}, {})
    assert in_force.settings.port == 82
    assert in_force.settings.home == Path("home")
    assert in_force.file == Path("home/ogpld.toml")
    for other in ("port = 83", "workers = 2"):
        here.write_text(f"home = 'home'\n{other}\n")
        with pytest.raises(
            ConfigError, match=rf"ogpld.toml, line 2 and .*disagree about {other[:4]}"
        ):
            load_settings({}, {})
        read = load_settings({}, {"OGPLD_CONFIG": "home/ogpld.toml"})
        assert (read.port, read.workers) == (82, 0)
    (home / "ogpld.toml").write_text("home = 'elsewhere'")
    here.unlink()
    with pytest.raises(ConfigError, match="another home"):
        load_settings({"home": home}, {})


def test_settings_are_printed_with_their_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Default, file with its line, environment, option; as a table and as JSON."""
    (tmp_path / "ogpld.toml").write_text("\nport = 81\nhost = '::1'\n")
    monkeypatch.setenv("OGPLD_HOME", str(tmp_path))
    monkeypatch.setenv("OGPLD_HOST", "0.0.0.0")  # noqa: S104
    assert main(["settings", "--json", "--workers", "2"]) == 0
    printed = json.loads(capsys.readouterr().out)
    file = str(tmp_path / "ogpld.toml")
    assert printed["file"] == file
    assert printed["settings"].keys() == {f.name for f in fields(Settings)}
    assert {n: printed["settings"][n] for n in ("port", "host", "workers", "drain")} == {
        "port": {"value": 81, "from": "file", "where": f"{file}, line 2"},
        "host": {"value": "0.0.0.0", "from": "environment", "where": "environment, OGPLD_HOST"},  # noqa: S104
        "workers": {"value": 2, "from": "option", "where": "option --workers"},
        "drain": {"value": 10.0, "from": "default", "where": None},
    }
    assert main(["settings"]) == 0
    table = capsys.readouterr().out
    assert re.search(rf"^port +81 +{re.escape(file)}, line 2$", table, re.MULTILINE)
    assert re.search(r"^drain +10.0 +default$", table, re.MULTILINE)
    assert main(["settings", "--port", "x"]) == 2
    assert "option --port: port = 'x'" in capsys.readouterr().err


def test_settings_survive_the_way_to_a_child_process() -> None:
    """What a child reads from the environment is what the parent had."""
    settings = Settings(port=9, query_guard=False, query_deadline=0.5)
    assert load_settings({}, settings.as_environment()) == settings


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"STORE_CREDENTIALS": "/dev/null"}, "store_credentials does nothing without store; push"),
        ({"SERVICE_ROWS": "5"}, "service_rows does nothing without service_endpoints"),
        ({"BUDGET_REFILL": "5", "BUDGET_SECONDS": "0"}, "budget_refill does nothing without"),
        ({"LOG_QUERIES": "true"}, "log_queries does nothing without log_requests"),
        ({"METRICS_HOST": "::1"}, "metrics_host does nothing without metrics_port"),
        ({"TELEMETRY_SHARE": "0.5"}, "telemetry_share does nothing without telemetry"),
        ({"CONTACT_NAME": "Jo"}, "contact_name does nothing without contact_email or contact_url"),
        ({"CLIENT_CONNECTIONS": "5", "PROXIES": "1"}, "does nothing where proxies is set"),
        (
            {"NAMED_GRAPHS_IDLE": "5", "NAMED_GRAPHS_AT_START": "true"},
            "named_graphs_idle does nothing where named_graphs_at_start is set",
        ),
    ],
)
def test_a_setting_that_does_nothing_is_named(
    environment: dict[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With its place, also where the settings are printed; what does something is not."""
    variables = {f"OGPLD_{name}": value for name, value in environment.items()}
    (sentence,) = settings_in_force({}, variables).idle()
    assert sentence.startswith(f"environment, {next(iter(variables))}: ")
    assert words in sentence
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert main(["settings", "--json"]) == 0
    assert capsys.readouterr().err == f"warning: {sentence}\n"


def test_settings_that_belong_together_are_not_named() -> None:
    """Nor is one that says what is usual, and no default."""
    assert not [*settings_in_force({}, {}).idle()]
    together = {
        "OGPLD_STORE": "http://127.0.0.1:3030/ds/query",
        "OGPLD_STORE_CREDENTIALS": "/dev/null",
        "OGPLD_CONTACT_NAME": "Jo",
        "OGPLD_CONTACT_URL": "https://example.org/",
        "OGPLD_METRICS_HOST": Settings().metrics_host,
    }
    assert not [*settings_in_force({}, together).idle()]


def test_what_is_easily_mistyped_is_named(tmp_path: Path) -> None:
    """An empty OGPLD_CONFIG, a number with a stray underscore, and settings below a table."""
    file = tmp_path / "ogpld.toml"
    file.write_text("[ogpld]\nport = 80\n")
    for environment, words in (
        ({"OGPLD_CONFIG": ""}, "OGPLD_CONFIG is empty"),
        ({"OGPLD_PORT": "8_0"}, "OGPLD_PORT: port = '8_0'"),
        ({"OGPLD_CONFIG": str(file)}, "settings stand at the top, without a table"),
    ):
        with pytest.raises(ConfigError) as error:
            load_settings({}, environment)
        assert words in str(error.value)
    assert load_settings({}, {"OGPLD_QUERY_ROWS": "10_000"}).query_rows == 10_000
