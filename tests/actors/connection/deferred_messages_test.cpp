// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/deferred_messages.hpp"

#include <map>
#include <random>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

constexpr std::uint32_t bytes_each = 100;

/// A message that carries a number, to tell it from the others.
net::inbound message_of(std::string topic_name, std::string event, int number = 0) {
  net::inbound out;
  out.decoded.topic = std::move(topic_name);
  out.decoded.event = std::move(event);
  out.decoded.reference.json = std::to_string(number);
  return out;
}

int number_of(const net::inbound& in) { return std::stoi(in.decoded.reference.json); }

deferred_messages::limit_settings limits(std::uint32_t messages, std::uint32_t bytes = 1'000'000) {
  deferred_messages::limit_settings out;
  out.inbound_messages_max = messages;
  out.inbound_bytes_max = bytes;
  return out;
}

/// A connection whose authorizer answers at random: at once or later.
/// Owns: the messages that wait. Runs on: the test's thread. Ends: with its test.
class random_connection {
 public:
  explicit random_connection(std::uint32_t seed) : random_(seed) {}

  void say(int topic_index) {
    const auto topic_name = "room:" + std::to_string(topic_index);
    auto in = message_of(topic_name, random_() % 8 == 0 ? "phx_leave" : "msg", ++last_number_);
    const bool is_bounded = in.decoded.event == "msg";
    const bool waits = deferred_.must_wait(in.decoded);
    REQUIRE(waits == questions_.contains(topic_name));
    const bool has_room = deferred_.has_space_for(in.decoded, bytes_each, limits_);
    REQUIRE(has_room == (!is_bounded || pushes_ < limits_.inbound_messages_max / 2));
    if (!waits) {
      if (const auto question = decide(in, has_room)) {
        questions_[topic_name] = question;
        pushes_ += is_bounded ? 1 : 0;
        deferred_.add_first({std::move(in), bytes_each}, question);
      }
    } else if (has_room) {
      pushes_ += is_bounded ? 1 : 0;
      deferred_.add({std::move(in), bytes_each});
    }
  }
  /// Answers one of the pending questions, not always the oldest.
  void answer_one() {
    if (questions_.empty()) return;
    auto chosen =
        std::next(questions_.begin(), static_cast<std::ptrdiff_t>(random_() % questions_.size()));
    const auto topic_name = chosen->first;
    const auto question = chosen->second;
    questions_.erase(chosen);
    REQUIRE(deferred_.is_asking(topic_name, question));
    deferred_.resume(topic_name, [&](const deferred_message& message, bool is_first) {
      const auto next = is_first ? done(message.in) : decide(message.in, true);
      if (next != 0) {
        questions_[topic_name] = next;
      } else if (message.in.decoded.event == "msg") {
        --pushes_;
      }
      return next;
    });
    REQUIRE_FALSE(deferred_.is_asking(topic_name, question));
  }
  bool is_idle() const { return questions_.empty() && deferred_.is_empty() && pushes_ == 0; }

 private:
  std::uint64_t decide(const net::inbound& in, bool may_wait) {
    return may_wait && random_() % 3 == 0 ? ++last_question_ : done(in);
  }
  std::uint64_t done(const net::inbound& in) {
    auto& last = last_done_[in.decoded.topic];
    REQUIRE(number_of(in) > last);
    last = number_of(in);
    return 0;
  }

  std::mt19937 random_;
  deferred_messages deferred_;
  deferred_messages::limit_settings limits_ = limits(16);
  std::map<std::string, std::uint64_t> questions_;
  std::map<std::string, int> last_done_;
  std::uint32_t pushes_ = 0;
  std::uint64_t last_question_ = 0;
  int last_number_ = 0;
};

}  // namespace

