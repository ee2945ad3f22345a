// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/stream_check.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cluster/nats/json_document.hpp"

namespace roost::cluster {
namespace {

enum class difference { refused, changed, changed_between_1_and_2 };

/// A field of a stream that matters. Servers leave out some fields whose value is the default.
struct field_rule {
  std::string_view name;
  std::string_view if_missing;  ///< as JSON
  difference is;
};

// Not here: what this program does not depend on (placement, compression, metadata, description,
// deny_delete, limits of consumers, the window for duplicates).
constexpr std::array<field_rule, 21> field_rules{{
    {"subjects", "[]", difference::refused},
    {"storage", "", difference::refused},
    {"retention", "", difference::refused},
    {"discard", "", difference::refused},
    {"discard_new_per_subject", "false", difference::refused},
    {"max_age", "0", difference::refused},
    {"max_msgs", "-1", difference::refused},
    {"max_msg_size", "-1", difference::refused},
    {"max_msgs_per_subject", "-1", difference::changed_between_1_and_2},
    {"max_bytes", "-1", difference::changed},
    {"num_replicas", "1", difference::refused},
    {"persist_mode", "\"default\"", difference::refused},
    {"no_ack", "false", difference::refused},
    {"allow_direct", "false", difference::changed},
    {"allow_msg_counter", "false", difference::refused},
    {"sealed", "false", difference::refused},
    {"deny_purge", "false", difference::refused},
    {"mirror", "null", difference::refused},
    {"sources", "null", difference::refused},
    {"subject_transform", "null", difference::refused},
    {"republish", "null", difference::refused},
}};

std::string value_of(const json_document& from, const std::string& at, std::string_view otherwise) {
  auto out = from.raw(at);
  return out.empty() ? std::string(otherwise) : out;
}

bool is_1_or_2(std::string_view value) { return value == "1" || value == "2"; }

std::string refusal_text(const std::string& stream, const field_rule& rule,
                         const std::string& found, const std::string& wanted) {
  auto out = "stream " + stream + ": " + std::string(rule.name) + " is " +
             (found.empty() ? "missing" : found) + ", but must be " + wanted;
  if (rule.name == "num_replicas") {
    out += " (cluster.replicas); to change the stream: nats stream edit " + stream +
           " --replicas=" + wanted;
  }
  return out;
}

/// The configuration in `info` with some other values.
std::string changed_config(const json_document& info,
                           std::vector<std::pair<std::string, std::string>> changes) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& value) {
    out += (out.empty() ? "{\"" : ",\"") + name + "\":" + value;
  };
  for (const auto& name : info.keys("/config")) {
    const bool is_changed =
        std::ranges::any_of(changes, [&](const auto& each) { return each.first == name; });
    if (!is_changed) add(name, info.raw("/config/" + name));
  }
  for (const auto& [name, value] : changes) add(name, value);
  return out + '}';
}

void check_leader(const std::string& stream, const json_document& info, const version_need& need,
                  std::vector<std::string>& refusals) {
  const auto version = info.text("/config/metadata/_nats.ver");
  constexpr server_version first_that_says{{2, 11, 0}};
  if (version.empty() && need.oldest < first_that_says) return;
  const auto why = refusal_of(version.empty() ? "older than 2.11.0" : version, need);
  if (why.empty()) return;
  const auto leader = info.text("/cluster/leader");
  refusals.push_back("stream " + stream + ": its leader, the NATS server " + std::string(leader) +
                     (leader.empty() ? "" : " ") + why);
}

}  // namespace

stream_finding check_stream(const stream_config& wanted, std::string_view info,
                            const version_need& need) {
  const json_document own(wanted.json);
  const json_document found(info);
  stream_finding out;
  out.has_messages = found.number("/state/last_seq") > 0;
  check_leader(wanted.name, found, need, out.refusals);
  std::vector<std::pair<std::string, std::string>> changes;
  for (const auto& rule : field_rules) {
    const std::string name(rule.name);
    const auto is = value_of(found, "/config/" + name, rule.if_missing);
    const auto should_be = value_of(own, '/' + name, rule.if_missing);
    if (is == should_be) continue;
    const bool may_change =
        rule.is == difference::changed ||
        (rule.is == difference::changed_between_1_and_2 && is_1_or_2(is) && is_1_or_2(should_be));
    if (may_change) {
      changes.emplace_back(name, should_be);
    } else {
      out.refusals.push_back(refusal_text(wanted.name, rule, is, should_be));
    }
  }
  if (out.refusals.empty() && !changes.empty()) out.update = changed_config(found, changes);
  return out;
}

}  // namespace roost::cluster
