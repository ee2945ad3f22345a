# SPDX-License-Identifier: Apache-2.0
# Writes a source that defines demo_assets() of net/http/demo_assets.hpp with the bytes of FILES.
#   cmake -DOUTPUT=file.cpp -DFILES=a;b -P embed_assets.cmake
set(types_html "text/html; charset=utf-8")
set(types_css "text/css; charset=utf-8")
set(types_js "text/javascript; charset=utf-8")
set(types_mjs "${types_js}")
set(types_txt "text/plain; charset=utf-8")
set(types_svg "image/svg+xml")
set(types_md "text/markdown; charset=utf-8")

set(arrays "")
set(entries "")
set(number 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  if(NOT DEFINED types_${extension})
    message(FATAL_ERROR "${name}: no content type is known for .${extension}")
  endif()
  string(REGEX REPLACE "^index\\.html$" "" path ${name})
  file(SHA256 ${file} digest)
  string(SUBSTRING ${digest} 0 16 digest)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char bytes_${number}[] = {${bytes}};\n")
  string(APPEND entries "    asset{\"/${path}\", \"${types_${extension}}\",\n"
    "          {bytes_${number}, sizeof bytes_${number}}, \"\\\"${digest}\\\"\"},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUTPUT} "// Written by deploy/cmake/embed_assets.cmake.
#include \"net/http/demo_assets.hpp\"

#include <array>

namespace roost::net::http {
namespace {

${arrays}
constexpr std::array assets{
${entries}};

}  // namespace

std::span<const asset> demo_assets() { return assets; }

}  // namespace roost::net::http
")
