#include "config/schema_access.hpp"

#include "config/access_forms.hpp"
#include "config/forms.hpp"

namespace roost {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr bounds text_bytes{0, 4'096};

}  // namespace

void declare_auth(setting_table<settings>& t) {
  t.reloadable()
      .text(ROOST_FIELD(auth.hs256_secret),
            "Key of tokens that are signed with HS256, at least 32 bytes. Empty: none.", text_bytes,
            nullptr)
      .secret()
      .text(ROOST_FIELD(auth.jwks_file),
            "File with the public keys of tokens (RS256, ES256, EdDSA) as a JWKS, relative to the "
            "configuration file. Empty: none.",
            text_bytes, value_formats::field_name)
      .text(ROOST_FIELD(auth.jwks_url),
            "Where such a JWKS is fetched, and fetched again in the background. Empty: none.",
            text_bytes, value_formats::web_address)
      .text(ROOST_FIELD(auth.issuer), "What iss of a token must be. Empty: anything.", text_bytes,
            value_formats::field_name)
      .text(ROOST_FIELD(auth.audience), "What aud of a token must have. Empty: anything.",
            text_bytes, value_formats::field_name)
      .number(ROOST_FIELD(auth.leeway_ms),
              "How far the clock of whoever signs may differ, for exp and nbf.", "ms", {0, hour_ms})
      .number(ROOST_FIELD(auth.grace_ms),
              "From token_expired to the end of the connection, for a new token to come.", "ms",
              {0, 24 * hour_ms})
      .number(ROOST_FIELD(auth.first_message_ms),
              "Where auth is required: how long a connection may be without a valid token.", "ms",
              {10, hour_ms})
      .text(ROOST_FIELD(auth.cookie), "Name of a cookie that holds a token. Empty: none.", {0, 255},
            value_formats::cookie_name);
}

std::vector<setting<socket_settings>> declare_socket() {
  setting_table<socket_settings> t;
  t.text(ROOST_FIELD(path), "Where clients connect: {path}/websocket.", {2, 255},
         value_formats::mount_path)
      .list(ROOST_FIELD(origins),
            "Pages that may connect: any, same (pages of this node, see listen.host_names), or a "
            "list of //host, //*.host, https://host:1234. No Origin header is always allowed.",
            value_type::origins, value_formats::origin_entry)
      .list(ROOST_FIELD(subprotocols), "WebSocket subprotocols that are accepted.",
            value_type::texts, value_formats::subprotocol)
      .choice(
          ROOST_FIELD(auth),
          "Tokens: not looked at, checked where one is given, or needed before anything works.");
  return t.take();
}

void declare_allow(setting_table<room_rule>& t) {
  t.formed(ROOST_FIELD(allow.join),
           "Who may join: everybody, whoever has a valid token, the user whose sub is the topic's "
           "part after the first colon, whoever the token's grants allow it, whoever has a claim "
           "with one of the values, or nobody.",
           value_type::access, "any where no key for tokens is configured, else user")
      .formed(ROOST_FIELD(allow.push),
              "Which members may push: a rule for every event, or a list in which the first whose "
              "events match decides; an event that none matches is refused.",
              value_type::pushes, "any: every member");
}

}  // namespace roost
