// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_account.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::cluster;

std::string account_with(const std::string& limits) {
  return R"({"streams":3,"reserved_storage":100,"limits":{"max_memory":-1,)" + limits + "}}";
}

const std::string unlimited = R"("max_storage":-1,"max_streams":-1,"storage_max_stream_bytes":-1)";

/// Three streams, two of them of 1,000 bytes.
std::vector<stream_config> three_streams() {
  return {{"c_SN", R"({"max_bytes":-1})"},
          {"c_EV_0", R"({"max_bytes":1000})"},
          {"c_EV_1", R"({"max_bytes":1000})"}};
}

std::string refusal_with(const std::string& limits) {
  return account_refusal_of(read_account(account_with(limits), 1), three_streams());
}

}  // namespace

TEST_CASE("an account without limits takes every stream") {
  CHECK(refusal_with(unlimited).empty());
}

TEST_CASE("an account with too few streams is refused with the numbers") {
  CHECK(refusal_with(R"("max_streams":6)").empty());
  CHECK(refusal_with(R"("max_streams":5)") ==
        "the cluster needs 3 more streams, but the account has 3 and may have 5");
}

TEST_CASE("an account with too little space is refused with the numbers") {
  CHECK(refusal_with(R"("max_storage":2100)").empty());
  CHECK(refusal_with(R"("max_storage":2099)") ==
        "the missing streams need 2000 bytes, but of 2099 bytes of the account 100 are reserved");
  CHECK(refusal_with(R"("storage_max_stream_bytes":1000)").empty());
  CHECK(refusal_with(R"("storage_max_stream_bytes":999)") ==
        "stream c_EV_0 needs max_bytes 1000, but a stream of the account may have 999");
}

TEST_CASE("the limits of a tier count for its number of replicas") {
  const std::string info = R"({"streams":9,"limits":{"max_streams":1},"tiers":{"R3":{"streams":1,)"
                           R"("reserved_storage":7,"limits":{"max_streams":2,"max_storage":50}}}})";
  const auto tier = read_account(info, 3);
  CHECK(tier.streams == 1);
  CHECK(tier.streams_max == 2);
  CHECK(tier.bytes_reserved == 7);
  CHECK(tier.bytes_max == 50);
  CHECK(read_account(info, 1).streams_max == 1);
}
