// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_log_store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cluster/nats/message_rules.hpp"
#include "cluster/nats/nats_log_reader.hpp"
#include "config/telemetry/log.hpp"

namespace roost::cluster {
namespace {

write_result check_position(write_result stored, sequence expected_last) {
  if (stored.outcome != write_outcome::stored || stored.at.value == expected_last.value + 1) {
    return stored;
  }
  return {write_outcome::unknown, {}, "stored at " + std::to_string(stored.at.value)};
}

using state_callback = std::function<void(result<log_state>)>;

/// Reads the newest message, too.
void take_info(const jetstream& api, const std::string& stream, const result<stream_info>& info,
               const state_callback& done) {
  if (!info) return done(info.failure());
  log_state out{sequence{info->first}, sequence{info->last}, {}, info->bytes, info->bytes_max};
  if (info->messages == 0) return done(std::move(out));
  api.get_from_leader(stream, "{\"seq\":" + std::to_string(info->last) + '}',
                      [out, done](result<std::optional<stored_message>> newest) mutable {
                        if (!newest) return done(newest.failure());
                        if (*newest) out.message = std::move((*newest)->data);
                        done(std::move(out));
                      });
}

/// A stream that is there after all is not changed: the request fails, or answers with it.
void make_again(const jetstream& api, const stream_config& gone, const state_callback& done) {
  log::error("stream_missing", {{"stream", gone.name}});
  api.change("STREAM.CREATE." + gone.name, gone.json,
             [=](const write_result& made, std::string_view json) {
               if (made.outcome == write_outcome::stored) {
                 return take_info(api, gone.name, read_stream_info(json), done);
               }
               done(error{errc::unavailable, made.why});
             });
}

}  // namespace

nats_log_store::nats_log_store(nats_connection& connection, subjects names, milliseconds timeout,
                               std::optional<stream_choices> streams)
    : api_(connection, timeout), names_(std::move(names)), streams_(streams) {}

std::size_t nats_log_store::message_bytes_max() const {
  return payload_bytes_max(api_.connection().message_bytes_max());
}

void nats_log_store::append(shard_id shard, sequence expected_last, slice message,
                            std::function<void(write_result)> done) {
  if (message.size > message_bytes_max()) return done(too_large());
  api_.publish(names_.log(shard), last_sequence_is(expected_last), std::move(message),
               [expected_last, done = std::move(done)](write_result got) {
                 done(check_position(std::move(got), expected_last));
               });
}

void nats_log_store::read_state(shard_id shard, std::function<void(result<log_state>)> done) {
  auto stream = names_.log_stream(shard);
  std::optional<stream_config> gone;
  if (streams_) gone = log_stream_config(names_, shard, *streams_);
  api_.call("STREAM.INFO." + stream, {},
            [=, api = api_, done = std::move(done)](const result<std::string_view>& json) {
              if (!json) return done(json.failure());
              const auto failure = error_in(*json);
              if (gone && failure && failure->is(jetstream_errc::stream_not_found)) {
                return make_again(api, *gone, done);
              }
              take_info(api, stream, read_stream_info(*json), done);
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
