// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_snapshot_store.hpp"

#include <optional>
#include <utility>

#include "cluster/nats/message_rules.hpp"
#include "cluster/nats/nats_snapshot_reader.hpp"

namespace roost::cluster {
namespace {

write_result bad_key() { return {write_outcome::refused, {}, "the key is not a safe token"}; }

write_result conflict_with(std::uint64_t newest) {
  return {write_outcome::conflict, {}, "the newest one is " + std::to_string(newest)};
}

/// Removes the messages of a subject up to this sequence, which was its newest. A newer one that is
/// stored meanwhile stays.
void purge(const jetstream& api, const std::string& stream, const std::string& subject,
           sequence newest, const std::function<void(write_result)>& done) {
  const auto body =
      "{\"filter\":" + json_text(subject) + ",\"seq\":" + std::to_string(newest.value + 1) + '}';
  api.change("STREAM.PURGE." + stream, body, [done](write_result got, std::string_view json) {
    const bool has_removed = got.outcome != write_outcome::stored || purged_in(json) > 0;
    done(has_removed ? std::move(got)
                     : write_result{write_outcome::conflict, {}, "it was replaced meanwhile"});
  });
}

/// Removes the parts of a room with sequences below `first_kept`.
void purge_parts(const jetstream& api, const std::string& stream, const std::string& subject,
                 sequence first_kept, std::function<void(write_result)> done) {
  const auto body = "{\"filter\":" + json_text(subject + ".>") +
                    ",\"seq\":" + std::to_string(first_kept.value) + '}';
  api.change(
      "STREAM.PURGE." + stream, body,
      [done = std::move(done)](write_result got, std::string_view) { done(std::move(got)); });
}

}  // namespace

nats_snapshot_store::nats_snapshot_store(nats_connection& connection, subjects names,
                                         milliseconds timeout)
    : api_(connection, timeout),
      names_(std::move(names)),
      kept_(std::make_shared<kept_listing>()),
      kept_parts_(std::make_shared<kept_listing>()) {}

std::size_t nats_snapshot_store::message_bytes_max() const {
  return payload_bytes_max(api_.connection().message_bytes_max());
}

void nats_snapshot_store::put(shard_id shard, std::string key, sequence expected, slice message,
                              std::function<void(write_result)> done) {
  auto subject = names_.snapshot(shard, key);
  if (!subject) return done(bad_key());
  if (message.size > message_bytes_max()) return done(too_large());
  api_.publish(std::move(*subject), last_of_subject_is(expected), std::move(message),
               std::move(done));
}

void nats_snapshot_store::get(shard_id shard, std::vector<std::string> keys,
                              std::function<void(result<snapshot_page>)> done) {
  std::make_shared<nats_snapshot_reader>(api_, names_, shard, std::move(keys), std::move(done))
      ->start();
}

void nats_snapshot_store::list(shard_id shard, std::string after, std::size_t max,
                               std::size_t headers_max,
                               std::function<void(result<snapshot_page>)> done) {
  std::make_shared<nats_snapshot_list>(
      api_, names_, kept_,
      nats_snapshot_list::request{shard, std::move(after), max, headers_max, false},
      std::move(done))
      ->start();
}

void nats_snapshot_store::remove(shard_id shard, std::string key, sequence expected,
                                 std::function<void(write_result)> done) {
  auto subject = names_.snapshot(shard, key);
  if (!subject) return done(bad_key());
  const auto stream = names_.snapshot_stream();
  api_.get_newest(stream, *subject,
                  [=, api = api_, subject = *subject,
                   done = std::move(done)](const result<std::optional<stored_message>>& newest) {
                    if (!newest) {
                      return done({write_outcome::refused, {}, newest.failure().detail});
                    }
                    const auto at = *newest ? (*newest)->at : 0;
                    if (at == 0 || at != expected.value) return done(conflict_with(at));
                    purge(api, stream, subject, expected, [=](const write_result& removed) {
                      if (removed.outcome != write_outcome::stored) return done(removed);
                      // A sweep finds parts that stay behind.
                      purge_parts(api, stream, subject, expected,
                                  [done, removed](const write_result&) { done(removed); });
                    });
                  });
}

void nats_snapshot_store::put_part(shard_id shard, std::string key, slice part,
                                   std::function<void(write_result)> done) {
  auto subject = names_.snapshot(shard, key);
  if (!subject) return done(bad_key());
  if (part.size > message_bytes_max()) return done(too_large());
  api_.publish(std::move(*subject), {}, std::move(part), std::move(done));
}

void nats_snapshot_store::list_parts(shard_id shard, std::string after, std::size_t max,
                                     std::function<void(result<snapshot_page>)> done) {
  std::make_shared<nats_snapshot_list>(
      api_, names_, kept_parts_, nats_snapshot_list::request{shard, std::move(after), max, 0, true},
      std::move(done))
      ->start();
}

void nats_snapshot_store::remove_parts(shard_id shard, std::string key, sequence first_kept,
                                       std::function<void(write_result)> done) {
  const auto subject = names_.snapshot(shard, key);
  if (!subject) return done(bad_key());
  purge_parts(api_, names_.snapshot_stream(), *subject, first_kept, std::move(done));
}

}  // namespace roost::cluster
