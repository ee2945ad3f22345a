// Every metric of the process, declared once, as rows in metric_rows.cpp.
// Logic speaks in verbs of these enums; names, help texts and labels live in the catalogue only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/ids.hpp"

namespace roost {

/// Owns: the Prometheus registry. Runs on: any thread (each call is atomic).
/// Ends: with the process. Labels are a fixed list per metric, so their number is bounded.
class metrics {
 public:
  enum class counter : std::uint8_t {
    connections_opened,    ///< WebSocket sessions opened
    connections_closed,    ///< label code,by: close code; client or server
    handshakes_refused,    ///< label reason: errc name
    messages_in,           ///< messages decoded from clients
    deliveries_out,        ///< frames put into outboxes
    bytes_in,              ///< payload bytes of WebSocket frames from clients
    bytes_out,             ///< bytes handed to the kernel for WebSockets
    sends,                 ///< send calls for WebSockets
    encodes,               ///< frames encoded (once per codec, whatever the number of members)
    malformed,             ///< label reason: what was wrong, as the decoders' details have it
    messages_dropped,      ///< label reason: readable messages that get no answer
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
    messages,              ///< label direction,class: "in,join", "out,reply", ...
    auth_results,          ///< label result: ok or what was wrong with the token
    token_expiries,        ///< label step: warned, refreshed or ended
    revocations,           ///< label by: user or token
    jwks_fetches,          ///< label result: ok or failed
    rate_refusals,         ///< label scope,kind: as the settings under rates
    evictions,             ///< connections ended for a newer one of their user
    idle_ends,             ///< connections ended for their silence
    abnormal_closes,       ///< label reason: eof, reset or timeout
    pings_sent,            ///< pings of the server
    api_requests,          ///< label route,status: "publish,2xx", ...
    reloads,               ///< label result: changed, unchanged or refused
    rooms_refused,         ///< joins that would have made one room too many
    histories_cut,         ///< label how: forgotten or shortened, as the node holds too much
    memory_cuts,           ///< label of: what was given up or refused at a node-wide bound
    count_,
  };
  enum class gauge : std::uint8_t {
    connections,
    rooms,
    members,
    loops,
    ready,
    rooms_with_history,  ///< rooms that hold an event
    history_bytes,
    ring_bytes,         ///< events that edges hold for members that catch up
    presence_bytes,     ///< members as presence shows them
    idempotency_bytes,  ///< values of pushes that count once
    receipt_bytes,      ///< read receipts
    answer_bytes,       ///< answers that edges may ask for again
    outbox_bytes,       ///< waiting in outboxes
    outboxes_waiting,   ///< outboxes that hold something
    inbound_messages,   ///< taken from clients and not answered yet
    inbound_bytes,      ///< of those, and what was read and waits for credit
    partial_bytes,      ///< messages that have not arrived whole
    upgrades_pending,   ///< connections whose first request is not done
    rate_buckets,       ///< users and addresses whose rates are remembered
    count_,
  };
  enum class histogram : std::uint8_t {
    loop_turn,  ///< a turn of a loop, without its wait
    handling,   ///< one message of a client in its connection
    count_,
  };
  enum class kind : std::uint8_t { counter, gauge, histogram };

  /// A row of the catalogue, for the docs page.
  struct row {
    std::string_view name;  ///< with the prefix roost_
    kind type;
    std::string_view label;  ///< empty: none; "a,b": two, their values are written "x,y"
    std::string_view help;
  };

  /// Somebody who counts by himself, where each addition here would be a contest between threads.
  /// Owns: what was counted. Runs on: asked from any thread, one at a time. Ends: with both owners.
  class source {
   public:
    virtual ~source() = default;
    /// Adds to `to` what came since the last call.
    virtual void tell(metrics& to) = 0;
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
  /// `where`: the loop that measured; each has its own counts, so that loops do not share lines.
  void observe(histogram which, loop_id where, std::chrono::nanoseconds took);
  /// From now on asks it whenever somebody reads. It lives as long as this.
  void ask(std::shared_ptr<source> who);
  /// Sum over all label values.
  double value(counter which) const;
  double value(gauge which) const;
  /// What add() and set() made of it, without asking anybody: a single look.
  double added_here(gauge which) const;
  /// How many were observed.
  double value(histogram which) const;
  /// Prometheus text format, version 0.0.4.
  std::string text() const;
  /// The same as a JSON object: {"roost_x_total": number | {label: number}}; of a histogram
  /// its count, sum and counts up to each bound.
  std::string json() const;
  static std::span<const row> catalogue();
  /// The values that the label of a metric may take, "other" last; none without a label.
  static std::vector<std::string> label_values(std::string_view name);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace roost
