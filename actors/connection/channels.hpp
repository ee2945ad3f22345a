// Decides what a connection does with each client message (docs/protocol.md). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/messages.hpp"
#include "config/base/indexed_vector.hpp"
#include "config/settings.hpp"
#include "net/auth/access.hpp"
#include "net/protocol/codec.hpp"

namespace roost::actors {

/// The action for one message.
struct message_result {
  enum class action_kind : std::uint8_t {
    drop,     ///< ignore it without a reply: its join_ref is stale
    answer,   ///< reply at once; no channel is affected
    forward,  ///< send `request` to the edge of the topic; the channel exists
    open,     ///< create the channel, then forward
  };
  action_kind action = action_kind::drop;
  errc why = errc::none;  ///< answer: the error; none: ok {}
  net::ref join_ref;      ///< answer: the join_ref of the reply
  edge_request request;
};

/// The channels of one connection by topic. `Edge` is a handle that is stored with each channel and
/// never used here. Lookup and count take constant time, because every message needs both.
/// Owns: the channels. Runs on: the connection's loop. Ends: with the connection.
template <class Edge>
class channel_table {
 public:
  struct channel {
    roost::topic topic;
    net::ref join_ref;
    net::ref join_reference;    ///< ref of the join; accepted instead of join_ref
    channel_serial serial = 0;  ///< from 1 on
    bool is_leaving = false;    ///< changed only by the table
    Edge edge{};

    std::string_view key() const { return topic.name; }
    bool is_gap() const { return serial == 0; }
    void make_gap() { *this = {}; }
  };

  channel* find(std::string_view topic_name) { return channels_.find(topic_name); }
  /// The serial for the next join.
  channel_serial next_serial() const { return last_serial_ + 1; }
  channel& open(const message_result& by, std::string_view topic_name, Edge edge) {
    last_serial_ = by.request.serial;
    return channels_.add({topic{topic_name}, channel_ref(by.request), by.request.reference,
                          last_serial_, false, std::move(edge)});
  }
  /// Another join of the same topic replaces the channel.
  void rejoin(channel& here, const message_result& by) {
    here.serial = last_serial_ = by.request.serial;
    here.join_ref = channel_ref(by.request);
    here.join_reference = by.request.reference;
    leaving_ -= std::exchange(here.is_leaving, false) ? 1 : 0;
  }
  /// Marks the channel as leaving. False: it was leaving already.
  bool leave(channel& here) {
    if (std::exchange(here.is_leaving, true)) return false;
    ++leaving_;
    return true;
  }
  /// Removes the channel unless a newer join has replaced it. True: it was removed.
  bool ended(const topic& topic, channel_serial serial) {
    auto* found = find(topic.name);
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
  /// Channels that count against limits.channels_max. Leaving channels do not, so that a client can
  /// join another topic without waiting for the leave; the client's credit bounds their number.
  std::size_t held() const { return size() - leaving_; }

 private:
  indexed_vector<channel> channels_;  // at most limits.channels_max; a connection has few
  std::uint32_t leaving_ = 0;
  channel_serial last_serial_ = 0;
};

/// The facts about a channel that the rules need.
struct channel_facts {
  net::ref join_ref;
  channel_serial serial = 0;
  bool is_leaving = false;
  net::ref join_reference = {};  ///< ref of its join; some clients use it as join_ref
};

/// The rights of a connection that follow from its token.
struct access_result {
  net::auth::principal principal = nullptr;  ///< null: anonymous
  bool awaits_token = false;                 ///< a valid token is required and has not come yet
  errc token = errc::none;                   ///< result of checking the token in this message
};

/// The token in a message, to be verified before decide(); none: the message has no token. Fails
/// with invalid_payload if a token is required but missing, or if it is no string.
std::optional<result<std::string>> token_in(const net::inbound& said,
                                            const std::optional<channel_facts>& found);

/// Whether `rule` lets `who` join. By default, everybody may join if no token key is configured,
/// and otherwise everybody with a token.
bool may_join(const settings& config, const room_rule& rule, std::string_view topic_name,
              net::auth::principal principal);

/// Decides about one client message. `found`: the channel of its topic, if any. `channels`: how
/// many channels of the connection count against the limit. An accepted join gets `next_serial`.
message_result decide(const net::inbound& said, const std::optional<channel_facts>& found,
                      std::size_t channels, channel_serial next_serial, net::wire_format format,
                      const settings& config, const access_result& as = {});

}  // namespace roost::actors
