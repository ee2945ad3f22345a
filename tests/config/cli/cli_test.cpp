// SPDX-License-Identifier: Apache-2.0
#include "config/cli/cli.hpp"

#include "tests/fixtures/catch.hpp"

namespace cli = roost::cli;

namespace {

cli::command parse(std::vector<const char*> words) {
  words.insert(words.begin(), "roost");
  return cli::parse(static_cast<int>(words.size()), words.data());
}

template <class T>
T parse_as(std::vector<const char*> words) {
  auto got = parse(std::move(words));
  REQUIRE(std::holds_alternative<T>(got));
  return std::get<T>(got);
}

}  // namespace

TEST_CASE("serve accepts a config file and any number of set options in order") {
  CHECK(parse_as<cli::serve>({"serve"}).config.empty());
  auto got = parse_as<cli::serve>({"serve", "--config", "a.json", "--set", "listen.port=1", "--set",
                                   R"(rooms=[{"match": "a,b"}])"});
  CHECK(got.config == "a.json");
  CHECK(got.sets == std::vector<std::string>{"listen.port=1", R"(rooms=[{"match": "a,b"}])"});
}

TEST_CASE("a set option takes only the next argument") {
  CHECK(parse_as<cli::message>({"serve", "--set", "a=1", "b=2"}).exit_code == cli::exit_usage);
}

TEST_CASE("check and settings and health and docs parse their options") {
  CHECK(parse_as<cli::check>({"check", "--config", "a.json"}).config == "a.json");
  CHECK(parse_as<cli::list_settings>({"settings"}).format == "md");
  CHECK(parse_as<cli::list_settings>({"settings", "--format", "json"}).format == "json");
  CHECK(parse_as<cli::health>({"health"}).url == "http://127.0.0.1:4000");
  CHECK(parse_as<cli::health>({"health", "--url", "http://b:1"}).url == "http://b:1");
  CHECK(parse_as<cli::docs>({"docs", "metrics"}).which == "metrics");
}

TEST_CASE("token accepts a user and any number of grants and claims") {
  CHECK(parse_as<cli::token>({"token", "--sub", "ann"}).ttl == "1h");
  auto got = parse_as<cli::token>({"token", "--sub", "ann", "--grant", "room:*=join,push:msg",
                                   "--grant", "a=join", "--claim", R"(tags=["a", "b"])", "--claim",
                                   "role=admin", "--ttl", "5m", "--config", "a.json"});
  CHECK(got.sub == "ann");
  CHECK(got.grants == std::vector<std::string>{"room:*=join,push:msg", "a=join"});
  CHECK(got.claims == std::vector<std::string>{R"(tags=["a", "b"])", "role=admin"});
  CHECK(got.ttl == "5m");
  CHECK(got.config == "a.json");
}

TEST_CASE("the version option is parsed and the version text contains the program name") {
  CHECK(std::holds_alternative<cli::version>(parse({"--version"})));
  CHECK(cli::version_text() == "roost " ROOST_VERSION);
}

TEST_CASE("roost without a command prints its help and exits with the usage error") {
  auto got = parse_as<cli::message>({});
  CHECK(got.exit_code == cli::exit_usage);
  CHECK(got.text.find("serve") != std::string::npos);
  for (auto command : {"check", "settings", "health", "token", "docs", "store", "docs/README.md"}) {
    CHECK(got.text.find(command) != std::string::npos);
  }
}

TEST_CASE("an unknown command is rejected with the nearest command") {
  CHECK(parse_as<cli::message>({"srve"}).text ==
        "roost: unknown command srve; did you mean serve?\nRun roost --help for the list of "
        "commands.\n");
  auto got = parse_as<cli::message>({"setings", "--format", "json"});
  CHECK(got.exit_code == cli::exit_usage);
  CHECK(got.text.find("did you mean settings?") != std::string::npos);
}

TEST_CASE("the help option exits without an error") {
  CHECK(parse_as<cli::message>({"--help"}).exit_code == cli::exit_clean);
  auto got = parse_as<cli::message>({"serve", "--help"});
  CHECK(got.exit_code == cli::exit_clean);
  CHECK(got.text.find("--set") != std::string::npos);
}

TEST_CASE("docs without a page is rejected with the list of pages") {
  CHECK(parse_as<cli::message>({"docs"}).text ==
        "roost docs: name the page: errors, metrics or bounds\n");
}

TEST_CASE("the commands of a store take a folder or a configuration") {
  const auto check = parse_as<cli::check_store>({"store", "check", "/data", "--json"});
  CHECK(check.store.path == "/data");
  CHECK(check.as_json);
  CHECK(parse_as<cli::check_store>({"store", "check"}).store.path.empty());
  const auto by_config = parse_as<cli::check_store>({"store", "check", "--config", "a.json"});
  CHECK(by_config.store.config == "a.json");
  CHECK_FALSE(by_config.as_json);
  const auto exported = parse_as<cli::export_store>({"store", "export", "/data", "copy"});
  CHECK(exported.store.path == "/data");
  CHECK(exported.file == "copy");
  const auto printed = parse_as<cli::export_store>({"store", "export", "--config", "a.json", "-"});
  CHECK(printed.store.config == "a.json");
  CHECK(printed.store.path.empty());
  CHECK(printed.file == "-");
  const auto imported = parse_as<cli::import_store>({"store", "import", "copy", "/data"});
  CHECK(imported.file == "copy");
  CHECK(imported.store.path == "/data");
  CHECK(parse_as<cli::import_store>({"store", "import", "-", "--config", "a"}).file == "-");
}

TEST_CASE("a store that is named twice or not acted on is a usage error") {
  for (const auto& words : std::vector<std::vector<const char*>>{
           {"store", "check", "/data", "--config", "a"},
           {"store", "export", "/data", "copy", "--config", "a"},
           {"store", "import", "copy", "/data", "--config", "a"}}) {
    const auto got = parse_as<cli::message>(words);
    CHECK(got.exit_code == cli::exit_usage);
    CHECK(got.text == "roost store: name the folder of the store or --config, not both\n");
  }
  CHECK(parse_as<cli::message>({"store"}).text ==
        "roost store: name what to do: check, export or import\n");
  CHECK(parse_as<cli::message>({"store", "--help"}).exit_code == cli::exit_clean);
}

TEST_CASE("an invalid command line is a usage error with a message") {
  for (const auto& words : std::vector<std::vector<const char*>>{{"server"},
                                                                 {"check"},
                                                                 {"serve", "--prot"},
                                                                 {"serve", "--config"},
                                                                 {"settings", "--format", "xml"},
                                                                 {"docs"},
                                                                 {"token"},
                                                                 {"token", "--sub"},
                                                                 {"docs", "all"},
                                                                 {"store", "export"},
                                                                 {"store", "import"},
                                                                 {"store", "delete"},
                                                                 {"store", "export", "a", "b", "c"},
                                                                 {"serve", "check"}}) {
    auto got = parse_as<cli::message>(words);
    CHECK(got.exit_code == cli::exit_usage);
    CHECK_FALSE(got.text.empty());
  }
}

TEST_CASE("the exit codes have their published values") {
  CHECK(cli::exit_clean == 0);
  CHECK(cli::exit_configuration == 1);
  CHECK(cli::exit_usage == 2);
  CHECK(cli::exit_cannot_bind == 3);
  CHECK(cli::exit_drained_late == 4);
  CHECK(cli::exit_damaged == 5);
}
