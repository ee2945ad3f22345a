// The pages that are written from the catalogues: docs/settings.md, docs/errors.md,
// docs/metrics.md.
#pragma once

#include <string>

namespace roost::pages {

std::string settings_markdown();
/// A list of objects, one a setting.
std::string settings_json();
std::string errors_markdown();
std::string metrics_markdown();

}  // namespace roost::pages
