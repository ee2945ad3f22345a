// SPDX-License-Identifier: Apache-2.0
// The wire form byte for byte: tests/golden/wire.txt.
#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "cluster/wire/kind_lists.hpp"
#include "tests/cluster/wire/encoded.hpp"
#include "tests/fixtures/golden_file.hpp"

namespace roost::cluster::wire {
namespace {

using names = std::vector<std::string>;

std::string hex_of(std::string_view data) {
  std::string out;
  for (const char c : data) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(c));
    out += digits.data();
  }
  return out;
}

template <class Message>
void check_golden(const std::string& name, const Message& message) {
  const auto bytes = encoded(message);
  INFO(name << " = hex " << hex_of(bytes));
  const auto golden = tests::golden_value("wire.txt", name);
  CHECK(hex_of(bytes) == hex_of(golden));
  const auto got = decode_as<Message>(slice_of(golden));
  REQUIRE(got);
  CHECK(same(got.value, message));
}

template <class Message, class... Kinds>
void check_kinds(const std::string& prefix, const names& all, kind_list<Kinds...>) {
  REQUIRE(all.size() == sizeof...(Kinds));
  std::size_t next = 0;
  (check_golden(prefix + all[next++], filler().of<Kinds, Message>()), ...);
}

template <class... Kinds>
void check_records(const names& all, kind_list<Kinds...>) {
  REQUIRE(all.size() == sizeof...(Kinds));
  std::size_t next = 0;
  (check_golden("record." + all[next++], entry_with<Kinds>(filler())), ...);
}

TEST_CASE("each kind of command has its golden bytes, in both directions") {
  check_kinds<command>("command.",
                       {"join", "leave", "push", "describe", "mark_read", "fetch",
                        "fetch_side_state", "publish", "query", "ephemeral", "attach", "detach"},
                       command_kinds());
  check_golden("command.unknown", filler().of<commands::unknown, command>());
}

TEST_CASE("each kind of event has its golden bytes, in both directions") {
  check_kinds<event>("event.",
                     {"ordered", "notification", "resync", "ephemeral", "head", "unicast", "kicked",
                      "crashed", "joined", "left", "done", "repeated", "refused", "page",
                      "side_state", "snapshot", "not_found", "attached"},
                     event_kinds());
}

TEST_CASE("each kind of log entry and record has its golden bytes, in both directions") {
  check_kinds<log_entry>("log_entry.", {"marker", "batch", "epochs", "release"}, log_entry_kinds());
  check_records({"ordered", "receipts", "crashed", "removed"}, record_kinds());
  check_golden("record.unknown", entry_with<records::unknown>(filler()));
}

TEST_CASE("a snapshot, a barrier and an identity have their golden bytes, in both directions") {
  check_golden("snapshot", filler().of<room_snapshot>());
  filler values;
  check_golden("parted_snapshot", parted_with(values));
  check_golden("barrier", filler().of<shard_barrier>());
  check_golden("identity", filler().of<store_identity>());
}

TEST_CASE("every line of the golden file is a message that is encoded again as it is") {
  for (const auto& line : tests::golden_lines("wire.txt")) {
    const auto name = line.substr(0, line.find(' '));
    const auto golden = tests::golden_value("wire.txt", name);
    INFO(name);
    const auto check = [&]<class Message>(decoded<Message> got) {
      REQUIRE(got);
      CHECK(encoded(got.value) == golden);
    };
    if (name.starts_with("command.")) {
      check(decode_as<command>(slice_of(golden)));
    } else if (name.starts_with("event.")) {
      check(decode_as<event>(slice_of(golden)));
    } else if (name == "snapshot") {
      check(decode_as<room_snapshot>(slice_of(golden)));
    } else if (name == "parted_snapshot") {
      check(decode_as<parted_snapshot>(slice_of(golden)));
    } else if (name == "barrier") {
      check(decode_as<shard_barrier>(slice_of(golden)));
    } else if (name == "identity") {
      check(decode_as<store_identity>(slice_of(golden)));
    } else {
      check(decode_as<log_entry>(slice_of(golden)));
    }
  }
}

}  // namespace
}  // namespace roost::cluster::wire
