#include "tests/actors/room/presence_client.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "tests/fixtures/catch.hpp"

namespace roost::actors {

using nlohmann::json;

namespace {

presence_client::people people_of(const json& object) {
  presence_client::people out;
  for (const auto& [key, value] : object.items()) {
    REQUIRE(value.size() == 1);
    out[key] = value.at("metas").get<presence_client::meta_list>();
    REQUIRE_FALSE(out[key].empty());
  }
  return out;
}

void remove_refs(presence_client::meta_list& from, const presence_client::meta_list& refs) {
  std::erase_if(from, [&refs](const json& one) {
    return std::ranges::any_of(
        refs, [&one](const json& gone) { return gone.at("phx_ref") == one.at("phx_ref"); });
  });
}

}  // namespace

json parse_unique(std::string_view text) {
  std::vector<std::set<std::string>> names;
  const auto watch = [&names](int, json::parse_event_t what, json& parsed) {
    if (what == json::parse_event_t::object_start) names.emplace_back();
    if (what == json::parse_event_t::object_end) names.pop_back();
    if (what == json::parse_event_t::key) {
      const auto name = parsed.get<std::string>();
      CAPTURE(name);
      REQUIRE(names.back().insert(name).second);
    }
    return true;
  };
  return json::parse(text, watch);
}

std::vector<notice> all_pages(presence& from, std::size_t bytes_max) {
  using stage = cluster::side_state_cursor::stage;
  std::vector<notice> out;
  cluster::side_state_cursor at;
  while (at.at == stage::start || at.at == stage::presence) {
    auto page = from.page(at, bytes_max);
    CHECK(page.size() <= 1);
    std::ranges::move(page, std::back_inserter(out));
  }
  return out;
}

void presence_client::hear(const std::vector<notice>& told) {
  for (const auto& [name, payload] : told) {
    const auto said = parse_unique(payload.data.view());
    if (name == "presence_count") {
      count_ = said.at("count").get<std::size_t>();
    } else if (name == "presence_state") {
      has_state_ = true;
      sync_state(people_of(said));
      for (const auto& [joins, leaves] : pending_) sync_diff(joins, leaves);
      pending_.clear();
    } else {
      REQUIRE(name == "presence_diff");
      REQUIRE(said.size() == 2);
      const auto joins = people_of(said.at("joins")), leaves = people_of(said.at("leaves"));
      if (has_state_) {
        sync_diff(joins, leaves);
      } else {
        pending_.emplace_back(joins, leaves);
      }
    }
  }
}

void presence_client::sync_state(const people& told) {
  people joins, leaves;
  for (const auto& [key, metas] : state_) {
    if (!told.contains(key)) leaves[key] = metas;
  }
  for (const auto& [key, metas] : told) {
    if (!state_.contains(key)) {
      joins[key] = metas;
      continue;
    }
    auto joined = metas, left = state_[key];
    remove_refs(joined, state_[key]);
    remove_refs(left, metas);
    if (!joined.empty()) joins[key] = joined;
    if (!left.empty()) leaves[key] = left;
  }
  sync_diff(joins, leaves);
}

void presence_client::sync_diff(const people& joins, const people& leaves) {
  for (const auto& [key, metas] : joins) {
    auto kept = state_[key];
    remove_refs(kept, metas);
    kept.insert(kept.end(), metas.begin(), metas.end());
    state_[key] = kept;
  }
  for (const auto& [key, metas] : leaves) {
    if (!state_.contains(key)) continue;
    remove_refs(state_[key], metas);
    if (state_[key].empty()) state_.erase(key);
  }
}

std::map<std::string, std::vector<std::string>> presence_client::seen() const {
  std::map<std::string, std::vector<std::string>> out;
  std::set<json> refs;
  for (const auto& [key, metas] : state_) {
    for (auto one : metas) {
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
