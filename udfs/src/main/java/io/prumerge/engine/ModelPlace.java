package io.prumerge.engine;

import io.prumerge.zoo.DeviceChoice;

/**
 * Where a resolved model is.
 *
 * @param address CUDA ordinal, -1 for the processor
 */
record ModelPlace(DeviceChoice device, int address) {}
