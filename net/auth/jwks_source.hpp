// When a key set on the web is fetched, and what an answer comes to. Pure; see jwks_fetcher.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "net/auth/jwks.hpp"

namespace roost::net::auth {

struct jwks_timing {
  milliseconds refresh{300'000};   ///< after a good answer
  milliseconds early_min{30'000};  ///< at least between questions that unknown keys cause
  milliseconds retry_min{1'000};   ///< after a failure; doubles with each
  milliseconds retry_max{60'000};
};

/// An answer, or why there was none.
struct jwks_answer {
  int status = 0;  ///< of HTTP; 0: no answer
  std::string body;
  std::string etag;
  std::string why;  ///< status 0 only
};

/// What an answer came to, for the log.
struct jwks_report {
  bool is_good = false;
  bool is_new = false;  ///< the keys are others than before
  std::size_t keys = 0;
  std::size_t skipped = 0;
  std::string why;  ///< not good: what was wrong; the keys stay as they were
};

/// Owns: the last good keys and the time of the next question. Runs on: one thread at a time.
/// Ends: with its owner.
class jwks_source {
 public:
  explicit jwks_source(jwks_timing timing = {}) : timing_(timing) {}

  /// When to ask next; time_point::max() while a question is open.
  time_point due() const { return is_asking_ ? time_point::max() : due_; }
  /// A question is on its way: the ETag to send with it (If-None-Match), or empty.
  const std::string& begin(time_point now);
  /// Its answer.
  jwks_report finish(const jwks_answer& answer, time_point now);
  /// A token named a key that nobody knows: the issuer may have changed keys. Asks early, yet never
  /// twice within `early_min`, so that bad tokens do not turn on the issuer.
  void key_was_unknown(time_point now);
  /// Somebody who may wants to know what is true now: asks at once, or again when a question that
  /// is open has its answer.
  void ask_now(time_point now);

  /// The last good ones; null before there were any.
  std::shared_ptr<const key_set> keys() const { return keys_; }

 private:
  result<jwks_report> take(const jwks_answer& answer);
  void come_early(time_point now);

  jwks_timing timing_;
  time_point due_ = time_point::min();  // at once
  time_point asked_ = time_point::min();
  milliseconds retry_{0};
  bool is_asking_ = false;
  bool is_wanted_ = false;   ///< a key was unknown while a question was open
  bool is_ordered_ = false;  ///< ask_now() came while a question was open
  std::string etag_;
  std::shared_ptr<const key_set> keys_;
};

}  // namespace roost::net::auth
