// SPDX-License-Identifier: Apache-2.0
#include "actors/shard/shard_stores.hpp"

#include <map>

#include "cluster/log/snapshot_key.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/memory_log_store.hpp"
#include "tests/fixtures/memory_snapshot_store.hpp"

using namespace roost;
using namespace roost::actors;
using namespace roost::tests;
namespace answers = cluster::log_answers;
namespace requests = cluster::log_requests;
using cluster::sequence;

namespace {

struct stores_fixture {
  template <class Answer, class Request>
  Answer ask(Request request) {
    stores.send({++id, std::move(request)});
    REQUIRE(got.contains(id));
    REQUIRE(std::holds_alternative<Answer>(got[id]));
    return std::move(std::get<Answer>(got[id]));
  }
  memory_log_store log{0, 2'000};
  memory_snapshot_store snapshots{0, 2'000};
  std::map<std::uint64_t, cluster::log_answer> got;
  shard_stores stores{cluster::shard_id{3}, log, snapshots,
                      [this](std::uint64_t request, cluster::log_answer&& answer) {
                        got[request] = std::move(answer);
                      }};
  std::uint64_t id = 0;
};

std::shared_ptr<const cluster::log_entry> entry_of(std::string text) {
  cluster::log_entry out;
  out.log = {1, 2};
  out.node = node_id{7};
  out.ownership = 5;
  out.number = 1;
  out.body = cluster::log_entries::marker{std::move(text)};
  return std::make_shared<const cluster::log_entry>(std::move(out));
}

/// A snapshot of 3,000 bytes.
struct parts_fixture : stores_fixture {
  /// Stores it as an owner does, and returns what its message says of the parts.
  cluster::snapshot_parts put() {
    const auto whole = ask<answers::too_large>(requests::put_snapshot{sequence{0}, large});
    CHECK(whole.part_bytes_max == 2'000);
    auto parts = cluster::parts_of(whole.encoded, whole.part_bytes_max).value();
    parts.names = {5, 1};
    for (std::size_t i = 0; i < parts.sizes.size(); ++i) {
      const auto written = ask<cluster::write_result>(requests::put_part{
          large->topic, parts.names, i, cluster::cut_part(whole.encoded, parts, i)});
      CHECK(written.at == sequence{i + 1});
    }
    parts.first = sequence{1};
    const auto commit = requests::put_parted{sequence{0}, cluster::message_of(*large, parts)};
    CHECK(ask<cluster::write_result>(commit).outcome == cluster::write_outcome::stored);
    return parts;
  }
  std::shared_ptr<const cluster::room_snapshot> large = [] {
    cluster::room_snapshot out;
    out.topic = topic{"room:1 *"};
    out.log = {1, 2};
    out.covered = sequence{9};
    out.epochs = {{{5, 0, "e5"}, offset{1}}};
    out.handler_state = std::string(3'000, 'x');
    return std::make_shared<const cluster::room_snapshot>(std::move(out));
  }();
};

std::string text_of(const answers::message& message) {
  REQUIRE(message.entry);
  return std::get<cluster::log_entries::marker>(message.entry->body).text;
}

std::shared_ptr<const cluster::room_snapshot> snapshot_of(std::string_view topic_name) {
  cluster::room_snapshot out;
  out.topic = topic{topic_name};
  out.log = {1, 2};
  out.covered = sequence{9};
  out.epochs = {{{5, 0, "e5"}, offset{1}}};
  return std::make_shared<const cluster::room_snapshot>(std::move(out));
}

}  // namespace

TEST_CASE("what a shard appends is read back from the log, also as its state") {
  stores_fixture it;
  const auto empty = it.ask<answers::state>(requests::read_state{});
  CHECK(empty.last == sequence{0});
  CHECK_FALSE(empty.newest.entry);
  const auto stored = it.ask<cluster::write_result>(requests::append{sequence{0}, entry_of("one")});
  CHECK(stored.outcome == cluster::write_outcome::stored);
  CHECK(it.ask<cluster::write_result>(requests::append{sequence{0}, entry_of("two")}).outcome ==
        cluster::write_outcome::conflict);
  const auto state = it.ask<answers::state>(requests::read_state{});
  CHECK(state.newest.at == sequence{1});
  CHECK(text_of(state.newest) == "one");
  const auto page = it.ask<answers::page>(requests::read{sequence{1}, 1'000});
  REQUIRE(page.messages.size() == 1);
  CHECK(text_of(page.messages[0]) == "one");
  CHECK(page.messages[0].bytes > 0);
  CHECK(page.is_end);
}

TEST_CASE("a room is read together with the barrier of its shard") {
  stores_fixture it;
  const topic room{"room:1 *"};
  auto got = it.ask<answers::snapshots>(requests::get{room});
  CHECK(got.barrier_at == sequence{0});
  CHECK(got.room_at == sequence{0});
  it.ask<cluster::write_result>(requests::put_barrier{sequence{0}, 18'446'744'073'709'551'615U});
  it.ask<cluster::write_result>(requests::put_snapshot{sequence{0}, snapshot_of(room.name)});
  got = it.ask<answers::snapshots>(requests::get{room});
  CHECK(got.barrier_at == sequence{1});
  CHECK(got.barrier_ownership == 18'446'744'073'709'551'615U);
  CHECK(got.room_at == sequence{2});
  CHECK(got.up_to == sequence{2});
  REQUIRE(got.room);
  CHECK(got.room->topic == room);
  CHECK(got.room->covered == sequence{9});
}

TEST_CASE("a stored message that cannot be decoded is there but has no contents") {
  stores_fixture it;
  const auto foreign = slice::of(bytes_ptr::copy("foreign"));
  it.log.append(cluster::shard_id{3}, sequence{0}, foreign, [](auto) {});
  it.snapshots.put(cluster::shard_id{3}, "room:1", sequence{0}, foreign, [](auto) {});
  const auto page = it.ask<answers::page>(requests::read{sequence{1}, 1'000});
  REQUIRE(page.messages.size() == 1);
  CHECK_FALSE(page.messages[0].entry);
  const auto got = it.ask<answers::snapshots>(requests::get{topic{"room:1"}});
  CHECK(got.room_at == sequence{1});
  CHECK_FALSE(got.room);
}

TEST_CASE("a message that is larger than the store takes is refused and not sent") {
  stores_fixture it;
  const auto append = [&](std::size_t bytes) {
    return it.ask<cluster::write_result>(
        requests::append{sequence{0}, entry_of(std::string(bytes, 'x'))});
  };
  const auto refused = append(3'000);
  CHECK(refused.outcome == cluster::write_outcome::refused);
  CHECK_FALSE(refused.why.empty());
  CHECK(append(200).outcome == cluster::write_outcome::stored);
}

TEST_CASE("a snapshot that is larger than the store takes is stored and read in parts") {
  parts_fixture it;
  const auto parts = it.put();
  CHECK(parts.sizes.size() == 2);
  const auto got = it.ask<answers::snapshots>(requests::get{it.large->topic});
  REQUIRE(got.room);
  REQUIRE(got.parts);
  CHECK(got.room->covered == it.large->covered);
  CHECK(got.room->handler_state.empty());
  auto joined = it.ask<answers::joined>(requests::get_parts{it.large->topic, *got.parts});
  REQUIRE(joined.room);
  CHECK(joined.room->handler_state == it.large->handler_state);
  const auto listing = it.ask<answers::listing>(requests::list{"", 10});
  REQUIRE(listing.rooms.size() == 1);
  CHECK(listing.rooms[0].covered == sequence{9});
  it.ask<cluster::write_result>(requests::remove_parts{it.large->topic, sequence{2}});
  joined = it.ask<answers::joined>(requests::get_parts{it.large->topic, *got.parts});
  CHECK(joined.is_missing);
  CHECK_FALSE(joined.room);
}

TEST_CASE("parts that are damaged are there but are no snapshot") {
  parts_fixture it;
  const auto parts = it.put();
  const auto other = slice::of(bytes_ptr::copy(std::string(parts.sizes[1], 'y')));
  it.ask<cluster::write_result>(requests::put_part{it.large->topic, parts.names, 1, other});
  const auto joined = it.ask<answers::joined>(requests::get_parts{it.large->topic, parts});
  CHECK_FALSE(joined.is_missing);
  CHECK_FALSE(joined.room);
}

TEST_CASE("a purge removes the messages below a sequence") {
  stores_fixture it;
  it.ask<cluster::write_result>(requests::append{sequence{0}, entry_of("one")});
  it.ask<cluster::write_result>(requests::append{sequence{1}, entry_of("two")});
  it.ask<cluster::write_result>(requests::purge{sequence{2}});
  const auto page = it.ask<answers::page>(requests::read{sequence{1}, 1'000});
  REQUIRE(page.messages.size() == 1);
  CHECK(page.messages[0].at == sequence{2});
}
