// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema.hpp"

#include <set>

#include "config/load/loader.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using json = nlohmann::json;

namespace {

/// Values just outside the range that a declaration allows.
std::vector<json> outside(const setting_declaration& d) {
  auto max = static_cast<std::size_t>(d.within.max);
  auto count = [](std::size_t n, const json& one) { return json(std::vector<json>(n, one)); };
  switch (d.type) {
    case value_type::boolean:
      return {"maybe", 1, nullptr};
    case value_type::integer:
      return {d.within.min - 1, d.within.max + 1, 1.5, "1"};
    case value_type::choice:
      return {"nonsense", "", 1};
    case value_type::text:
      if (d.within.min == 0) return {std::string(max + 1, 'a'), 1};
      return {std::string(max + 1, 'a'), "", 1};
    case value_type::texts:
      return {count(max + 1, "a"), "a", count(1, 1)};
    case value_type::origins:
      return {count(max + 1, "//a"), "none", count(1, 1)};
    case value_type::objects:
      return {count(max + 1, json::object()), json::object(), "a", 1};
    case value_type::named: {
      json many = json::object();
      for (std::size_t i = 0; i <= max; ++i) many["e" + std::to_string(i)] = json::object();
      return {many, json::array(), "a", 1};
    }
    case value_type::access:
      return {"nonsense", "", 1, nullptr, json::array(), json::object()};
    case value_type::pushes:
      return {"nonsense", "", 1, nullptr, json::array({1}), json::object()};
  }
  return {};
}

std::vector<json> at_the_bound(const setting_declaration& d) {
  if (d.type == value_type::integer) return {d.within.min, d.within.max};
  if (d.type == value_type::choice) return {d.choices.begin(), d.choices.end()};
  if (d.type == value_type::boolean) return {true, false};
  return {};
}

/// Loads one value with --set; an element of a list is set inside its list.
std::vector<problem> load_with(const std::string& key, const json& value) {
  auto inside = key.find("[].");
  if (inside == std::string::npos) {
    return load({"",
                 {},
                 {key + "=" + (value.is_string() ? value.get<std::string>() : value.dump())}})
        .problems;
  }
  json element = json::object();
  auto path = "/" + key.substr(inside + 3);
  std::ranges::replace(path, '.', '/');
  element[json::json_pointer{path}] = value;
  return load({"", {}, {key.substr(0, inside) + "=" + json::array({element}).dump()}}).problems;
}

bool names_key(const std::vector<problem>& problems, std::string key) {
  auto list = key.find("[]");
  if (list != std::string::npos) key.insert(list + 1, "0");
  return std::ranges::any_of(problems, [&](const problem& p) {
    return (p.key == key || p.key == key + "[0]") &&
           (p.text.find("must ") != std::string::npos || p.text.find("but ") != std::string::npos);
  });
}

}  // namespace

TEST_CASE("every setting rejects values just outside its bounds and names its key") {
  for (const auto& one : listed_settings()) {
    for (const auto& value : outside(one.declaration)) {
      bool reads_as_inside =
          one.declaration.key.find('[') == std::string::npos &&
          (value == "1" || (value == 1 && one.declaration.type == value_type::text));
      if (reads_as_inside) continue;  // from a flag this text is a valid value
      INFO(one.declaration.key << " = " << value.dump().substr(0, 80));
      CHECK(names_key(load_with(one.declaration.key, value), one.declaration.key));
    }
  }
}

TEST_CASE("every setting accepts the values at its bounds") {
  for (const auto& one : listed_settings()) {
    for (const auto& value : at_the_bound(one.declaration)) {
      INFO(one.declaration.key << " = " << value.dump());
      CHECK(find_faults(one.declaration, value, "k").empty());
    }
  }
}

TEST_CASE("every default is within its bounds") {
  for (const auto& one : listed_settings()) {
    INFO(one.declaration.key);
    CHECK(find_faults(one.declaration, one.default_value, "k").empty());
  }
  CHECK(load({}).problems.empty());
  CHECK(load({}).warnings.empty());
}

TEST_CASE("every setting can be written and read back") {
  for (const auto& one : the_schema().node) {
    settings all;
    auto value = at_the_bound(one.declaration);
    value.push_back(one.read(all));
    for (const auto& v : value) {
      one.write(all, v);
      CHECK(one.read(all) == v);
    }
  }
}

TEST_CASE("every setting has a unique key and a description and its unit in its name") {
  std::set<std::string> keys;
  for (const auto& one : listed_settings()) {
    INFO(one.declaration.key);
    CHECK(keys.insert(one.declaration.key).second);
    CHECK(one.declaration.text.ends_with('.'));
    if (one.declaration.unit == "bytes")
      CHECK(one.declaration.key.find("bytes") != std::string::npos);
    if (one.declaration.unit == "ms" || one.declaration.unit == "us") {
      CHECK(one.declaration.key.find("_" + one.declaration.unit) != std::string::npos);
    }
  }
}

TEST_CASE("the variable of a key is in upper case with two underscores for each dot") {
  CHECK(variable_name("listen.port") == "ROOST_LISTEN__PORT");
  CHECK(variable_name("limits.frame_bytes_max") == "ROOST_LIMITS__FRAME_BYTES_MAX");
  CHECK(variable_name("rooms") == "ROOST_ROOMS");
}

TEST_CASE("keys of a later version are distinguished from unknown keys") {
  for (auto key : {"hooks.url", "listen.tls", "listen.tls.cert_file", "rooms[].tick_ms"}) {
    CHECK_FALSE(unsupported_reason(key).empty());
  }
  for (auto key :
       {"", "cluster", "cluster.nats", "clusters", "listen", "listen.tlsx", "tick_ms", "hook"}) {
    CHECK(unsupported_reason(key).empty());
  }
}

TEST_CASE("the secrets are the API key and the token key and the password at NATS, all strings") {
  std::string secrets;
  for (const auto& one : listed_settings()) {
    if (!one.declaration.is_secret) continue;
    CHECK(one.declaration.type == value_type::text);
    CHECK(one.declaration.key.find('[') == std::string::npos);
    secrets += one.declaration.key + " ";
  }
  CHECK(secrets == "admin.api_key auth.hs256_secret cluster.password ");
}

TEST_CASE("origins survive the conversion from JSON to settings and back") {
  for (const auto& value : {json("any"), json("same"), json::array({"//a", "//*.b"})}) {
    CHECK(json(value.get<origin_rule>()) == value);
  }
}
