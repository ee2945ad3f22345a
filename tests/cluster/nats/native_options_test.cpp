// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/native_options.hpp"

#include "tests/fixtures/catch.hpp"

namespace {

using roost::cluster::nats_options;

natsStatus made(const nats_options& options) {
  natsOptions* out = nullptr;
  const auto status = roost::cluster::make_native_options(options, &out);
  natsOptions_Destroy(out);
  return status;
}

nats_options one_server() {
  nats_options out;
  out.servers = {"nats://127.0.0.1:4222", "tls://other:4222"};
  return out;
}

}  // namespace

TEST_CASE("options with servers, users and TLS are taken") {
  auto options = one_server();
  CHECK(made(options) == NATS_OK);
  options.user = "user";
  options.password = "password";
  options.uses_tls = true;
  CHECK(made(options) == NATS_OK);
}

TEST_CASE("options without a server, or with a file that cannot be read, are refused") {
  CHECK(made({}) != NATS_OK);
  auto options = one_server();
  options.ca_file = "/does/not/exist";
  CHECK(made(options) != NATS_OK);
  options = one_server();
  options.certificate_file = "/does/not/exist";
  options.key_file = "/does/not/exist";
  CHECK(made(options) != NATS_OK);
}
