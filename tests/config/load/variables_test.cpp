// SPDX-License-Identifier: Apache-2.0
#include "config/load/variables.hpp"

#include "config/load/settings_reader.hpp"
#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

std::string fault(const std::string& name, const std::string& value = "x") {
  return variable_fault(name, value, whole_keys());
}

const std::string meant = "is not a setting: write a dot of the key as two underscores, ";

}  // namespace

TEST_CASE("a variable with single underscores is rejected with the correct name") {
  CHECK(fault("ROOST_AUTH_HS256_SECRET") == meant + "ROOST_AUTH__HS256_SECRET");
  CHECK(fault("ROOST_auth_hs256_secret") == meant + "ROOST_AUTH__HS256_SECRET");
  CHECK(fault("ROOST_AUTH_HS256_SECRET_FILE") == meant + "ROOST_AUTH__HS256_SECRET_FILE");
  CHECK(fault("ROOST_LISTEN_PORT", "4100") == meant + "ROOST_LISTEN__PORT");
  CHECK(fault("ROOST_ADMIN_PORT", "4101") == meant + "ROOST_ADMIN__PORT");
  CHECK(fault("ROOST_RATES_CONNECTION_JOINS_BURST") ==
        meant + "ROOST_RATES__CONNECTION__JOINS__BURST");
  CHECK(fault("ROOST_LIMITS_IDEL_MS") == meant + "ROOST_LIMITS__IDLE_MS");
}

TEST_CASE("a variable without its section is rejected with the full name") {
  CHECK(fault("ROOST_API_KEY") == meant + "ROOST_ADMIN__API_KEY");
  CHECK(fault("ROOST_API_KEYS") == meant + "ROOST_ADMIN__API_KEY");
  CHECK(fault("ROOST_PORT", "4100") == meant + "ROOST_LISTEN__PORT or ROOST_ADMIN__PORT");
  CHECK(fault("ROOST_JWKS_URL") == meant + "ROOST_AUTH__JWKS_URL");
  CHECK(fault("ROOST_ROOM") == meant + "ROOST_ROOMS");
}

TEST_CASE("a variable with a part of the name of a secret is rejected with the full name") {
  CHECK(fault("ROOST_SECRET") == meant + "ROOST_AUTH__HS256_SECRET");
  CHECK(fault("ROOST_AUTH_SECRET") == meant + "ROOST_AUTH__HS256_SECRET");
  CHECK(fault("ROOST_ADMIN_KEY") == meant + "ROOST_ADMIN__API_KEY");
}

TEST_CASE("a variable that begins with the name of a section or a list is rejected") {
  const std::string nearest = "is not a setting; did you mean ";
  CHECK(fault("ROOST_SOCKETS_AUTH") == nearest + "ROOST_SOCKETS?");
  CHECK(fault("ROOST_SOCKETS_0_AUTH") == nearest + "ROOST_SOCKETS?");
  CHECK(fault("ROOST_ROOMS_0_MATCH") == nearest + "ROOST_ROOMS?");
  CHECK(fault("ROOST_DRAIN_TIMEOUT") == nearest + "ROOST_DRAIN__TIMEOUT_MS?");
  CHECK(fault("ROOST_SOCKETS_SERVICE_HOST", "10.0.0.1").empty());
  CHECK(fault("ROOST_ROOMS_PORT", "tcp://10.0.0.1:80").empty());
}

TEST_CASE("an unknown variable with two underscores is rejected") {
  CHECK(fault("ROOST_LISTEN__PROT") == "is not a setting; did you mean ROOST_LISTEN__PORT?");
  CHECK(fault("ROOST__AUTH__HS256_SECRET") ==
        "is not a setting; did you mean ROOST_AUTH__HS256_SECRET?");
  CHECK(fault("ROOST_HOOKS__URL") == "is not supported in this version: there are no hooks");
}

TEST_CASE("the variables of Kubernetes and Docker for a service called roost are not rejected") {
  for (auto [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"ROOST_PORT", "tcp://10.96.0.12:4000"},
           {"ROOST_ADMIN_PORT", "tcp://10.96.0.12:4001"},
           {"ROOST_LISTEN_PORT", "udp://10.96.0.12:4000"},
           {"ROOST_SERVICE_HOST", "10.96.0.12"},
           {"ROOST_ADMIN_SERVICE_HOST", "10.96.0.12"},
           {"ROOST_SERVICE_PORT", "4000"},
           {"ROOST_SERVICE_PORT_HTTP", "4000"},
           {"ROOST_LISTEN_SERVICE_PORT", "4000"},
           {"ROOST_PORT_4000_TCP", "tcp://10.96.0.12:4000"},
           {"ROOST_PORT_4000_TCP_PROTO", "tcp"},
           {"ROOST_PORT_4000_TCP_PORT", "4000"},
           {"ROOST_PORT_4000_TCP_ADDR", "10.96.0.12"},
           {"ROOST_NAME", "/web/roost"}}) {
    INFO(name);
    CHECK(fault(name, value) == "");
    CHECK(is_service_variable(name, value));
  }
}

TEST_CASE("a variable that resembles no setting is not rejected") {
  for (auto name : {"ROOST_HOME", "ROOST_VERSION", "ROOST_BIN", "ROOST_IMAGE", "ROOST_ENV",
                    "ROOST_TEST_VARIABLE", "ROOST_", "ROOST_DATABASE_URL", "ROOST_COLOR"}) {
    INFO(name);
    CHECK(fault(name) == "");
    CHECK(is_service_variable(name, "x") == (name == std::string{"ROOST_"}));
  }
}

TEST_CASE("an unknown variable with two underscores makes loading fail") {
  CHECK(all_of(load({"", {"ROOST_LISTEN__PROT=1"}, {}})) ==
        "ROOST_LISTEN__PROT: is not a setting; did you mean ROOST_LISTEN__PORT?\n");
  CHECK(all_of(load({"", {"ROOST_listen__port=1"}, {}})) ==
        "ROOST_listen__port: is not a setting; did you mean ROOST_LISTEN__PORT?\n");
  CHECK(all_of(load({"", {"ROOST_HOME=/x", "ROOSTER__X=1", "OTHER__X=1"}, {}})) == "");
}

TEST_CASE("a variable that resembles no setting causes a warning and a service variable does not") {
  const auto got = load({"", {"ROOST_CONFIG=/x", "ROOST_PORT=tcp://10.0.0.1:4000", "HOME=/"}, {}});
  CHECK(all_of(got) == "");
  CHECK(all_of(got.warnings).find("ROOST_CONFIG: is not a setting and is ignored\n") == 0);
  CHECK(all_of(got.warnings).find("ROOST_PORT") == std::string::npos);
}
