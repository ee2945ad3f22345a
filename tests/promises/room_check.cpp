// SPDX-License-Identifier: Apache-2.0
#include "tests/promises/room_check.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace roost::promises {

namespace {

std::string name_of(const member_view& member) {
  return "client " + std::to_string(member.client()) + " on " + member.topic();
}

void check_complete(const room_members& live, std::uint64_t head, findings& found) {
  for (const auto* each : live) head = std::max(head, each->head_known());
  for (const auto* each : live) {
    if (each->has_all_up_to(head)) continue;
    found.broke(promise::no_gap,
                name_of(*each) + " lacks an event up to offset " + std::to_string(head));
  }
}

/// Each meta is {"c": client index, "v": version}.
void check_presence(const room_members& live, findings& found) {
  using shown_meta = std::pair<int, std::uint64_t>;
  std::vector<shown_meta> expected;
  for (const auto* each : live) expected.emplace_back(each->client(), each->meta_version());
  std::sort(expected.begin(), expected.end());
  for (const auto* each : live) {
    std::vector<shown_meta> shown;
    for (const auto& meta : each->presence().metas()) {
      const auto client = meta.value("c", -1);
      auto version = meta.value("v", std::uint64_t{0});
      for (const auto* of : live) {
        if (of->client() == client && of->may_show(version)) version = of->meta_version();
      }
      shown.emplace_back(client, version);
    }
    std::sort(shown.begin(), shown.end());
    if (shown == expected) continue;
    std::string text =
        name_of(*each) + " sees " + each->presence().all().dump() + ", but these are live:";
    for (const auto& [client, version] : expected) {
      text += " " + std::to_string(client) + " v" + std::to_string(version);
    }
    found.broke(promise::presence, text);
  }
}

void check_receipts(const room_members& live, findings& found) {
  for (const auto* each : live) {
    if (each->receipts().all() == live.front()->receipts().all()) continue;
    found.broke(promise::receipts, name_of(*each) + " knows other receipts than the first member");
  }
}

}  // namespace

void check_members(const room_members& all, const room_terms& terms, findings& found,
                   std::optional<std::uint64_t> head) {
  room_members live;
  for (const auto* each : all) {
    each->check_quiet();
    if (each->is_live()) live.push_back(each);
  }
  check_complete(live, head.value_or(0), found);
  if (terms.has_presence) check_presence(live, found);
  if (!terms.loses_end) check_receipts(live, found);
}

}  // namespace roost::promises
