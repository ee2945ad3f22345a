// SPDX-License-Identifier: Apache-2.0
// Generates docs/settings.md, docs/errors.md, docs/metrics.md and docs/bounds.md. Pure.
#pragma once

#include <string>

namespace roost::reference_pages {

std::string settings_markdown();
/// A JSON array with one object per setting.
std::string settings_json();
std::string errors_markdown();
std::string metrics_markdown();
std::string bounds_markdown();

}  // namespace roost::reference_pages
