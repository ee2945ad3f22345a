# SPDX-License-Identifier: Apache-2.0
# Warnings, sanitizers, and the function with which each folder declares its library.
option(ROOST_TESTS "build the tests" ON)
option(ROOST_BENCH "build the benchmarks" ON)
option(ROOST_FUZZ "build the fuzzers (clang)" OFF)
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
if(ROOST_SANITIZE)
  add_compile_options(-fsanitize=${ROOST_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ROOST_SANITIZE})
endif()
if(ROOST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
include_directories(${CMAKE_SOURCE_DIR})

# roost_library(NAME sources...): a static library of one layer.
function(roost_library name)
  add_library(${name} STATIC ${ARGN})
endfunction()
