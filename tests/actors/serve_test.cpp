#include "actors/serve.hpp"

#include <pthread.h>

#include <csignal>
#include <iostream>
#include <sstream>
#include <thread>

#include "config/cli.hpp"
#include "tests/support/catch.hpp"

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

/// Takes what is written to a stream while it lives.
class captured {
 public:
  explicit captured(std::ostream& from) : from_(from), before_(from.rdbuf(text_.rdbuf())) {}
  ~captured() { from_.rdbuf(before_); }
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& from_;
  std::streambuf* before_;
};

}  // namespace

TEST_CASE("a node says where it listens, serves until a signal and ends with exit code 0") {
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ours, nullptr);  // the thread inherits it: no signal comes too early
  const captured out(std::cout);
  int status = -1;
  std::thread runs([&] { status = actors::serve(on_any_port()); });
  pthread_kill(runs.native_handle(), SIGTERM);
  runs.join();
  CHECK(status == cli::exit_clean);
  CHECK(out.text().find("roost: listening on http://127.0.0.1:") == 0);
}

TEST_CASE("a node that cannot bind says so and ends") {
  auto config = on_any_port();
  config.listen.host = "203.0.113.1";  // of no machine
  const captured errors(std::cerr);
  CHECK(actors::serve(config) == cli::exit_cannot_bind);
  CHECK(errors.text().find("roost: ") == 0);
}
