// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/request_table.hpp"

#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

/// Notes how requests end. `more`: after a message they wait for another one.
struct requests {
  std::uint64_t add(const std::string& name, int timeout_ms = 100, bool more = false) {
    return pending.add(
        [this, name, more](const nats_reply& reply) {
          ends.push_back(name + ":" + std::to_string(static_cast<int>(reply.kind)));
          CHECK(reply.why.empty() == (reply.kind == reply_kind::message));
          return more;
        },
        milliseconds{timeout_ms}, start);
  }
  time_point at(int ms) const { return start + milliseconds{ms}; }
  static std::string end(const std::string& name, reply_kind kind) {
    return name + ":" + std::to_string(static_cast<int>(kind));
  }
  const time_point start{};
  std::vector<std::string> ends;
  request_table pending;
};

using list = std::vector<std::string>;
const nats_reply message{reply_kind::message, {}, nullptr};

}  // namespace

TEST_CASE("an answer goes to its request, once") {
  requests all;
  const auto first = all.add("first");
  const auto second = all.add("second");
  all.pending.answer(second, message, all.at(1));
  all.pending.answer(second, message, all.at(2));
  all.pending.answer(99, message, all.at(2));
  CHECK(all.ends == list{requests::end("second", reply_kind::message)});
  CHECK(all.pending.size() == 1);
  all.pending.answer(first, message, all.at(3));
  CHECK(all.pending.size() == 0);
}

TEST_CASE("a request times out, and a late answer is ignored") {
  requests all;
  const auto first = all.add("first", 100);
  all.add("second", 200);
  all.pending.expire(all.at(99));
  CHECK(all.ends.empty());
  all.pending.expire(all.at(100));
  CHECK(all.ends == list{requests::end("first", reply_kind::timed_out)});
  all.pending.answer(first, message, all.at(101));
  CHECK(all.ends.size() == 1);
  CHECK(all.pending.size() == 1);
}

TEST_CASE("a request for several messages times out after the last one") {
  requests all;
  const auto batch = all.add("batch", 100, true);
  all.pending.answer(batch, message, all.at(90));
  all.pending.expire(all.at(150));
  CHECK(all.pending.size() == 1);
  all.pending.expire(all.at(190));
  CHECK(all.ends.back() == requests::end("batch", reply_kind::timed_out));
  CHECK(all.pending.size() == 0);
}

TEST_CASE("all requests fail together when the connection breaks") {
  requests all;
  all.add("one");
  all.add("batch", 100, true);
  all.pending.fail_all(reply_kind::lost, "broken");
  CHECK(all.ends.size() == 2);
  CHECK(all.pending.size() == 0);
}

TEST_CASE("requests that nobody receives are answered when no others wait") {
  requests all;
  all.add("nobody");
  const auto answered = all.add("answered");
  all.pending.note_no_responders();
  CHECK(all.ends.empty());
  all.pending.answer(answered, message, all.at(1));
  CHECK(all.ends.back() == requests::end("nobody", reply_kind::no_responders));
  CHECK(all.pending.size() == 0);
}

TEST_CASE("a request that timed out takes its missing responders with it") {
  requests all;
  all.add("nobody", 100);
  const auto other = all.add("other", 200);
  all.pending.note_no_responders();
  all.pending.expire(all.at(100));
  CHECK(all.ends == list{requests::end("nobody", reply_kind::timed_out)});
  all.pending.answer(other, message, all.at(101));
  all.add("next");
  CHECK(all.pending.size() == 1);
}
