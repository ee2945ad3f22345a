// The files of the demo page, put into the program by deploy/cmake/embed_assets.cmake.
#pragma once

#include <span>
#include <string_view>

namespace roost::net::http {

struct asset {
  std::string_view path;  ///< as requested: "/" for index.html
  std::string_view content_type;
  std::string_view bytes;
  std::string_view etag;  ///< with its quotes
};

std::span<const asset> demo_assets();

}  // namespace roost::net::http
