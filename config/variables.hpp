// Which setting an environment variable names. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// Why the variable `name`, which begins with ROOST_ and names no setting, must be a mistake; empty
/// where it may belong to somebody else. `keys`: the settings that variables can name.
///
/// "__" anywhere, a setting with single underscores, and the last parts or words of a setting count
/// as mistakes. What Kubernetes and Docker set for a service called roost, or roost-admin, does
/// not.
std::string variable_fault(const std::string& name, std::string_view value,
                           const std::vector<std::string>& keys);

/// Whether Kubernetes or Docker sets such a variable for a service of this name.
bool is_service_variable(std::string_view name, std::string_view value);

}  // namespace roost
