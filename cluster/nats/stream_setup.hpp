// SPDX-License-Identifier: Apache-2.0
// Checks, creates and changes the streams of a cluster before a node serves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cluster/nats/jetstream_account.hpp"
#include "cluster/nats/jetstream_calls.hpp"
#include "cluster/nats/stream_check.hpp"

namespace roost::cluster {

/// The outcome of stream_setup::run().
struct stream_facts {
  std::uint32_t created = 0;  ///< by this node, or by another one at the same time
  std::uint32_t changed = 0;
  bool has_messages = false;  ///< one of them has, or had, a message
};

/// Blocks the thread that calls it. All nodes may do this at once: a stream that another node has
/// created meanwhile is looked at again. Owns: what it knows of the streams. Runs on: one thread,
/// not the connection's. Ends: any time.
class stream_setup {
 public:
  /// The connection must live longer.
  stream_setup(nats_connection& connection, const std::vector<stream_config>& wanted,
               jetstream_account account, version_need need, time_point deadline);

  /// Fails with cannot_use_nats, and all differences of all streams in the detail, one on a line;
  /// or with what still failed at the deadline.
  result<stream_facts> run();

  static constexpr milliseconds call_timeout{5'000};

 private:
  enum class step { look, create, change, done };
  struct work {
    const stream_config* wanted = nullptr;
    step next = step::look;
    std::string update{};
  };

  void look();
  void look_at(work& at, const jetstream_answer& answer);
  void create();
  void change();
  std::vector<work*> waiting_for(step next);
  std::vector<jetstream_answer> ask(const std::string& request, const std::vector<work*>& about);
  /// Whether it succeeded; else it is looked at again, or refused.
  bool take(work& at, const jetstream_answer& answer, const std::string& intent);

  nats_connection& connection_;
  const jetstream_account account_;
  const version_need need_;
  const time_point deadline_;
  std::vector<work> all_;
  std::vector<std::string> refusals_;
  std::string delay_;  // why something was not done in this round; empty: all was
  stream_facts facts_;
};

}  // namespace roost::cluster
