// SPDX-License-Identifier: Apache-2.0
#include "config/load/cross_checks.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>

#include "config/json_schema/payload_schema.hpp"
#include "config/load/access_checks.hpp"
#include "config/load/cluster_checks.hpp"
#include "config/load/frame_size.hpp"
#include "config/load/store_checks.hpp"

namespace roost {
namespace {

using problem_list = std::vector<problem>;

std::string above(std::uint32_t value, const char* name, std::uint32_t bound) {
  return "is " + std::to_string(value) + ", must be at most " + name + ", which is " +
         std::to_string(bound);
}

std::string too_large(std::uint64_t value, std::uint64_t max, const char* encoding,
                      const char* name, std::uint64_t bound) {
  return "is " + std::to_string(value) + ", must be at most " + std::to_string(max) + " to fit " +
         encoding + " into " + name + " (" + std::to_string(bound) + ")";
}

// In these checks, `read` has the problems of single settings. A faulty setting still has its
// default, which the user did not write, so the checks skip it.

bool is_any_faulty(std::initializer_list<std::string_view> keys, const problem_list& read) {
  return std::ranges::any_of(keys, [&](auto key) { return is_faulty(key, read); });
}

void check_payload(const settings::limit_settings& limits, const problem_list& read,
                   problem_list& problems) {
  constexpr std::string_view key = "limits.payload_bytes_max";
  if (limits.payload_bytes_max > limits.inbound_bytes_max &&
      !is_any_faulty({key, "limits.inbound_bytes_max"}, read)) {
    problems.push_back(
        {std::string{key},
         above(limits.payload_bytes_max, "limits.inbound_bytes_max", limits.inbound_bytes_max)});
  }
  auto at_most = [&](std::uint64_t max, const char* encoding, const char* name,
                     std::uint32_t bound) {
    if (limits.payload_bytes_max <= max || is_any_faulty({key, name}, read)) return;
    problems.push_back(
        {std::string{key}, too_large(limits.payload_bytes_max, max, encoding, name, bound)});
  };
  const auto frame = limits.frame_bytes_max;
  at_most(frame < envelope_bytes_max ? 0 : frame - envelope_bytes_max, "with its envelope",
          "limits.frame_bytes_max", frame);
  const auto outbox = limits.outbox_bytes_max;
  at_most(payload_bytes_for(outbox), "as base64 (V1) with its envelope", "limits.outbox_bytes_max",
          outbox);
}

/// A page of presence must be able to hold at least one member, with its key and meta.
void check_meta(const room_rule& rule, const std::string& at, const settings& all,
                const problem_list& read, problem_list& problems) {
  const auto meta = rule.presence.meta_bytes_max;
  const auto outbox = all.limits.outbox_bytes_max;
  const auto key = at + "presence.meta_bytes_max";
  if (rule.presence.mode != presence_mode::full || meta + envelope_bytes_max <= outbox) return;
  if (is_any_faulty({key, "limits.outbox_bytes_max"}, read)) return;
  problems.push_back({key, too_large(meta, outbox - envelope_bytes_max, "with its envelope",
                                     "limits.outbox_bytes_max", outbox)});
}

void check_ports(const settings& all, const problem_list& read, problem_list& problems) {
  if (is_any_faulty({"listen.port", "admin.port"}, read)) return;
  if (all.listen.port == 0 || all.listen.port != all.admin.port) return;
  problems.push_back({"admin.port", "is " + std::to_string(all.admin.port) +
                                        ", must differ from listen.port, which is the same"});
}

void check_mounts(const settings& all, const problem_list& read, problem_list& problems) {
  std::map<std::string_view, std::string> taken;
  for (std::size_t i = 0; i < all.sockets.size(); ++i) {
    const auto key = "sockets[" + std::to_string(i) + "].path";
    if (is_faulty(key, read)) continue;
    const auto& path = all.sockets[i].path;
    const auto [first, is_new] = taken.emplace(path, key);
    if (is_new) continue;
    problems.push_back(
        {key, "is \"" + path + "\", must differ from " + first->second + ", which is the same"});
  }
}

/// `bound`: limits.payload_bytes_max; nullopt if that setting is faulty.
void check_event(const room_rule::event_rule& event, const std::string& at,
                 std::optional<std::uint32_t> bound, problem_list& problems) {
  if (bound && event.bytes_max > *bound) {
    problems.push_back(
        {at + ".bytes_max", above(event.bytes_max, "limits.payload_bytes_max", *bound)});
  }
  if (event.schema_file.empty()) return;
  auto read = payload_schema::load(event.schema_file);
  if (read) return;
  problems.push_back(
      {at + ".schema_file", "is \"" + event.schema_file + "\", which " + read.failure().detail});
}

void check_rooms(const settings& all, const problem_list& read, problem_list& problems) {
  std::optional<std::uint32_t> bound;
  if (!is_faulty("limits.payload_bytes_max", read)) bound = all.limits.payload_bytes_max;
  for (std::size_t i = 0; i < all.rooms.size(); ++i) {
    const auto& rule = all.rooms[i];
    auto at = "rooms[" + std::to_string(i) + "].";
    // Accept the default even if it is above the limit: users who only lower the limit for payloads
    // should not have to lower this setting too.
    const auto meta = rule.presence.meta_bytes_max;
    if (bound && meta > *bound && meta != room_rule{}.presence.meta_bytes_max) {
      problems.push_back(
          {at + "presence.meta_bytes_max", above(meta, "limits.payload_bytes_max", *bound)});
    }
    check_meta(rule, at, all, read, problems);
    for (const auto& event : rule.events) {
      check_event(event, at + "events." + event.name, bound, problems);
    }
  }
}

void check_drain(const settings::drain_settings& drain, const problem_list& read,
                 problem_list& problems) {
  if (is_any_faulty({"drain.timeout_ms", "drain.delay_ms", "drain.spread_ms"}, read)) return;
  const auto needed = std::uint64_t{drain.delay_ms} + drain.spread_ms;
  if (needed <= drain.timeout_ms) return;
  problems.push_back({"drain.timeout_ms",
                      "is " + std::to_string(drain.timeout_ms) +
                          ", must be at least drain.delay_ms and drain.spread_ms together, which "
                          "are " +
                          std::to_string(needed)});
}

void check_rates(const settings::rate_settings& rates, const problem_list& read,
                 problem_list& problems) {
  auto check = [&](const std::string& name, const rate_limit& rate) {
    if (rate.per_second == 0 || rate.burst >= 1 || is_faulty("rates." + name, read)) return;
    problems.push_back(
        {"rates." + name + ".burst", "is 0, must be at least 1 if rates." + name +
                                         ".per_second is not 0; otherwise nothing is let through"});
  };
  check("connection.messages", rates.connection.messages);
  check("connection.joins", rates.connection.joins);
  check("connection.bytes", rates.connection.bytes);
  check("user.messages", rates.user.messages);
  check("address.connects", rates.address.connects);
  check("address.messages", rates.address.messages);
}

void check_proxies(const settings& all, problem_list& problems) {
  if (!all.listen.proxy_protocol || !all.listen.trusted_proxies.empty()) return;
  problems.push_back(
      {"listen.proxy_protocol",
       "is true, but listen.trusted_proxies is empty: every connection would be refused"});
}

void warn_of_pings(const settings::limit_settings& limits, const problem_list& read,
                   std::vector<std::string>& warnings) {
  if (limits.ping_ms == 0 || limits.ping_ms < limits.idle_ms) return;
  if (is_any_faulty({"limits.ping_ms", "limits.idle_ms"}, read)) return;
  warnings.push_back("limits.ping_ms: is " + std::to_string(limits.ping_ms) +
                     ", but limits.idle_ms (" + std::to_string(limits.idle_ms) +
                     ") closes an idle connection before the first ping");
}

void warn_of_rooms(const settings& all, const problem_list& read,
                   std::vector<std::string>& warnings) {
  std::vector<std::size_t> earlier;  // indexes of rules with a valid pattern
  for (std::size_t i = 0; i < all.rooms.size(); ++i) {
    const auto& rule = all.rooms[i];
    auto at = "rooms[" + std::to_string(i) + "]";
    if (is_faulty(at + ".match", read)) continue;
    for (const auto j : earlier) {
      if (!pattern_covers(all.rooms[j].match, rule.match)) continue;
      warnings.push_back(at + ".match: \"" + rule.match + "\" never applies: rooms[" +
                         std::to_string(j) + "] matches first with \"" + all.rooms[j].match + "\"");
      break;
    }
    earlier.push_back(i);
  }
}

}  // namespace

bool pattern_covers(const std::string& pattern, const std::string& other) {
  if (!pattern.ends_with('*')) return pattern == other;
  return other.starts_with(pattern.substr(0, pattern.size() - 1));
}

void check_together(const settings& all, problem_list& problems, std::vector<std::string>& warnings,
                    const key_checks& keys) {
  const auto read = problems;
  check_payload(all.limits, read, problems);
  check_ports(all, read, problems);
  check_mounts(all, read, problems);
  check_rooms(all, read, problems);
  check_drain(all.drain, read, problems);
  check_rates(all.rates, read, problems);
  check_proxies(all, problems);
  check_access(all, keys, problems, warnings);
  check_store(all, read, problems, warnings);
  check_cluster(all, read, problems);
  warn_of_pings(all.limits, read, warnings);
  warn_of_rooms(all, read, warnings);
}

}  // namespace roost
