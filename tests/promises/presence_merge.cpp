// SPDX-License-Identifier: Apache-2.0
#include "tests/promises/presence_merge.hpp"

#include <algorithm>
#include <utility>

namespace roost::promises {

namespace {

using json = nlohmann::json;

bool has_ref(const json& metas, const json& wanted) {
  return std::any_of(metas.begin(), metas.end(),
                     [&](const json& each) { return each.at("phx_ref") == wanted.at("phx_ref"); });
}

/// The metas of `from` whose refs are not in `without`.
json difference(const json& from, const json& without) {
  auto out = json::array();
  for (const auto& each : from) {
    if (!has_ref(without, each)) out.push_back(each);
  }
  return out;
}

}  // namespace

void presence_merge::state(const json& payload) {
  auto joins = json::object();
  auto leaves = json::object();
  for (const auto& [key, old] : state_.items()) {
    if (!payload.contains(key)) leaves[key] = old;
  }
  for (const auto& [key, fresh] : payload.items()) {
    if (!state_.contains(key)) {
      joins[key] = fresh;
      continue;
    }
    const auto& before = state_[key].at("metas");
    auto joined = difference(fresh.at("metas"), before);
    auto left = difference(before, fresh.at("metas"));
    if (!joined.empty()) joins[key] = {{"metas", std::move(joined)}};
    if (!left.empty()) leaves[key] = {{"metas", std::move(left)}};
  }
  sync(joins, leaves);
  awaits_state_ = false;
  for (const auto& each : std::exchange(waiting_, {})) sync(each.at("joins"), each.at("leaves"));
}

void presence_merge::diff(const json& payload) {
  if (awaits_state_) {
    waiting_.push_back(payload);
  } else {
    sync(payload.at("joins"), payload.at("leaves"));
  }
}

void presence_merge::sync(const json& joins, const json& leaves) {
  for (const auto& [key, fresh] : joins.items()) {
    auto metas = state_.contains(key) ? difference(state_[key].at("metas"), fresh.at("metas"))
                                      : json::array();
    for (const auto& each : fresh.at("metas")) metas.push_back(each);
    state_[key] = {{"metas", std::move(metas)}};
  }
  for (const auto& [key, gone] : leaves.items()) {
    if (!state_.contains(key)) continue;
    auto rest = difference(state_[key].at("metas"), gone.at("metas"));
    if (rest.empty()) {
      state_.erase(key);
    } else {
      state_[key] = {{"metas", std::move(rest)}};
    }
  }
}

std::vector<json> presence_merge::metas() const {
  std::vector<json> out;
  for (const auto& [key, each] : state_.items()) {
    for (const auto& meta : each.at("metas")) out.push_back(meta);
  }
  return out;
}

}  // namespace roost::promises
