// SPDX-License-Identifier: Apache-2.0
// Estimates the bytes of a record in a batch. Pure.
#pragma once

#include <cstddef>

#include "cluster/log/log_record.hpp"

namespace roost::cluster {

/// An upper bound of the encoded bytes of a record, to fill batches without encoding twice.
std::size_t encoded_size_max(const log_record& record);

}  // namespace roost::cluster