TEST_CASE("messages of a topic wait behind the first one and messages of other topics pass") {
  deferred_messages waiting;
  CHECK_FALSE(waiting.must_wait(message_of("room:1", "msg").decoded));
  waiting.add_first({message_of("room:1", "phx_join"), 10}, 5);
  for (const auto* event : {"msg", "phx_leave", "phx_join", "access_token"}) {
    CHECK(waiting.must_wait(message_of("room:1", event).decoded));
    CHECK_FALSE(waiting.must_wait(message_of("room:2", event).decoded));
  }
  CHECK_FALSE(waiting.must_wait(message_of("phoenix", "heartbeat").decoded));
  auto other = message_of("room:1", "msg");
  other.decoded.topic_is_string = false;
  CHECK_FALSE(waiting.must_wait(other.decoded));
}

TEST_CASE("a heartbeat passes even if the topic phoenix waits") {
  deferred_messages waiting;
  waiting.add_first({message_of("phoenix", "phx_join"), 10}, 5);
  CHECK_FALSE(waiting.must_wait(message_of("phoenix", "heartbeat").decoded));
  CHECK(waiting.must_wait(message_of("phoenix", "msg").decoded));
}

TEST_CASE("after an answer the messages are decided in order until one has to wait again") {
  deferred_messages waiting;
  waiting.add_first({message_of("room:1", "phx_join", 1), 10}, 5);
  for (int i = 2; i <= 4; ++i) waiting.add({message_of("room:1", "msg", i), 10});
  CHECK(waiting.is_asking("room:1", 5));
  CHECK_FALSE(waiting.is_asking("room:1", 6));
  CHECK_FALSE(waiting.is_asking("room:2", 5));
  CHECK_FALSE(waiting.is_asking_for_push("room:1"));
  std::vector<int> decided;
  const auto resume = [&](int waits_again) {
    waiting.resume("room:1", [&](const deferred_message& message, bool is_first) {
      CHECK(is_first == decided.empty());
      decided.push_back(number_of(message.in));
      return decided.back() == waits_again ? std::uint64_t{9} : 0;
    });
    return std::exchange(decided, {});
  };
  CHECK(resume(3) == std::vector{1, 2, 3});
  CHECK(waiting.is_asking("room:1", 9));
  CHECK_FALSE(waiting.is_asking("room:1", 5));
  CHECK(waiting.is_asking_for_push("room:1"));
  CHECK(resume(3) == std::vector{3});
  CHECK(resume(0) == std::vector{3, 4});
  CHECK(waiting.is_empty());
  CHECK(resume(0).empty());
  CHECK_FALSE(waiting.must_wait(message_of("room:1", "msg").decoded));
}

TEST_CASE("pushes take at most half of the credit and joins and leaves always wait") {
  deferred_messages waiting;
  const auto push = message_of("room:1", "msg");
  const auto has_room = [&](const net::inbound& in, std::uint32_t messages, std::uint32_t bytes) {
    return waiting.has_space_for(in.decoded, bytes_each, limits(messages, bytes));
  };
  CHECK(has_room(push, 1, 1));  // one message may always wait
  waiting.add_first({push, bytes_each}, 5);
  CHECK(has_room(push, 4, 4 * bytes_each));
  CHECK_FALSE(has_room(push, 3, 4 * bytes_each));
  CHECK_FALSE(has_room(push, 4, 4 * bytes_each - 1));
  for (const auto* event : {"phx_join", "phx_leave"}) {
    CHECK(has_room(message_of("room:1", event), 1, 1));
    waiting.add({message_of("room:1", event), bytes_each});
  }
  CHECK(has_room(push, 4, 4 * bytes_each));  // joins and leaves do not count
  waiting.resume("room:1", [](const auto&, bool) { return 0; });
  CHECK(has_room(push, 1, 1));
}

TEST_CASE("the order of each topic and the bound hold under random questions and answers") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    random_connection it(seed);
    std::mt19937 random(seed);
    for (int step = 0; step < 2'000; ++step) {
      const bool says = random() % 100 < (step / 200 % 2 == 0 ? 70U : 40U);
      says ? it.say(static_cast<int>(random() % 12)) : it.answer_one();
    }
    for (int step = 0; step < 2'000; ++step) it.answer_one();
    CHECK(it.is_idle());
  }
}
