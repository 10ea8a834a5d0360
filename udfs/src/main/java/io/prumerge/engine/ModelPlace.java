package io.prumerge.engine;

/**
 * Where a resolved model is.
 *
 * @param address CUDA ordinal, -1 for the processor
 */
record ModelPlace(DeviceChoice device, int address) {}
