// Generates docs/settings.md, docs/errors.md and docs/metrics.md from the catalogues.
#pragma once

#include <string>

namespace roost::reference_pages {

std::string settings_markdown();
/// A JSON array with one object per setting.
std::string settings_json();
std::string errors_markdown();
std::string metrics_markdown();

}  // namespace roost::reference_pages
