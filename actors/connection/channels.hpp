// The rules by which a connection treats a client's message (docs/protocol.md). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/indexed_vector.hpp"
#include "actors/messages.hpp"
#include "config/settings.hpp"
#include "net/auth/access.hpp"
#include "net/protocol/codec.hpp"

namespace roost::actors {

/// What to do with one message.
struct decision {
  enum class kind : std::uint8_t {
    drop,     ///< nothing, not even an answer: its join_ref is stale
    answer,   ///< `reply` at once: no channel is touched
    forward,  ///< `request` to the edge of the message's topic, to which there is a channel
    open,     ///< the same, and the edge must be found first: the channel is new
  };
  kind what = kind::drop;
  errc why = errc::none;  ///< answer: none is ok {}
  net::ref join_ref;      ///< answer: which join_ref it carries
  edge_request request;
};

/// Owns: a connection's channels by topic. Runs on: the connection's loop. Ends: with it.
/// `Edge` is a handle that belongs to each channel; the rules do not look at it.
/// Every message looks up its channel and counts them: both take constant time.
template <class Edge>
class channel_table {
 public:
  struct channel {
    topic where;
    net::ref join_ref;
    net::ref join_reference;    ///< stands for join_ref too
    channel_serial serial = 0;  ///< from 1 on
    bool is_leaving = false;    ///< changed by the table only
    Edge edge{};

    std::string_view key() const { return where.name; }
    bool is_gap() const { return serial == 0; }
    void make_gap() { *this = {}; }
  };

  channel* find(std::string_view topic_name) { return channels_.find(topic_name); }
  /// For the next join.
  channel_serial next_serial() const { return last_serial_ + 1; }
  channel& open(const decision& by, std::string_view topic_name, Edge edge) {
    last_serial_ = by.request.serial;
    return channels_.add({topic{topic_name}, channel_ref(by.request), by.request.reference,
                          last_serial_, false, std::move(edge)});
  }
  /// Another join of the same topic takes the channel's place.
  void rejoin(channel& here, const decision& by) {
    here.serial = last_serial_ = by.request.serial;
    here.join_ref = channel_ref(by.request);
    here.join_reference = by.request.reference;
    leaving_ -= std::exchange(here.is_leaving, false) ? 1 : 0;
  }
  /// False: it was leaving already.
  bool leave(channel& here) {
    if (std::exchange(here.is_leaving, true)) return false;
    ++leaving_;
    return true;
  }
  /// The channel is over, unless a newer join has taken its place. True: it was removed.
  bool ended(const topic& where, channel_serial serial) {
    auto* found = find(where.name);
    if (!found || found->serial != serial) return false;
    leaving_ -= found->is_leaving ? 1 : 0;
    channels_.erase(*found);
    return true;
  }
  void clear() {
    channels_.clear();
    leaving_ = 0;
  }
  template <class Visitor>
  void each(Visitor visit) {
    channels_.each(visit);
  }
  template <class Visitor>
  void each(Visitor visit) const {
    channels_.each(visit);
  }
  std::size_t size() const { return channels_.size(); }
  /// Channels that count against the limit: one that leaves has made its place free already, as a
  /// client may join elsewhere without waiting. Those are bounded by the client's credit.
  std::size_t held() const { return size() - leaving_; }

 private:
  indexed_vector<channel> channels_;  // at most limits.channels_max; a connection has few
  std::uint32_t leaving_ = 0;
  channel_serial last_serial_ = 0;
};

/// What a rule needs to know of a channel.
struct channel_facts {
  net::ref join_ref;
  channel_serial serial = 0;
  bool is_leaving = false;
  net::ref join_reference = {};  ///< the ref of its join: some clients go on with that
};

/// What a connection may do, as far as that follows from its token.
struct standing {
  net::auth::asker who = nullptr;  ///< null: anonymous
  bool is_held = false;            ///< nothing works before a valid token comes
  errc token = errc::none;         ///< what became of the token that this message carries
};

/// The token that a message carries and that has to be looked at before decide(); none: it carries
/// none. Fails with invalid_payload where there must be one, or something else is in its place.
std::optional<result<std::string>> token_in(const net::inbound& said,
                                            const std::optional<channel_facts>& found);

/// Whether `rule` lets `who` join. Where it says nothing: everybody while no key for tokens is
/// configured, else whoever has a token.
bool may_join(const settings& config, const room_rule& rule, std::string_view topic_name,
              net::auth::asker who);

/// The rules for one message of a client. `found`: the channel of its topic, if any.
/// `channels`: how many the connection has. A join that is taken gets `next_serial`.
decision decide(const net::inbound& said, const std::optional<channel_facts>& found,
                std::size_t channels, channel_serial next_serial, net::wire_format format,
                const settings& config, const standing& as = {});

}  // namespace roost::actors
