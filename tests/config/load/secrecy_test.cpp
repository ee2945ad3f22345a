// SPDX-License-Identifier: Apache-2.0
// Secrets of an invalid configuration must not be printed or logged, whatever its error.
#include <sstream>

#include "config/cli/commands.hpp"
#include "config/cli/reference_pages.hpp"
#include "config/load/reload_diff.hpp"
#include "config/schema/schema.hpp"
#include "config/telemetry/log.hpp"
#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

const std::string mark = "S3CRETS3CRET";
const std::string long_secret = mark + std::string(32, 'x');

std::string said_of(const load_sources& from) {
  std::ostringstream out;
  run_check(from, out, out);
  const auto read = load(from);
  std::ostringstream logged;
  log::init(log_level::debug, log_format::json, &logged);
  for (const auto& text : read.warnings) log::warning("configuration", {{"text", text}});
  for (const auto& p : read.problems)
    log::error("configuration", {{"key", p.key}, {"text", p.text}});
  for (const auto& before : {settings{}, read.values}) {
    const auto diff = diff_settings(before, read);
    out << all_of(diff.problems) << all_of(diff.warnings);
    for (const auto& change : diff.changes) {
      out << text_of(change) << change.from << change.to;
      log::info("reloaded", {{"change", text_of(change)}});
    }
  }
  const auto taken_back = diff_settings(read.values, load({}));
  for (const auto& change : taken_back.changes) out << text_of(change);
  log::finish();
  log::init(log_level::info, log_format::json);
  return out.str() + logged.str();
}

std::string said_of_file(const std::string& text) {
  config_file file{text};
  return said_of({file.path(), {}, {}});
}

}  // namespace

TEST_CASE("a valid or invalid secret is not printed or logged") {
  for (const auto& key : std::vector<std::string>{"hs256_secret", "hs256_secre", "hs256_secrets"}) {
    CHECK(said_of_file(R"({"auth": {")" + key + R"(": ")" + long_secret + "\"}}").find(mark) ==
          std::string::npos);
  }
  for (const auto& value : std::vector<std::string>{
           "\"" + mark + "\"", "[\"" + mark + "\"]", "{\"a\": \"" + mark + "\"}",
           "\"" + mark + " with spaces\"", "\"" + mark + std::string(5'000, 'x') + "\""}) {
    CHECK(said_of_file(R"({"auth": {"hs256_secret": )" + value + "}}").find(mark) ==
          std::string::npos);
    CHECK(said_of_file(R"({"admin": {"api_key": )" + value + "}}").find(mark) == std::string::npos);
  }
}

TEST_CASE("a secret in place of an object or in invalid JSON is not printed or logged") {
  CHECK(said_of_file("{\"auth\": \"" + mark + "\"}").find(mark) == std::string::npos);
  CHECK(said_of_file("{\"admin\": [\"" + mark + "\"]}").find(mark) == std::string::npos);
  CHECK(said_of_file("{\"auth\": {\"hs256_secret\": \"" + mark).find(mark) == std::string::npos);
  CHECK(said_of_file("{\"auth\": {\"hs256_secret\": " + mark + "}}").find(mark) ==
        std::string::npos);
  CHECK(said_of_file("{\"auth\": {\"hs256_secret\": \"" + mark + "\n\"}}").find(mark) ==
        std::string::npos);
  CHECK(said_of_file("\"" + mark + "\"").find(mark) == std::string::npos);
}

TEST_CASE("a secret from a variable or a flag or a file is not printed or logged") {
  for (const auto& secret :
       std::vector<std::string>{mark, long_secret, mark + " \x01", long_secret + "\xff"}) {
    CHECK(said_of({"", {"ROOST_AUTH__HS256_SECRET=" + secret}, {}}).find(mark) ==
          std::string::npos);
    CHECK(said_of({"", {"ROOST_ADMIN__API_KEYS=" + secret}, {}}).find(mark) == std::string::npos);
    CHECK(said_of({"", {}, {"admin.api_key=" + secret}}).find(mark) == std::string::npos);
    CHECK(said_of({"", {}, {"admin.api_kay=" + secret}}).find(mark) == std::string::npos);
    CHECK(said_of({"", {}, {"admin.api_key:" + secret}}).find(mark) == std::string::npos);
    CHECK(said_of({"", {}, {"admin.api_key:" + secret + "="}}).find(mark) == std::string::npos);
    config_file file{secret + "\n"};
    CHECK(said_of({"", {}, {"admin.api_key_file=" + file.path()}}).find(mark) == std::string::npos);
  }
}

TEST_CASE("the settings page lists the secrets and their defaults are empty") {
  for (const auto& one : listed_settings()) {
    if (!one.declaration.is_secret) continue;
    CHECK(one.default_value == "");
    CHECK(reference_pages::settings_json().find(one.declaration.key) != std::string::npos);
  }
}
