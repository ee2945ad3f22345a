// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_access.hpp"

#include "config/schema/access_formats.hpp"
#include "config/schema/value_formats.hpp"

namespace roost {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr bounds text_bytes{0, 4'096};

}  // namespace

void declare_auth(setting_table<settings>& t) {
  t.reloadable()
      .text(ROOST_FIELD(auth.hs256_secret),
            "Secret that verifies tokens signed with HS256, at least 32 bytes. Empty: none.",
            text_bytes, nullptr)
      .secret()
      .text(ROOST_FIELD(auth.jwks_file),
            "JWKS file with the public keys that verify tokens (RS256, ES256, EdDSA), relative to "
            "the configuration file. Empty: none.",
            text_bytes, value_formats::field_name)
      .text(ROOST_FIELD(auth.jwks_url),
            "URL of a JWKS, fetched at the start and refreshed in the background. Empty: none.",
            text_bytes, value_formats::web_address)
      .text(ROOST_FIELD(auth.issuer), "Required value of a token's `iss` claim. Empty: any.",
            text_bytes, value_formats::field_name)
      .text(ROOST_FIELD(auth.audience),
            "Value that a token's `aud` claim must contain. Empty: any.", text_bytes,
            value_formats::field_name)
      .number(ROOST_FIELD(auth.leeway_ms),
              "Allowed difference between this node's clock and the token issuer's, for `exp` and "
              "`nbf`.",
              "ms", {0, hour_ms})
      .number(ROOST_FIELD(auth.grace_ms),
              "Time between `token_expired` and the close of the connection, in which the client "
              "can send a new token.",
              "ms", {0, 24 * hour_ms})
      .number(ROOST_FIELD(auth.first_message_ms),
              "Maximum time that a connection may stay open without a valid token, if `auth` is "
              "`required`.",
              "ms", {10, hour_ms})
      .text(ROOST_FIELD(auth.cookie), "Name of a cookie that holds a token. Empty: none.", {0, 255},
            value_formats::cookie_name);
}

std::vector<setting<socket_settings>> declare_socket() {
  setting_table<socket_settings> t;
  t.text(ROOST_FIELD(path), "Path of the mount; clients connect to {path}/websocket.", {2, 255},
         value_formats::mount_path)
      .list(ROOST_FIELD(origins),
            "Pages that may connect: `any`, `same` (pages of this node, see listen.host_names), or "
            "a list of //host, //*.host, https://host:1234. A client without an Origin header is "
            "always allowed.",
            value_type::origins, value_formats::origin_entry)
      .list(ROOST_FIELD(subprotocols), "WebSocket subprotocols that are accepted.",
            value_type::texts, value_formats::subprotocol)
      .choice(ROOST_FIELD(auth),
              "Tokens: `none` ignores them, `optional` checks a token that is given, `required` "
              "refuses everything without a valid token.");
  return t.take();
}

void declare_allow(setting_table<room_rule>& t) {
  t.custom(ROOST_FIELD(allow.join),
           "Clients that may join: everybody (`any`), any user with a valid token (`user`), the "
           "user whose "
           "`sub` is the part of the topic after the first colon (`self`), users whose token "
           "grants it (`grant`), users with one of the values of a claim, or nobody (`none`).",
           value_type::access, "any if no token key is configured, otherwise user")
      .custom(ROOST_FIELD(allow.push),
              "Members that may push: one rule for all events, or a list in which the first entry "
              "whose `events` match decides; an event without a match is refused.",
              value_type::pushes, "any (every member)");
}

}  // namespace roost
