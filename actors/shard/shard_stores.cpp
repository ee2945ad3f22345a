// SPDX-License-Identifier: Apache-2.0
#include "actors/shard/shard_stores.hpp"

#include <string>
#include <utility>

#include "cluster/log/snapshot_key.hpp"
#include "cluster/wire/log_codec.hpp"

namespace roost::actors {

namespace answers = cluster::log_answers;
namespace requests = cluster::log_requests;
using cluster::log_answer;
using cluster::write_outcome;
using cluster::write_result;

namespace {

answers::message decode(cluster::sequence at, const slice& data) {
  answers::message out{at, {}, data.size};
  if (auto entry = cluster::wire::decode_log_entry(data)) out.entry = std::move(entry.value);
  return out;
}

log_answer answer_of(result<cluster::log_state>&& state) {
  if (!state) return answers::failed{state.failure().detail};
  answers::state out{state->first, state->last, {}, state->bytes, state->bytes_max};
  if (state->message.size > 0) out.newest = decode(state->last, state->message);
  return out;
}

log_answer answer_of(result<cluster::log_page>&& page) {
  if (!page) return answers::failed{page.failure().detail};
  answers::page out{{}, page->is_end};
  for (const auto& each : page->messages) out.messages.push_back(decode(each.at, each.data));
  return out;
}

log_answer answer_of(result<cluster::snapshot_page>&& page) {
  if (!page) return answers::failed{page.failure().detail};
  answers::snapshots out;
  out.up_to = page->up_to;
  for (const auto& each : page->messages) {
    if (each.key == cluster::barrier_key) {
      const auto barrier = cluster::wire::decode_barrier(each.data);
      if (!barrier) return answers::failed{"the barrier cannot be decoded"};
      out.barrier_at = each.at;
      out.barrier_ownership = barrier.value.ownership;
      continue;
    }
    out.room_at = each.at;
    if (auto room = cluster::wire::decode_snapshot(each.data)) {
      out.room = std::move(room.value);
    } else if (auto message = cluster::wire::decode_parted_snapshot(each.data)) {
      out.room = std::move(message.value.beginning);
      out.parts = std::move(message.value.parts);
    }
  }
  return out;
}

/// `page` has the parts that are stored.
log_answer joined_of(const cluster::snapshot_parts& parts, result<cluster::snapshot_page>&& page) {
  if (!page) return answers::failed{page.failure().detail};
  answers::joined out;
  out.is_missing = page->messages.size() < parts.sizes.size();
  if (out.is_missing) return out;
  std::vector<slice> all;
  for (auto& each : page->messages) all.push_back(std::move(each.data));
  auto whole = cluster::join_parts(parts, all);
  if (!whole) return out;
  if (auto room = cluster::wire::decode_snapshot(std::move(*whole))) {
    out.room = std::move(room.value);
  }
  return out;
}

/// `page` has the beginning of each snapshot.
log_answer listing_of(result<cluster::snapshot_page>&& page) {
  if (!page) return answers::failed{page.failure().detail};
  answers::listing out;
  out.is_end = page->is_end;
  for (const auto& each : page->messages) {
    out.last_key = each.key;
    const auto room = cluster::wire::decode_snapshot_beginning(each.data);
    if (!room || room.value.epochs.empty()) continue;
    const auto& found = room.value;
    out.rooms.push_back({found.topic, each.at, found.touched_ms, found.is_empty, found.log,
                         found.covered, found.epochs.back().of.ownership});
  }
  return out;
}

/// `page` has the keys of parts.
log_answer parts_of(result<cluster::snapshot_page>&& page) {
  if (!page) return answers::failed{page.failure().detail};
  answers::part_listing out;
  out.up_to = page->up_to;
  out.is_end = page->is_end;
  for (const auto& each : page->messages) {
    out.last_key = each.key;
    if (auto place = cluster::part_of_key(each.key)) out.parts.push_back({*place, each.at});
  }
  return out;
}

/// An empty slice: the message exceeds a bound.
template <class Message>
slice encoded(const Message& message, std::size_t bytes_max) {
  cluster::wire::byte_writer out;
  if (!cluster::wire::encode(message, out) || out.size() > bytes_max) return {};
  return out.take();
}

// A snapshot begins with what a listing shows: the name of the room, and at most 256 epochs.
constexpr std::size_t beginning_bytes_max = 16'384;

// Of parts that are read at once. A direct get of JetStream may end at a bound of bytes.
constexpr std::size_t get_bytes_max = 8U << 20U;

constexpr auto too_large = "the message is larger than the store takes";

}  // namespace

void shard_stores::send(const cluster::log_request& request) {
  std::visit([&](const auto& body) { send(request.id, body); }, request.body);
}

std::function<void(write_result)> shard_stores::written(std::uint64_t id) const {
  return [answered = answered_, id](write_result result) { answered(id, std::move(result)); };
}

void shard_stores::send(std::uint64_t id, const requests::append& request) {
  auto message = encoded(*request.entry, log_.message_bytes_max());
  if (message.size == 0) return answered_(id, write_result{write_outcome::refused, {}, too_large});
  log_.append(shard_, request.expected_last, std::move(message), written(id));
}

void shard_stores::send(std::uint64_t id, const requests::read_state&) {
  log_.read_state(shard_, [answered = answered_, id](result<cluster::log_state> state) {
    answered(id, answer_of(std::move(state)));
  });
}

void shard_stores::send(std::uint64_t id, const requests::read& request) {
  log_.read(shard_, request.from, request.bytes_max,
            [answered = answered_, id](result<cluster::log_page> page) {
              answered(id, answer_of(std::move(page)));
            });
}

void shard_stores::send(std::uint64_t id, const requests::purge& request) {
  log_.purge(shard_, request.first_kept, written(id));
}

void shard_stores::send(std::uint64_t id, const requests::get& request) {
  std::vector<std::string> keys{std::string(cluster::barrier_key)};
  if (request.topic) keys.push_back(cluster::snapshot_key(*request.topic));
  snapshots_.get(shard_, std::move(keys),
                 [answered = answered_, id](result<cluster::snapshot_page> page) {
                   answered(id, answer_of(std::move(page)));
                 });
}

void shard_stores::send(std::uint64_t id, const requests::put_barrier& request) {
  cluster::wire::byte_writer message;
  cluster::wire::encode(cluster::shard_barrier{request.ownership}, message);
  snapshots_.put(shard_, std::string(cluster::barrier_key), request.expected, message.take(),
                 written(id));
}

void shard_stores::send(std::uint64_t id, const requests::put_snapshot& request) {
  auto message = encoded(*request.snapshot, cluster::wire::snapshot_bytes_max);
  const auto bytes_max = snapshots_.message_bytes_max();
  if (message.size == 0 || message.size > bytes_max) {
    return answered_(id, answers::too_large{std::move(message), bytes_max});
  }
  snapshots_.put(shard_, cluster::snapshot_key(request.snapshot->topic), request.expected,
                 std::move(message), written(id));
}

void shard_stores::send(std::uint64_t id, const requests::put_part& request) {
  snapshots_.put_part(shard_, cluster::part_key(request.topic, request.names, request.index),
                      request.part, written(id));
}

void shard_stores::send(std::uint64_t id, const requests::put_parted& request) {
  auto message = encoded(request.message, snapshots_.message_bytes_max());
  if (message.size == 0) return answered_(id, write_result{write_outcome::refused, {}, too_large});
  snapshots_.put(shard_, cluster::snapshot_key(request.message.beginning.topic), request.expected,
                 std::move(message), written(id));
}

/// Reads the parts of one snapshot, a few at a time: their contents never change. Owns: those that
/// were read. Runs on: the thread of each answer. Ends: with the last one.
struct shard_stores::parts_reader : std::enable_shared_from_this<parts_reader> {
  cluster::snapshot_store& from;
  cluster::shard_id shard;
  requests::get_parts of;
  std::function<void(log_answer&&)> answered;
  cluster::snapshot_page read;
  std::size_t next = 0;

