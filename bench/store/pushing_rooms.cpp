// SPDX-License-Identifier: Apache-2.0
#include "bench/store/pushing_rooms.hpp"

#include <utility>
#include <variant>

#include "bench/load/dialect.hpp"
#include "bench/load/load_clock.hpp"

namespace roost::bench {
namespace {

namespace effects = cluster::shard_effects;

// The number of a ticket grows within a room; its low bits are the index of the room.
constexpr unsigned index_bits = 20;
constexpr std::uint64_t index_mask = (std::uint64_t{1} << index_bits) - 1;

payload payload_of(unsigned bytes) {
  constexpr std::string_view head = R"({"d":")";
  constexpr std::string_view tail = R"("})";
  return json_payload(std::string(head) + std::string(bytes - head.size() - tail.size(), 'x') +
                      std::string(tail));
}

}  // namespace

pushing_rooms::pushing_rooms(shard_driver& driver, unsigned first, unsigned count, unsigned bytes,
                             stored_handler on_stored)
    : driver_(driver), on_stored_(std::move(on_stored)), payload_(payload_of(bytes)) {
  for (unsigned i = 0; i < count; ++i) {
    rooms_.push_back({topic(topic_of(push_kind::echo, first + i))});
  }
}

std::string pushing_rooms::run_effects() {
  for (const auto& each : driver_.poll()) {
    if (const auto* serving = std::get_if<effects::serving>(&each)) run(*serving);
    if (const auto* loaded = std::get_if<effects::loaded>(&each)) run(*loaded);
    if (const auto* stored = std::get_if<effects::stored>(&each)) run(*stored);
    if (const auto* stopped = std::get_if<effects::stopped>(&each)) {
      return "the shard was lost: " + stopped->detail;
    }
    // Nothing here answers a capture, so a run must end before a log is full.
    if (std::holds_alternative<effects::capture>(each)) return "a log is full";
  }
  return {};
}

void pushing_rooms::run(const effects::serving& effect) {
  epoch_text_ = effect.text;
  for (const auto& each : rooms_) driver_.log().load(each.topic);
}

void pushing_rooms::run(const effects::loaded& effect) {
  ++loaded_;
  for (std::size_t i = 0; i < rooms_.size(); ++i) {
    if (rooms_[i].topic == effect.topic) return push(i);
  }
}

void pushing_rooms::run(const effects::stored& effect) {
  const auto now = now_ns();
  for (const auto& ticket : effect.tickets) {
    const auto index = static_cast<std::size_t>(ticket.number & index_mask);
    if (on_stored_(now - rooms_[index].pushed_at_ns)) push(index);
  }
}

/// The room applies a push and hands in its record, as a room of durability `event` does.
void pushing_rooms::push(std::size_t index) {
  auto& from = rooms_[index];
  const auto number = ++from.pushes;
  cluster::log_record record;
  record.topic = *from.topic;
  record.of = {driver_.log().ownership(), 0, epoch_text_};
  record.at = offset{number};
  record.time_ms = unix_ms();
  record.command = {{node_id{1}, index + 1}, number, connection_id{index + 1}};
  record.answered = number - 1;
  cluster::records::ordered event;
  event.name = "msg";
  event.payload = payload_;
  event.skips_origin = true;
  record.body = std::move(event);
  from.pushed_at_ns = now_ns();
  std::vector<cluster::log_record> records;
  records.push_back(std::move(record));
  driver_.log().add(from.topic, std::move(records), number << index_bits | index);
}

}  // namespace roost::bench
