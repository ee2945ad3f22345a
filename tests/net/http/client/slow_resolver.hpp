// SPDX-License-Identifier: Apache-2.0
// A name server that does not answer until the test lets it.
#pragma once

namespace roost::net::http {

/// The program's getaddrinfo(3) blocks for names that end in ".slow.example", while a
/// slow_resolver exists. Owns: the blocked calls. Runs on: any thread. Ends: when they have failed.
class slow_resolver {
 public:
  slow_resolver();
  slow_resolver(const slow_resolver&) = delete;
  slow_resolver& operator=(const slow_resolver&) = delete;
  ~slow_resolver();
  void wait_for_calls(int count) const;
  /// How many calls have returned.
  int answers() const;
};

}  // namespace roost::net::http
