# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers, and the function with which each folder declares its library.
option(ROOST_TESTS "build the tests" ON)
option(ROOST_BENCH "build the benchmarks" ON)
option(ROOST_FUZZ "build the fuzzers (clang)" OFF)
option(ROOST_UNITY "compile the sources of a folder as one; OFF to work on a few files" ON)
set(ROOST_SANITIZE "" CACHE STRING "sanitizers, for example address,undefined")

add_compile_options(-Wall -Wextra -Wpedantic $<$<COMPILE_LANGUAGE:CXX>:-Wshadow> -Werror)
# GCC 12 reports these falsely when it inlines std::string and std::regex (GCC bugs 105329, 105562);
# they stay visible as warnings. -Wtsan reports fences in libraries, which TSan does not model.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-error=array-bounds -Wno-error=maybe-uninitialized -Wno-error=restrict
                      -Wno-error=stringop-overflow)
  if(ROOST_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)
  endif()
endif()
# GCC bounds inlining by the size of a compiled file. Without these, a folder in one file has calls
# for the moves of strings and variants: 5 % of the instructions of a push.
if(ROOST_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(--param=inline-unit-growth=400 --param=large-unit-insns=200000)
endif()
if(ROOST_SANITIZE)
  add_compile_options(-fsanitize=${ROOST_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  # This check opens a pipe for each new type, so it reports falsely where tests use up all files.
  if(ROOST_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=vptr)
  endif()
  add_link_options(-fsanitize=${ROOST_SANITIZE})
endif()
if(ROOST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
include_directories(${CMAKE_SOURCE_DIR})

# roost_unity(TARGET ALONE a;b): with ROOST_UNITY, compiles the sources of each folder as one file.
# That takes a third of the time, because headers and templates are compiled once for each folder.
# ALONE: more sources of the target; they define local names that others of their folder define too.
function(roost_unity target)
  cmake_parse_arguments(U "" "" "ALONE" ${ARGN})
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    if(NOT IS_ABSOLUTE ${source})
      get_filename_component(folder ${source} DIRECTORY)
      string(MAKE_C_IDENTIFIER "${target}/${folder}" group)
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
  if(U_ALONE)
    target_sources(${target} PRIVATE ${U_ALONE})
    set_source_files_properties(${U_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${ROOST_UNITY} UNITY_BUILD_MODE GROUP)
  # These warnings are about one source and another's names; `make lint` compiles with them.
  if(ROOST_UNITY)
    target_compile_options(${target} PRIVATE
      -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# roost_precompiled(NAME OPTIONS a;b HEADERS x;y): precompiled headers that targets with the same
# options share (REUSE_FROM).
function(roost_precompiled name)
  cmake_parse_arguments(P "" "" "OPTIONS;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp CONTENT "")
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_compile_options(${name} PRIVATE ${P_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${P_HEADERS})
endfunction()

# roost_library(NAME [PRECOMPILED target] sources... [ALONE sources...]): a static library of one
# layer.
function(roost_library name)
  cmake_parse_arguments(L "" "PRECOMPILED" "ALONE" ${ARGN})
  add_library(${name} STATIC ${L_UNPARSED_ARGUMENTS})
  roost_unity(${name} ALONE ${L_ALONE})
  if(NOT L_PRECOMPILED)
    set(L_PRECOMPILED roost_pch)
  endif()
  target_precompile_headers(${name} REUSE_FROM ${L_PRECOMPILED})
endfunction()

# The headers of most files, which are slow to compile. `make lint` compiles without them.
set(ROOST_STANDARD_HEADERS <algorithm> <atomic> <chrono> <functional> <map> <memory> <mutex>
  <optional> <random> <span> <string> <string_view> <unordered_map> <variant> <vector>)
set(ROOST_NET_HEADERS <nlohmann/json.hpp> <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp>
  <boost/asio/posix/basic_stream_descriptor.hpp> <boost/asio/post.hpp>
  <boost/asio/steady_timer.hpp> <boost/unordered/unordered_flat_map.hpp>)
set(ROOST_CAF_HEADERS <caf/actor_system.hpp> <caf/actor_system_config.hpp>
  <caf/event_based_actor.hpp> <caf/send.hpp>)
roost_precompiled(roost_pch HEADERS ${ROOST_STANDARD_HEADERS} ${ROOST_NET_HEADERS})
roost_precompiled(roost_caf_pch
  HEADERS ${ROOST_STANDARD_HEADERS} ${ROOST_NET_HEADERS} ${ROOST_CAF_HEADERS})
