// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/identity_question.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/nats/jetstream_answers.hpp"

namespace roost::cluster {
namespace {

identity_finding finding_in(std::string_view json, const std::string& stream,
                            const store_identity& known) {
  const auto failure = error_in(json);
  if (failure && failure->is(jetstream_errc::stream_not_found)) {
    return {identity_state::missing, "its stream " + stream + " is missing"};
  }
  const auto found = read_stored_message(json);
  if (!found) return {identity_state::unknown, found.failure().detail};
  return compare_identity(known, *found ? std::optional((*found)->data) : std::nullopt);
}

}  // namespace

void ask_for_identity(const jetstream& api, const subjects& names, const store_identity& known,
                      std::function<void(identity_finding)> done) {
  const auto stream = names.snapshot_stream();
  const auto subject = names.snapshot(shard_id{0}, identity_key);
  const auto body = "{\"last_by_subj\":" + json_text(*subject) + '}';
  api.call("STREAM.MSG.GET." + stream, body,
           [stream, known, done = std::move(done)](const result<std::string_view>& json) {
             if (!json) return done({identity_state::unknown, json.failure().detail});
             done(finding_in(*json, stream, known));
           });
}

}  // namespace roost::cluster
