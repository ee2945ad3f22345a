// SPDX-License-Identifier: Apache-2.0
#include "tests/net/http/client/slow_resolver.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <condition_variable>
#include <mutex>
#include <string_view>

namespace roost::net::http {
namespace {

std::mutex lock;
std::condition_variable changed;
bool may_answer = true;
int calls = 0;
int returned = 0;

int hang() {
  std::unique_lock held{lock};
  ++calls;
  changed.notify_all();
  changed.wait(held, [] { return may_answer; });
  ++returned;
  changed.notify_all();
  return EAI_NONAME;
}

}  // namespace

slow_resolver::slow_resolver() {
  const std::lock_guard held{lock};
  may_answer = false;
  calls = returned = 0;
}

slow_resolver::~slow_resolver() {
  std::unique_lock held{lock};
  may_answer = true;
  changed.notify_all();
  changed.wait(held, [] { return returned == calls; });
}

void slow_resolver::wait_for_calls(int count) const {
  std::unique_lock held{lock};
  changed.wait(held, [count] { return calls >= count; });
}

int slow_resolver::answers() const {
  const std::lock_guard held{lock};
  return returned;
}

}  // namespace roost::net::http

// Replaces the function of the C library, also for libcurl.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  if (name && std::string_view{name}.ends_with(".slow.example")) return roost::net::http::hang();
  static const auto system =
      reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return system(name, service, hints, found);
}
