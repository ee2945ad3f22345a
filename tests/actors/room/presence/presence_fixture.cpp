// SPDX-License-Identifier: Apache-2.0
#include "tests/actors/room/presence/presence_fixture.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "tests/fixtures/catch.hpp"

namespace roost::actors {

using nlohmann::json;

namespace {

/// Requires that each key has a non-empty list of metas and no other field.
void check_people(const json& people) {
  for (const auto& [key, value] : people.items()) {
    REQUIRE(value.size() == 1);
    REQUIRE_FALSE(value.at("metas").empty());
  }
}

}  // namespace

json parse_unique(std::string_view text) {
  std::vector<std::set<std::string>> names;
  const auto watch = [&names](int, json::parse_event_t parse_event, json& parsed) {
    if (parse_event == json::parse_event_t::object_start) names.emplace_back();
    if (parse_event == json::parse_event_t::object_end) names.pop_back();
    if (parse_event == json::parse_event_t::key) {
      const auto name = parsed.get<std::string>();
      CAPTURE(name);
      REQUIRE(names.back().insert(name).second);
    }
    return true;
  };
  return json::parse(text, watch);
}

std::vector<notification> all_pages(presence& from, std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  std::vector<notification> out;
  cluster::side_state_cursor at;
  while (at.at == stage::start || at.at == stage::presence) {
    auto page = from.page(at, bytes_max);
    CHECK(page.size() <= 1);
    std::ranges::move(page, std::back_inserter(out));
  }
  return out;
}

void presence_client::hear(const std::vector<notification>& notifications) {
  for (const auto& [name, payload] : notifications) {
    const auto said = parse_unique(payload.data.view());
    if (name == "presence_count") {
      count_ = said.at("count").get<std::size_t>();
    } else if (name == "presence_state") {
      check_people(said);
      merged_.state(said);
    } else {
      REQUIRE(name == "presence_diff");
      REQUIRE(said.size() == 2);
      check_people(said.at("joins"));
      check_people(said.at("leaves"));
      merged_.diff(said);
    }
  }
}

std::map<std::string, std::vector<std::string>> presence_client::seen() const {
  std::map<std::string, std::vector<std::string>> out;
  std::set<json> refs;
  for (const auto& [key, each] : merged_.all().items()) {
    for (auto one : each.at("metas")) {
      REQUIRE(refs.insert(one.at("phx_ref")).second);
      one.erase("phx_ref");
      one.erase("phx_ref_prev");
      out[key].push_back(one.dump());
    }
    std::ranges::sort(out[key]);
  }
  return out;
}

}  // namespace roost::actors
