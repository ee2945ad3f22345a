// SPDX-License-Identifier: Apache-2.0
// Makes one visitor of a std::variant out of several lambdas.
#pragma once

namespace roost {

/// std::visit(overloaded{lambdas…}, variant) does not compile if no lambda takes an alternative.
template <class... Lambdas>
struct overloaded : Lambdas... {
  using Lambdas::operator()...;
};
template <class... Lambdas>
overloaded(Lambdas...) -> overloaded<Lambdas...>;

}  // namespace roost
