#include "config/base/redact.hpp"

#include "tests/support/catch.hpp"

using roost::log::redact;

TEST_CASE("values of token, access_token and api_key do not reach the log") {
  CHECK(redact("/socket/websocket?token=abc") == "/socket/websocket?token=[redacted]");
  CHECK(redact("/s?vsn=2.0.0&access_token=a.b.c&x=1") ==
        "/s?vsn=2.0.0&access_token=[redacted]&x=1");
  CHECK(redact("/s?api_key=k;token=t#end") == "/s?api_key=[redacted];token=[redacted]#end");
}

TEST_CASE("a key that hides behind percent signs or capitals is found") {
  CHECK(redact("/s?%74oken=abc") == "/s?%74oken=[redacted]");
  CHECK(redact("/s?ToKeN=abc") == "/s?ToKeN=[redacted]");
  CHECK(redact("/s?api%5Fkey=abc") == "/s?api%5Fkey=[redacted]");
}

TEST_CASE("a value with equals signs is replaced whole") {
  CHECK(redact("/s?token=a=b==") == "/s?token=[redacted]");
}

TEST_CASE("other names of secrets are known, also as one of others") {
  for (auto key : {"jwt", "auth_token", "id_token", "refresh_token", "client_secret", "password",
                   "authorization", "_csrf_token", "apikey", "params[token]", "params%5Btoken%5D",
                   "a[b][secret]"}) {
    const auto target = "/s?" + std::string{key};
    CHECK(redact(target + "=abc&x=1") == target + "=[redacted]&x=1");
  }
}

TEST_CASE("a signed token is found under any key, and without one") {
  CHECK(redact("/s?q=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln&x=1") == "/s?q=[redacted]&x=1");
  CHECK(redact("/s?eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln") == "/s?[redacted]");
  CHECK(redact("/s?q=eyJub3QgYSB0b2tlbiJ9") == "/s?q=eyJub3QgYSB0b2tlbiJ9");
}

TEST_CASE("everything else stays as it came") {
  for (auto target :
       {"/", "/token=abc", "/s?", "/s?vsn=2.0.0", "/s?tokens=1&my_token=2", "/s?token",
        "/s?token[a]=1", "/s?a]=1", "/s?%", "/s?%7=1", "/s?a=1&&b=2", ""}) {
    CHECK(redact(target) == target);
  }
}
