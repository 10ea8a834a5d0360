package io.prumerge.lease;

import java.time.Duration;
import java.util.Optional;

/**
 * Another driver's lease.
 *
 * @param holder empty if the file cannot be read, as while it is being written
 * @param age time since the file was last written, by the store's clock; negative if it is newer
 *     than this driver's own file, or dated in the future
 */
record OtherLease(String id, Optional<LeaseHolder> holder, Duration age) {}
