// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_log_store.hpp"

#include <optional>
#include <string>
#include <utility>

#include "cluster/nats/message_rules.hpp"
#include "cluster/nats/nats_log_reader.hpp"

namespace roost::cluster {
namespace {

/// JetStream stores about as much with each message.
constexpr std::uint64_t overhead_bytes = 128;

/// Looks at a log that is nearly full until it is not.
void watch(const jetstream& api, const std::shared_ptr<log_fill>& fill, const std::string& stream,
           shard_id shard) {
  api.connection().after(nats_log_store::look_interval, [=] {
    api.info(stream, {}, [=](const result<stream_info>& info) {
      if (info) fill->looked(shard, info->bytes, info->bytes_max);
      if (!fill->ends_watch(shard)) watch(api, fill, stream, shard);
    });
  });
}

write_result check_position(write_result stored, sequence expected_last) {
  if (stored.outcome != write_outcome::stored || stored.at.value == expected_last.value + 1) {
    return stored;
  }
  return {write_outcome::unknown, {}, "stored at " + std::to_string(stored.at.value)};
}

}  // namespace

nats_log_store::nats_log_store(nats_connection& connection, subjects names, milliseconds timeout)
    : api_(connection, timeout), names_(std::move(names)), fill_(std::make_shared<log_fill>()) {}

std::size_t nats_log_store::message_bytes_max() const {
  return payload_bytes_max(api_.connection().message_bytes_max());
}

void nats_log_store::append(shard_id shard, sequence expected_last, slice message,
                            std::function<void(write_result)> done) {
  if (message.size > message_bytes_max()) return done(too_large());
  const std::uint64_t bytes = message.size + overhead_bytes;
  api_.publish(names_.log(shard), last_sequence_is(expected_last), std::move(message),
               [=, api = api_, fill = fill_, stream = names_.log_stream(shard),
                done = std::move(done)](write_result got) {
                 bool is_to_watch = false;
                 if (got.outcome == write_outcome::stored)
                   is_to_watch = fill->appended(shard, bytes);
                 if (got.outcome == write_outcome::full) is_to_watch = fill->refused(shard);
                 if (is_to_watch) watch(api, fill, stream, shard);
                 done(check_position(std::move(got), expected_last));
               });
}

void nats_log_store::read_state(shard_id shard, std::function<void(result<log_state>)> done) {
  auto stream = names_.log_stream(shard);
  api_.info(stream, {},
            [=, api = api_, fill = fill_, done = std::move(done)](const result<stream_info>& info) {
              if (!info) return done(info.failure());
              fill->looked(shard, info->bytes, info->bytes_max);
              log_state out{
                  sequence{info->first}, sequence{info->last}, {}, info->bytes, info->bytes_max};
              if (info->messages == 0) return done(std::move(out));
              api.get_from_leader(
                  stream, "{\"seq\":" + std::to_string(info->last) + '}',
                  [out, done](result<std::optional<stored_message>> newest) mutable {
                    if (!newest) return done(newest.failure());
                    if (*newest) out.message = std::move((*newest)->data);
                    done(std::move(out));
                  });
            });
}

void nats_log_store::read(shard_id shard, sequence from, std::size_t bytes_max,
                          std::function<void(result<log_page>)> done) {
  std::make_shared<nats_log_reader>(api_, names_.log_stream(shard), names_.log(shard), from,
                                    bytes_max, std::move(done))
      ->start();
}

void nats_log_store::purge(shard_id shard, sequence first_kept,
                           std::function<void(write_result)> done) {
  auto stream = names_.log_stream(shard);
  // JetStream takes 0 for "all messages", and a sequence above last + 1 would lift the last one.
  api_.info(stream, {}, [=, api = api_, done = std::move(done)](const result<stream_info>& info) {
    if (!info) return done({write_outcome::refused, {}, info.failure().detail});
    if (first_kept.value > info->last + 1) {
      return done({write_outcome::refused, {}, "the log ends at " + std::to_string(info->last)});
    }
    if (first_kept.value <= info->first) return done({write_outcome::stored, {}, {}});
    api.change("STREAM.PURGE." + stream, "{\"seq\":" + std::to_string(first_kept.value) + '}',
               [done](write_result got, std::string_view) { done(std::move(got)); });
  });
}

}  // namespace roost::cluster
