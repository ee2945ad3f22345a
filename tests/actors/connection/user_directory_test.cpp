#include "actors/connection/user_directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>

#include "tests/support/catch.hpp"

using namespace roost;
using namespace roost::actors;

namespace {

/// Actors that do nothing; only who they are counts.
struct bench {
  caf::actor make() {
    return system.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  }
  user_directory::admission add(std::uint64_t link, const caf::actor& who, std::uint32_t most = 0,
                                bool evicts = false) {
    return users.add("ada", connection_id{link}, who, most, evicts);
  }
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::actor a = make(), b = make(), c = make();
  user_directory users;
  ~bench() {
    for (const auto* each : {&a, &b, &c}) caf::anon_send_exit(*each, caf::exit_reason::kill);
  }
};

}  // namespace

TEST_CASE("a user's connections are listed, the oldest first, until they are removed") {
  bench it;
  it.add(1, it.a);
  it.add(2, it.b);
  CHECK(it.users.of("ada") == std::vector{it.a, it.b});
  CHECK(it.users.count("ada") == 2);
  CHECK(it.users.count("bob") == 0);
  it.users.remove("ada", connection_id{1});
  it.users.remove("ada", connection_id{9});
  it.users.remove("bob", connection_id{2});
  CHECK(it.users.of("ada") == std::vector{it.b});
  it.users.remove("ada", connection_id{2});
  CHECK(it.users.of("ada").empty());
}

TEST_CASE("over the limit a new connection is refused, and the old ones stay") {
  bench it;
  CHECK(it.add(1, it.a, 1).is_in);
  CHECK_FALSE(it.add(2, it.b, 1).is_in);
  CHECK(it.users.of("ada") == std::vector{it.a});
  it.users.remove("ada", connection_id{1});
  CHECK(it.add(2, it.b, 1).is_in);
}

TEST_CASE("over the limit the oldest connections make place where the settings say so") {
  bench it;
  it.add(1, it.a);
  it.add(2, it.b);
  const auto came = it.add(3, it.c, 1, true);  // the limit was lowered meanwhile
  CHECK(came.is_in);
  CHECK(came.evicted == std::vector{it.a, it.b});
  CHECK(it.users.of("ada") == std::vector{it.c});
}
