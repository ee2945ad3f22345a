// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/start_on_nats.hpp"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cluster/nats/nats_snapshot_store.hpp"
#include "cluster/nats/subjects.hpp"

namespace roost::cluster {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds ask_again_after{200};
/// JetStream may begin a little after its server.
constexpr milliseconds silence_max{2'000};
constexpr milliseconds identity_timeout{2'000};

error unusable(const std::string& why) { return {errc::cannot_use_nats, why}; }

error not_enabled(const met_server& server, const std::string& why) {
  return unusable("JetStream is not enabled at the NATS server " + server.name + ": " + why);
}

bool is_disabled(const jetstream_error& failure) {
  return failure.is(jetstream_errc::not_enabled) ||
         failure.is(jetstream_errc::not_enabled_for_account);
}

/// The servers without user and password.
std::string shown(const std::vector<std::string>& servers) {
  std::string out;
  for (const auto& each : servers) {
    const auto scheme_end = each.find("://");
    const auto begin = scheme_end == std::string::npos ? 0 : scheme_end + 3;
    const auto at = each.rfind('@');
    out += (out.empty() ? "" : ", ") + each.substr(0, begin) +
           each.substr(at == std::string::npos || at < begin ? begin : at + 1);
  }
  return out;
}

stream_choices choices_of(const nats_start_options& with) {
  stream_choices out;
  out.replicas = with.replicas;
  out.log_bytes_max = 2 * with.log_bytes_max;
  out.snapshots_kept = snapshots_kept(with.sync);
  return out;
}

std::vector<stream_config> streams_of(const subjects& names, const nats_start_options& with) {
  const auto choices = choices_of(with);
  std::vector<stream_config> out{snapshot_stream_config(names, choices)};
  for (std::uint32_t i = 0; i < with.identity.own.shards; ++i) {
    out.push_back(log_stream_config(names, shard_id{i}, choices));
  }
  return out;
}

/// One start. Owns: what it has found out. Runs on: one thread. Ends: with start_on_nats().
class nats_starter {
 public:
  nats_starter(nats_connection& connection, const nats_start_options& with, subjects names)
      : connection_(connection),
        with_(with),
        names_(std::move(names)),
        need_(oldest_server_for(with.replicas, with.requires_sync)),
        deadline_(steady_clock::now() + with.wait_max) {}

  result<nats_start> run() {
    nats_start out;
    out.choices = choices_of(with_);
    const auto server = meet();
    if (!server) return server.failure();
    out.server = *server;
    if (with_.requires_sync) {
      if (auto why = sync_refusal_of(with_.sync); !why.empty()) return unusable(why);
    }
    const auto account = ask_account(*server);
    if (!account) return account.failure();
    const auto streams =
        stream_setup(connection_, wanted_, read_account(*account, with_.replicas), need_, deadline_)
            .run();
    if (!streams) return streams.failure();
    out.streams = *streams;
    const auto identity = agree(*streams);
    if (!identity) {
      return unusable("cluster " + with_.identity.own.cluster + ": " + identity.failure().detail);
    }
    out.identity = *identity;
    out.is_new = identity->key == with_.identity.own.key && !with_.identity.has_known_key;
    return out;
  }

 private:
  result<met_server> meet() {
    const auto servers = shown(connection_.options().servers);
    if (!connection_.wait_until_connected(with_.wait_max)) {
      const auto why = connection_.problem();
      return unusable(
          "NATS cannot be used at " + servers + ": " +
          (why.empty() ? "no answer in " + std::to_string(with_.wait_max.count()) + " ms" : why));
    }
    const auto server = connection_.server();
    if (!server) return unusable("the version of the NATS server at " + servers + " is not known");
    const auto why = refusal_of(server->version, need_);
    if (!why.empty()) return unusable("the NATS server " + server->name + ' ' + why);
    return *server;
  }

  /// The answer to INFO.
  result<std::string> ask_account(const met_server& server) {
    const auto silent_until = steady_clock::now() + silence_max;
    for (;;) {
      auto answer = answer_to(connection_, {"INFO"}, stream_setup::call_timeout);
      if (answer.kind == reply_kind::message) {
        const auto failure = error_in(answer.text);
        if (!failure) return std::move(answer.text);
        if (is_disabled(*failure)) return not_enabled(server, failure->description);
        answer.text = failure->description;
      }
      const auto now = steady_clock::now();
      if (answer.kind == reply_kind::no_responders && now >= silent_until) {
        return not_enabled(server, answer.text);
      }
      if (now >= deadline_) {
        return unusable("JetStream does not answer at the NATS server " + server.name + ": " +
                        answer.text);
      }
      std::this_thread::sleep_for(ask_again_after);
    }
  }

  result<store_identity> agree(const stream_facts& streams) {
    nats_snapshot_store snapshots(connection_, names_, identity_timeout);
    return identify(snapshots, with_.identity, [&]() -> result<bool> {
      if (streams.has_messages) return true;
      return has_other_logs();
    });
  }

  /// Whether the cluster has, or had, a message in any log: it may once have had more shards.
  result<bool> has_other_logs() {
    for (std::uint64_t offset = 0;;) {
      const auto body = "{\"subject\":" + json_text(names_.logs()) +
                        ",\"offset\":" + std::to_string(offset) + '}';
      const auto answer = answer_to(connection_, {"STREAM.LIST", body}, stream_setup::call_timeout);
      if (answer.kind != reply_kind::message) return unusable(answer.text);
      const auto page = read_stream_page(answer.text);
      if (!page) return page.failure();
      if (page->has_messages) return true;
      offset += page->streams;
      if (page->streams == 0 || offset >= page->total) return false;
    }
  }

  nats_connection& connection_;
  const nats_start_options& with_;
  const subjects names_;
  const version_need need_;
  const time_point deadline_;
  const std::vector<stream_config> wanted_ = streams_of(names_, with_);
};

}  // namespace

result<nats_start> start_on_nats(nats_connection& connection, const nats_start_options& with) {
  auto names = subjects::of(with.identity.own.cluster);
  if (!names) return names.failure();
  return nats_starter(connection, with, std::move(*names)).run();
}

}  // namespace roost::cluster
