// SPDX-License-Identifier: Apache-2.0
// Waits for the answer to one request to a store.
#pragma once

#include <future>
#include <memory>
#include <utility>

namespace roost::cluster {

/// `ask` sends the request and passes the callback that it is given. Blocks until that is called,
/// so not on the thread that calls it.
template <class Answer, class Ask>
Answer await_answer(const Ask& ask) {
  const auto answered = std::make_shared<std::promise<Answer>>();
  ask([answered](Answer answer) { answered->set_value(std::move(answer)); });
  return answered->get_future().get();
}

}  // namespace roost::cluster
