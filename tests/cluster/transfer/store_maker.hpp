// SPDX-License-Identifier: Apache-2.0
// Makes stores as nodes leave them: logs with several ownerships, crashes, snapshots, truncation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cluster/embedded/log_table.hpp"
#include "cluster/embedded/snapshot_table.hpp"
#include "cluster/log/snapshot_key.hpp"
#include "cluster/wire/log_codec.hpp"
#include "tests/cluster/embedded/store_fixture.hpp"
#include "tests/fixtures/dice.hpp"

namespace roost::tests {

template <class Message>
std::string wire_form(const Message& message) {
  cluster::wire::byte_writer out;
  REQUIRE(cluster::wire::encode(message, out));
  return std::string(out.view());
}

/// Writes a store through the tables that a node uses. The same seed makes the same store.
/// Owns: the open store. Runs on: one thread. Ends: any time; keep() first.
class store_maker {
 public:
  store_maker(const std::string& path, std::uint64_t seed)
      : random_(seed),
        identity{1, static_cast<std::uint32_t>(random_.between(1, 4)), {seed, 7}},
        file_(path),
        logs_(*file_.connection),
        snapshots_(*file_.connection) {
    put(cluster::shard_id{0}, std::string(cluster::identity_key), wire_form(identity));
    for (std::uint32_t i = 0; i < identity.shards; ++i) {
      shards_.push_back({cluster::shard_id{i}, {1, random_.next()}, {}, {}, 0, 0, 0});
    }
  }

  /// Appends about so many messages to each shard.
  void fill(std::uint64_t messages = 30) {
    for (auto& each : shards_) {
      if (random_.chance(100)) continue;  // no node has served it
      begin_ownership(each);
      for (auto left = random_.below(messages); left > 0; --left) step(each);
      if (random_.chance(500)) begin_ownership(each);
    }
  }
  sim::dice& random() { return random_; }

 private:
  struct room {
    cluster::room_snapshot state;
    cluster::sequence oldest;  // record that no snapshot covers; 0: none
    bool is_stored = false;
  };
  struct owned_shard {
    cluster::shard_id id;
    cluster::log_id log;
    std::map<std::string, room> rooms;
    cluster::log_entries::epochs epochs;
    std::uint64_t ownership = 0;
    std::uint64_t number = 0;
    std::uint64_t last = 0;
  };

  void put(cluster::shard_id shard, const std::string& key, const std::string& message) {
    auto present = snapshots_.get(shard, {key}).messages;
    const auto expected = present.empty() ? cluster::sequence{} : present.front().at;
    REQUIRE(snapshots_.put(shard, key, expected, message).outcome ==
            cluster::write_outcome::stored);
  }
  void append(owned_shard& to, decltype(cluster::log_entry::body) body) {
    const cluster::log_entry entry{to.log, node_id{9}, to.ownership, ++to.number, std::move(body)};
    const auto done = logs_.append(to.id, cluster::sequence{to.last}, wire_form(entry));
    REQUIRE(done.outcome == cluster::write_outcome::stored);
    to.last = done.at.value;
  }
  void begin_ownership(owned_shard& at) {
    at.ownership += random_.between(1, 1'000'000'000);
    at.number = 0;
    at.epochs.all.push_back({at.ownership, "e" + std::to_string(at.ownership)});
    append(at, cluster::log_entries::marker{at.epochs.all.back().text});
    put(at.id, "$", wire_form(cluster::shard_barrier{at.ownership}));
    for (auto& [name, each] : at.rooms) begin_epoch(each, {at.ownership, 0, "e"});
  }
  static void begin_epoch(room& at, cluster::room_epoch of) {
    at.state.epochs.push_back({std::move(of), offset{at.state.head.value + 1}});
  }
  void step(owned_shard& at) {
    const auto kind = random_.below(10);
    if (kind == 0) return begin_ownership(at);
    if (kind < 3 && !at.rooms.empty()) return store(at);
    if (kind == 3) return truncate(at);
    cluster::log_entries::batch batch;
    for (auto left = random_.between(1, 5); left > 0; --left) batch.records.push_back(record(at));
    append(at, std::move(batch));
  }
  cluster::log_record record(owned_shard& in) {
    std::string name;
    do {
      name = "room:" + std::to_string(random_.below(40)) + (random_.chance(200) ? " \xc3\xa4" : "");
    } while (cluster::shard_of(identity.key, identity.shards, name) != in.id);
    auto& at = in.rooms[name];
    if (at.state.topic.name.empty()) {
      at.state.topic = topic{name};
      at.state.log = in.log;
      begin_epoch(at, {in.ownership, 0, "e"});
    }
    if (at.oldest.value == 0) at.oldest = cluster::sequence{in.last + 1};
    cluster::log_record out;
    out.topic = at.state.topic;
    out.time_ms = static_cast<std::int64_t>(1'700'000'000'000 + in.last);
    const auto kind = random_.below(12);
    if (kind == 0) {
      auto of = at.state.epochs.back().of;
      ++of.crashes;
      begin_epoch(at, of);
      out.body = cluster::records::crashed{};
    } else if (kind == 1) {
      out.body = cluster::records::receipts{{{"ann", {"e", at.state.head}}}};
    } else {
      const auto text = "{\"n\":\"" + std::string(random_.below(60), 'x') + "\"}";
      const payload body{slice::of(bytes_ptr::copy(text)), payload_kind::json, true};
      ++at.state.head.value;
      out.body = cluster::records::ordered{"msg", body, "", "", false, false, true, {}};
    }
    out.at = at.state.head;
    out.of = at.state.epochs.back().of;
    return out;
  }
  void store(owned_shard& in) {
    auto& at =
        std::next(in.rooms.begin(), static_cast<long>(random_.below(in.rooms.size())))->second;
    at.state.covered = cluster::sequence{in.last};
    at.oldest = {};
    put(in.id, cluster::snapshot_key(at.state.topic), wire_form(at.state));
  }
  void truncate(owned_shard& at) {
    append(at, at.epochs);
    auto first_kept = at.last;
    for (const auto& [name, each] : at.rooms) {
      if (each.oldest.value > 0) first_kept = std::min(first_kept, each.oldest.value);
    }
    while (logs_.purge(at.id, cluster::sequence{first_kept}).has_more) {
    }
  }

  sim::dice random_;

 public:
  const cluster::store_identity identity;

 private:
  open_file file_;
  cluster::log_table logs_;
  cluster::snapshot_table snapshots_;
  std::vector<owned_shard> shards_;
};

/// A store in the folder; it is closed.
inline cluster::store_identity make_store(const std::string& path, std::uint64_t seed,
                                          std::uint64_t messages = 30) {
  store_maker maker(path, seed);
  maker.fill(messages);
  return maker.identity;
}

}  // namespace roost::tests
