// The rules by which a connection treats a client's message (docs/protocol.md). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages.hpp"
#include "config/settings.hpp"
#include "net/auth/access.hpp"
#include "net/protocol/codec.hpp"

namespace roost::actors {

/// What to do with one message.
struct decision {
  enum class kind : std::uint8_t {
    drop,     ///< nothing, not even an answer
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
template <class Edge>
class channel_table {
 public:
  struct channel {
    topic where;
    net::ref join_ref;
    channel_serial serial = 0;
    bool is_leaving = false;
    Edge edge;
  };

  channel* find(std::string_view topic_name) {
    for (auto& each : channels_) {
      if (each.where.name == topic_name) return &each;
    }
    return nullptr;
  }
  channel& open(const decision& by, std::string_view topic_name, Edge edge) {
    channels_.push_back(
        {topic{topic_name}, channel_ref(by.request), by.request.serial, false, std::move(edge)});
    return channels_.back();
  }
  /// The channel is over, unless a newer join has taken its place. True: it was removed.
  bool ended(const topic& where, channel_serial serial) {
    auto* found = find(where.name);
    if (!found || found->serial != serial) return false;
    channels_.erase(channels_.begin() + (found - channels_.data()));
    return true;
  }
  std::vector<channel>& all() { return channels_; }
  const std::vector<channel>& all() const { return channels_; }
  /// Channels that count against the limit: one that leaves has made its place free already, as a
  /// client may join elsewhere without waiting. Those are bounded by the client's credit.
  std::size_t held() const {
    std::size_t out = 0;
    for (const auto& each : channels_) out += each.is_leaving ? 0 : 1;
    return out;
  }

 private:
  std::vector<channel> channels_;  // at most limits.channels_max; a connection has few
};

/// What a rule needs to know of a channel.
struct channel_facts {
  net::ref join_ref;
  channel_serial serial = 0;
  bool is_leaving = false;
};

/// Names of the protocol, which nobody may push or publish.
bool is_reserved_event(std::string_view event);

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
