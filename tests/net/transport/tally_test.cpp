#include "net/transport/tally.hpp"

#include "tests/support/catch.hpp"

using namespace roost;
using net::message_class;

TEST_CASE("what is counted is told once, when it is told") {
  metrics probe;
  net::tally counts;
  counts.report_to(probe);
  counts.add(metrics::counter::sends);
  counts.add(metrics::counter::sends, 4);
  counts.move(metrics::gauge::outbox_bytes, 7);
  counts.move(metrics::gauge::outbox_bytes, -2);
  counts.add(message_class::in_push, 3);
  CHECK(probe.value(metrics::counter::sends) == 0);
  for (int i = 0; i < 2; ++i) {
    counts.tell();
    CHECK(probe.value(metrics::counter::sends) == 5);
    CHECK(probe.value(metrics::gauge::outbox_bytes) == 5);
    CHECK(probe.value(metrics::counter::messages) == 3);
  }
  CHECK(probe.json().find(R"("in,push":3)") != std::string::npos);
  counts.move(metrics::gauge::outbox_bytes, -5);
  counts.tell();
  CHECK(probe.value(metrics::gauge::outbox_bytes) == 0);
}

TEST_CASE("what nobody is told of is kept until somebody is") {
  metrics probe;
  net::tally counts;
  CHECK(counts.probe() == nullptr);
  counts.add(metrics::counter::sends);
  counts.tell();
  counts.report_to(probe);
  counts.tell();
  CHECK(probe.value(metrics::counter::sends) == 1);
}
