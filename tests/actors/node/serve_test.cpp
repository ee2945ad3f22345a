// SPDX-License-Identifier: Apache-2.0
#include "actors/node/serve.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <mutex>
#include <streambuf>
#include <string>
#include <thread>

#include "config/cli/cli.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

settings on_any_port() {
  settings config;
  config.node.loops = 1;
  config.listen.host = "127.0.0.1";
  config.listen.port = 0;
  config.admin.port = 0;
  return config;
}

/// Captures everything written to a stream during its lifetime. text() is thread-safe.
class captured final : private std::streambuf {
 public:
  explicit captured(std::ostream& from) : from_(from), before_(from.rdbuf(this)) {}
  ~captured() override { from_.rdbuf(before_); }
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;
  std::string text() const {
    const std::lock_guard held{lock_};
    return text_;
  }

 private:
  int_type overflow(int_type c) override {
    const std::lock_guard held{lock_};
    text_.push_back(traits_type::to_char_type(c));
    return c;
  }

  mutable std::mutex lock_;
  std::string text_;
  std::ostream& from_;
  std::streambuf* before_;
};

}  // namespace

TEST_CASE("a node prints its address and serves until a signal and ends with exit code 0") {
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);  // so that the signal does not terminate the process
  const captured out(std::cout);
  int status = -1;
  std::thread runs([&] { status = actors::serve(on_any_port()); });
  while (out.text().find("admin on") == std::string::npos) std::this_thread::yield();
  ::kill(::getpid(), SIGTERM);
  runs.join();
  CHECK(status == cli::exit_clean);
  CHECK(out.text().find("roost: listening on http://127.0.0.1:") == 0);
}

TEST_CASE("a node whose store cannot be opened prints an error and ends with exit code 3") {
  auto config = on_any_port();
  config.store.path = "/proc/roost";
  const captured errors(std::cerr);
  CHECK(actors::serve(config) == cli::exit_cannot_bind);
  CHECK(errors.text().find("roost: /proc/roost: ") == 0);
}

TEST_CASE("a node that cannot bind its address prints an error and ends") {
  auto config = on_any_port();
  config.listen.host = "203.0.113.1";  // an address of no machine (RFC 5737)
  const captured errors(std::cerr);
  CHECK(actors::serve(config) == cli::exit_cannot_bind);
  CHECK(errors.text().find("roost: ") == 0);
}
