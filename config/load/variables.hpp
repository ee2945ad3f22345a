// SPDX-License-Identifier: Apache-2.0
// Detects misspelled environment variables and suggests the setting they mean. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// The problem of a variable that begins with ROOST_ but names no setting; empty if it may belong
/// to other software. `keys`: all settings that variables can set.
///
/// A name counts as a mistake if it has "__", is a key with single underscores, or has the last
/// parts or words of a key. Variables that Kubernetes and Docker set for a service called roost or
/// roost-admin do not count.
std::string variable_fault(const std::string& name, std::string_view value,
                           const std::vector<std::string>& keys);

/// Whether the variable looks like one that Kubernetes or Docker sets for a service called roost.
bool is_service_variable(std::string_view name, std::string_view value);

}  // namespace roost
