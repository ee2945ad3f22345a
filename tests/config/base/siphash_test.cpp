// SPDX-License-Identifier: Apache-2.0
#include "config/base/siphash.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>

#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

/// OpenSSL's SipHash with any number of rounds, as the reference.
class oracle {
 public:
  oracle(unsigned c_rounds, unsigned d_rounds) : c_rounds_(c_rounds), d_rounds_(d_rounds) {}
  std::uint64_t of(const siphash_key& key, const std::string& text) {
    std::size_t size = 8;
    const std::array params{
        OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
        OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &c_rounds_),
        OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &d_rounds_),
        OSSL_PARAM_construct_end(),
    };
    const auto* key_bytes = reinterpret_cast<const unsigned char*>(&key);
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::uint64_t out = 0;
    std::size_t written = 0;
    REQUIRE(EVP_MAC_init(context_.get(), key_bytes, sizeof key, params.data()) == 1);
    REQUIRE(EVP_MAC_update(context_.get(), bytes, text.size()) == 1);
    REQUIRE(EVP_MAC_final(context_.get(), reinterpret_cast<unsigned char*>(&out), &written,
                          sizeof out) == 1);
    REQUIRE(written == sizeof out);
    return out;
  }

 private:
  unsigned c_rounds_;
  unsigned d_rounds_;
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac_{EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                         &EVP_MAC_free};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context_{EVP_MAC_CTX_new(mac_.get()),
                                                                     &EVP_MAC_CTX_free};
};

constexpr siphash_key reference_key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::string counting(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(i));
  return out;
}

}  // namespace

TEST_CASE("SipHash-2-4 gives the reference vectors") {
  const std::array<std::uint64_t, 9> vectors{
      0x726fdb47dd0e0e31U, 0x74f839c593dc67fdU, 0x0d6c8009d9a94f5aU,
      0x85676696d7fb7e2dU, 0xcf2794e0277187b7U, 0x18765564cd99a68dU,
      0xcbc9466e58fee3ceU, 0xab0200f58b01d137U, 0x93f5f5799a932462U,
  };
  for (std::size_t size = 0; size < vectors.size(); ++size) {
    CHECK(siphash<2, 4>::of(reference_key, counting(size)) == vectors[size]);
  }
  // The SipHash paper's test value.
  CHECK(siphash<2, 4>::of(reference_key, counting(15)) == 0xa129ca6149be45e5U);
}

TEST_CASE("SipHash equals the result of OpenSSL for every length up to 300 bytes") {
  oracle one_three{1, 3};
  oracle two_four{2, 4};
  const siphash_key other_key{0xfedcba9876543210U, 0x8000000000000001U};
  for (const auto& key : {reference_key, other_key}) {
    for (std::size_t size = 0; size <= 300; ++size) {
      const auto text = counting(size);
      REQUIRE(siphash<1, 3>::of(key, text) == one_three.of(key, text));
      REQUIRE(siphash<2, 4>::of(key, text) == two_four.of(key, text));
    }
  }
}

TEST_CASE("a number hashes as its eight bytes") {
  CHECK(siphash<1, 3>::of(reference_key, std::uint64_t{0x0706050403020100U}) ==
        siphash<1, 3>::of(reference_key, counting(8)));
}
