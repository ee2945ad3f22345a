// Every metric of the process, declared once, as rows in metrics.cpp.
// Logic speaks in verbs of these enums; names, help texts and labels live in the catalogue only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// Owns: the Prometheus registry. Runs on: any thread (each call is atomic).
/// Ends: with the process. Labels are a fixed list per metric, so their number is bounded.
class metrics {
 public:
  enum class counter : std::uint8_t {
    connections_opened,    ///< WebSocket sessions opened
    connections_closed,    ///< label code: close code
    handshakes_refused,    ///< label reason: errc name
    messages_in,           ///< messages decoded from clients
    deliveries_out,        ///< frames put into outboxes
    bytes_in,              ///< payload bytes of WebSocket frames from clients
    bytes_out,             ///< bytes handed to the kernel for WebSockets
    sends,                 ///< send calls for WebSockets
    encodes,               ///< frames encoded (once per codec, whatever the number of members)
    malformed,             ///< label reason: errc name
    joins,                 ///< label result: ok or error
    pushes_refused,        ///< label reason: errc name
    events_ordered,        ///< events that got an offset
    slow_consumers,        ///< connections closed 1013
    rooms_crashed,         ///< rooms that failed and told their members
    accepts_paused,        ///< accept stopped for lack of file descriptors
    http_requests,         ///< label status class: 2xx 3xx 4xx 5xx
    flushes_budget_spent,  ///< loop turns that ended with outboxes still waiting
    ephemeral_dropped,     ///< ephemeral events that did not get into an outbox under pressure
    ephemeral_conflated,   ///< ephemeral events that a newer one replaced in an outbox
    resumes,               ///< label result: recovered or not_recovered
    resumes_lost,          ///< catch-ups whose next events were trimmed away meanwhile
    rooms_restarted,       ///< rooms restored after they failed
    presence_diffs,        ///< presence_diff events given out
    receipts_marked,       ///< read receipts that moved
    repeated_pushes,       ///< pushes answered as repeats of one done before (idempotency)
    commands_resent,       ///< commands sent again to an owner, for want of an answer
    edge_gaps,             ///< gaps that an edge found in a room's events and filled
    count_,
  };
  enum class gauge : std::uint8_t {
    connections,
    rooms,
    members,
    loops,
    ready,
    history_bytes,
    count_,
  };
  enum class kind : std::uint8_t { counter, gauge };

  /// A row of the catalogue, for the docs page.
  struct row {
    std::string_view name;  ///< with the prefix roost_
    kind type;
    std::string_view label;  ///< empty: none
    std::string_view help;
  };

  metrics();
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  void add(counter which, double n = 1);
  /// `label_value` must be one of the catalogue's values for this metric, else it counts as
  /// "other".
  void add(counter which, std::string_view label_value, double n = 1);
  void add(gauge which, double n);
  void set(gauge which, double value);
  /// Sum over all label values.
  double value(counter which) const;
  double value(gauge which) const;
  /// Prometheus text format, version 0.0.4.
  std::string text() const;
  /// The same as a JSON object: {"roost_x_total": number | {label: number}}.
  std::string json() const;
  static std::span<const row> catalogue();
  /// The values that the label of a metric may take, "other" last; none without a label.
  static std::vector<std::string> label_values(std::string_view name);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace roost
