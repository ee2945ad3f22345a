// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/outgoing_queue.hpp"

#include <array>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::cluster;

namespace {

outgoing_envelope envelope_to(std::vector<node_id> to, std::size_t size) {
  return {std::move(to), slice::of(bytes_ptr::copy(std::string(size, 'x'))), {}};
}

}  // namespace

TEST_CASE("an outgoing queue returns what was pushed, in order, and is empty then") {
  outgoing_queue queue;
  CHECK(queue.push(envelope_to({node_id{1}}, 1)) == outgoing_queue::outcome::is_first);
  CHECK(queue.push(envelope_to({node_id{2}, node_id{3}}, 2)) == outgoing_queue::outcome::queued);
  const auto taken = queue.take();
  REQUIRE(taken.envelopes.size() == 2);
  CHECK(taken.envelopes[0].data.size == 1);
  CHECK(taken.envelopes[1].to == std::vector{node_id{2}, node_id{3}});
  CHECK(taken.lost.empty());
  CHECK(queue.take().envelopes.empty());
  CHECK(queue.push(envelope_to({node_id{1}}, 1)) == outgoing_queue::outcome::is_first);
}

TEST_CASE("an outgoing queue drops what does not fit, and names the nodes once") {
  outgoing_queue queue(10'000);
  CHECK(queue.push(envelope_to({node_id{1}}, 6'000)) == outgoing_queue::outcome::is_first);
  CHECK(queue.push(envelope_to({node_id{1}, node_id{2}}, 6'000)) ==
        outgoing_queue::outcome::dropped);
  CHECK(queue.push(envelope_to({node_id{2}}, 6'000)) == outgoing_queue::outcome::dropped);
  CHECK(queue.push(envelope_to({node_id{3}}, 1'000)) == outgoing_queue::outcome::queued);
  const auto taken = queue.take();
  CHECK(taken.envelopes.size() == 2);
  CHECK(taken.lost == std::set{node_id{1}, node_id{2}});
  CHECK(queue.push(envelope_to({node_id{1}}, 6'000)) == outgoing_queue::outcome::is_first);
  CHECK(queue.take().lost.empty());
}

TEST_CASE("an outgoing queue counts the memory of small envelopes, too") {
  outgoing_queue queue(10'000);
  unsigned pushed = 0;
  while (queue.push(envelope_to({node_id{1}}, 0)) != outgoing_queue::outcome::dropped) ++pushed;
  CHECK(pushed < 200);
}

TEST_CASE("an envelope that was lost before it was queued is remembered") {
  outgoing_queue queue;
  queue.lose(std::array{node_id{4}});
  CHECK(queue.take().lost == std::set{node_id{4}});
}
