// Catch2 of Debian 12 (2.13, one header) or of Debian 13 (3.x).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
