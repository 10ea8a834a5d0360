package io.prumerge.finetune;

/**
 * How a row is computed.
 *
 * @param adapterDtype type of the adapter's values in its file
 */
record TrainingArithmetic(
    String device, String dtype, String adapterDtype, String imageAspect, String conversation) {}
