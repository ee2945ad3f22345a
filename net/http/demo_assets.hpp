// SPDX-License-Identifier: Apache-2.0
// The files of the demo page, embedded in the binary by deploy/cmake/embed_assets.cmake.
#pragma once

#include <span>
#include <string_view>

namespace roost::net::http {

struct asset {
  std::string_view path;  ///< path of the URL; "/" for index.html
  std::string_view content_type;
  std::string_view bytes;
  std::string_view etag;  ///< including its quotes
};

std::span<const asset> demo_assets();

}  // namespace roost::net::http
