// SPDX-License-Identifier: Apache-2.0
#include "config/schema/schema_store.hpp"

#include "config/schema/value_formats.hpp"

namespace roost {

void declare_store(setting_table<settings>& t) {
  t.fixed()
      .text(ROOST_FIELD(store.path),
            "Folder in which this node keeps its rooms over a restart, relative to the "
            "configuration file. One process uses it. Empty: no folder.",
            {0, 4'096}, value_formats::field_name)
      .choice(ROOST_FIELD(store.sync),
              "When stored rooms survive a power cut: `always` before an answer, `interval` about "
              "a second later. Both survive the end of the process.");
}

}  // namespace roost