  parts_reader(cluster::snapshot_store& store, cluster::shard_id id, requests::get_parts request,
               std::function<void(log_answer&&)> done)
      : from(store), shard(id), of(std::move(request)), answered(std::move(done)) {}

  void go_on() {
    std::vector<std::string> keys;
    std::size_t bytes = 0;
    const auto& sizes = of.parts.sizes;
    while (next < sizes.size() && (keys.empty() || bytes + sizes[next] <= get_bytes_max)) {
      bytes += sizes[next];
      keys.push_back(cluster::part_key(of.topic, of.parts.names, next++));
    }
    from.get(shard, std::move(keys),
             [self = shared_from_this()](auto page) { self->take(std::move(page)); });
  }
  void take(result<cluster::snapshot_page>&& page) {
    if (!page) return answered(answers::failed{page.failure().detail});
    for (auto& each : page->messages) read.messages.push_back(std::move(each));
    const bool has_all = read.messages.size() == next;
    if (has_all && next < of.parts.sizes.size()) return go_on();
    answered(joined_of(of.parts, std::move(read)));
  }
};

void shard_stores::send(std::uint64_t id, const requests::get_parts& request) {
  std::make_shared<parts_reader>(
      snapshots_, shard_, request,
      [answered = answered_, id](log_answer&& got) { answered(id, std::move(got)); })
      ->go_on();
}

void shard_stores::send(std::uint64_t id, const requests::remove_parts& request) {
  snapshots_.remove_parts(shard_, cluster::snapshot_key(request.topic), request.first_kept,
                          written(id));
}

void shard_stores::send(std::uint64_t id, const requests::list_parts& request) {
  snapshots_.list_parts(shard_, request.after, request.max,
                        [answered = answered_, id](result<cluster::snapshot_page> page) {
                          answered(id, parts_of(std::move(page)));
                        });
}

void shard_stores::send(std::uint64_t id, const requests::remove_part& request) {
  const auto& [topic, names, index] = request.part;
  snapshots_.remove(shard_, cluster::part_key(topic, names, index), request.expected, written(id));
}

void shard_stores::send(std::uint64_t id, const requests::list& request) {
  snapshots_.list(shard_, request.after, request.max, beginning_bytes_max,
                  [answered = answered_, id](result<cluster::snapshot_page> page) {
                    answered(id, listing_of(std::move(page)));
                  });
}

void shard_stores::send(std::uint64_t id, const requests::remove& request) {
  snapshots_.remove(shard_, cluster::snapshot_key(request.topic), request.expected, written(id));
}

}  // namespace roost::actors
