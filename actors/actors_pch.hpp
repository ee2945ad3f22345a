// SPDX-License-Identifier: Apache-2.0
// Precompiled header of this layer: the headers that are slow to compile.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>
