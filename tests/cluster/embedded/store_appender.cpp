// SPDX-License-Identifier: Apache-2.0
// Appends to the logs of a store and replaces its snapshots until it is killed. Prints each write
// that was stored: "log SHARD SEQUENCE", "snapshot KEY SEQUENCE". Exit code 3: cannot open it.
//
//   store_appender FOLDER always|interval
#include <unistd.h>

#include <cstdint>
#include <future>
#include <iostream>
#include <string>

#include "cluster/embedded/embedded_store.hpp"

namespace {

using namespace roost;
using namespace roost::cluster;

constexpr std::uint32_t shards = 8;

/// One system call for each line, so that a kill cuts none.
void print(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) ::_exit(1);
}

slice slice_of(const std::string& text) { return slice::of(bytes_ptr::copy(text)); }

/// One append in flight for each log. Each message is its sequence, with a size that varies.
void append_next(embedded_store& store, std::uint32_t shard, std::uint64_t last) {
  const auto next = last + 1;
  const auto text = std::to_string(next) + std::string(next % 50 == 0 ? 20'000 : next % 300, ' ');
  store.append(shard_id{shard}, sequence{last}, slice_of(text), [=, &store](write_result got) {
    if (got.outcome != write_outcome::stored) {
      std::cerr << got.why << '\n';
      ::_exit(1);
    }
    print("log " + std::to_string(shard) + " " + std::to_string(got.at.value) + "\n");
    if (next % 100 == 0) store.purge(shard_id{shard}, sequence{next - 50}, [](write_result) {});
    append_next(store, shard, next);
  });
}

/// The snapshot of a key is its own expected sequence.
void put_next(embedded_store& store, const std::string& key, sequence expected) {
  const auto text = std::to_string(expected.value) + std::string(3'000, ' ');
  store.put(shard_id{0}, key, expected, slice_of(text), [=, &store](write_result got) {
    if (got.outcome != write_outcome::stored) {
      std::cerr << got.why << '\n';
      ::_exit(1);
    }
    print("snapshot " + key + " " + std::to_string(got.at.value) + "\n");
    put_next(store, key, got.at);
  });
}

template <class Answer, class Ask>
Answer wait_for(Ask ask) {
  std::promise<Answer> answer;
  ask([&](result<Answer> got) { answer.set_value(*got); });
  return answer.get_future().get();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto sync = std::string(argv[2]) == "always" ? store_sync::always : store_sync::interval;
  auto opened = embedded_store::open(argv[1], sync);
  if (!opened) {
    std::cerr << opened.failure().detail << '\n';
    return 3;
  }
  auto& store = **opened;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    const auto state =
        wait_for<log_state>([&](auto done) { store.read_state(shard_id{shard}, std::move(done)); });
    append_next(store, shard, state.last.value);
  }
  for (const std::string key : {"a", "b"}) {
    const auto page =
        wait_for<snapshot_page>([&](auto done) { store.get(shard_id{0}, {key}, std::move(done)); });
    put_next(store, key, page.messages.empty() ? sequence{} : page.messages[0].at);
  }
  for (;;) ::pause();
}
