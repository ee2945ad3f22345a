// SPDX-License-Identifier: Apache-2.0
#include "config/cli/commands.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/cli/reference_pages.hpp"
#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/temporary_path.hpp"

using namespace roost;
using roost::testing::config_file;

namespace {

struct printed {
  int code = -1;
  std::string out;
  std::string err;
};

printed check_text(const std::string& text) {
  auto path = roost::testing::temporary_path("commands_test.json");
  std::ofstream{path} << text;
  std::ostringstream out;
  std::ostringstream err;
  auto code = run_check({path, {}, {}}, out, err);
  std::filesystem::remove(path);
  return {code, out.str(), err.str()};
}

printed run(const cli::command& command) {
  std::ostringstream out;
  std::ostringstream err;
  auto code = run_printing(command, out, err);
  return {code.value_or(-1), out.str(), err.str()};
}

}  // namespace

TEST_CASE("check exits with 0 and prints warnings if there is no problem") {
  auto got = check_text(R"({"rooms": [{"durability": "event"}]})");
  CHECK(got.code == 0);
  CHECK(got.err.empty());
  CHECK(got.out.starts_with("warning: rooms[0].durability: is \"event\", but without store.path"));
  CHECK(got.out.ends_with(": no problems\n"));
}

TEST_CASE("check exits with 1 and prints a line for every problem") {
  auto got = check_text(R"({"listen": {"port": -1}, "nodes": {}})");
  CHECK(got.code == 1);
  CHECK(got.err.find("listen.port: is -1, must be 0..65535\n") != std::string::npos);
  CHECK(got.err.find("nodes: is not a setting; did you mean node?\n") != std::string::npos);
  CHECK(got.err.ends_with(": 2 problems\n"));
  CHECK(got.out.empty());
}

TEST_CASE("check reports a key file that the key reader of the node rejects") {
  const key_checks keys{.file = [](const std::string&) -> result<void> {
    return error{errc::bad_setting, "it has no key"};
  }};
  config_file file{R"({"auth": {"jwks_file": "/keys.json"}})"};
  std::ostringstream out;
  std::ostringstream err;
  CHECK(run_printing(cli::check{file.path()}, out, err, {}, keys) == 1);
  CHECK(err.str().starts_with("auth.jwks_file: is \"/keys.json\": it has no key\n"));
  CHECK(run_printing(cli::check{file.path()}, out, err) == 0);
}

TEST_CASE("check exits with 1 if the config file does not exist") {
  CHECK(run(cli::check{"/nowhere/roost.json"}).code == 1);
}

TEST_CASE("settings and docs print their pages") {
  CHECK(run(cli::list_settings{"md"}).out == reference_pages::settings_markdown());
  CHECK(run(cli::list_settings{"json"}).out == reference_pages::settings_json());
  CHECK(run(cli::docs{"errors"}).out == reference_pages::errors_markdown());
  CHECK(run(cli::docs{"metrics"}).out == reference_pages::metrics_markdown());
  CHECK(run(cli::docs{"bounds"}).out == reference_pages::bounds_markdown());
}

TEST_CASE("help is printed to stdout and a usage error to stderr") {
  CHECK(run(cli::message{"help", cli::exit_clean}).out == "help");
  auto wrong = run(cli::message{"wrong", cli::exit_usage});
  CHECK(wrong.err == "wrong");
  CHECK(wrong.code == 2);
}

TEST_CASE("the version is printed with the name of the program") {
  CHECK(run(cli::version{}).out == "roost " ROOST_VERSION "\n");
}

TEST_CASE("token signs claims with the configured key and issuer or reports invalid input") {
  cli::token asked;
  asked.sub = "ann";
  std::string minted;
  auto mint = [&](const std::string& claims, const std::string& secret) {
    minted = claims + " by " + secret;
    return std::string{"a.b.c"};
  };
  auto run_with = [&](const std::vector<std::string>& environment) {
    std::ostringstream out;
    std::ostringstream err;
    auto code = run_token(asked, {"", environment, {}}, 1'000, mint, out, err);
    return printed{code, out.str(), err.str()};
  };
  const std::string secret(32, 's');
  auto got = run_with({"ROOST_AUTH__HS256_SECRET=" + secret, "ROOST_AUTH__ISSUER=me"});
  CHECK(got.code == 0);
  CHECK(got.out == "a.b.c\n");
  CHECK(got.err.empty());
  CHECK(minted == R"({"exp":4600,"iat":1000,"iss":"me","sub":"ann"} by )" + secret);

  got = run_with({});
  CHECK(got.code == cli::exit_configuration);
  CHECK(got.err.starts_with("auth.hs256_secret: is empty"));
  got = run_with({"ROOST_AUTH__HS256_SECRET=short"});
  CHECK(got.code == cli::exit_configuration);
  CHECK(got.err == "auth.hs256_secret: has 5 bytes, must have at least 32\n");
  asked.ttl = "soon";
  got = run_with({"ROOST_AUTH__HS256_SECRET=" + secret});
  CHECK(got.code == cli::exit_usage);
  CHECK(got.err.starts_with("roost: --ttl: is \"soon\""));
  CHECK(got.out.empty());
}

TEST_CASE("token prints no token if a claim cannot be signed") {
  cli::token asked;
  asked.sub = "ann";
  asked.claims = {"jti=7"};
  auto mint = [](const std::string&, const std::string&) -> result<std::string> {
    return error{errc::bad_setting, "the claim jti must be a string"};
  };
  std::ostringstream out;
  std::ostringstream err;
  const load_sources from{"", {"ROOST_AUTH__HS256_SECRET=" + std::string(32, 's')}, {}};
  CHECK(run_token(asked, from, 1'000, mint, out, err) == cli::exit_usage);
  CHECK(out.str().empty());
  CHECK(err.str() == "roost: the claim jti must be a string\n");
}

TEST_CASE("serve and token and health are left to main") {
  CHECK(run(cli::token{}).code == -1);
  CHECK(run(cli::serve{}).code == -1);
  CHECK(run(cli::health{}).code == -1);
}
