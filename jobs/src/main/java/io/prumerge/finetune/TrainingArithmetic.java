package io.prumerge.finetune;

/**
 * How a training computes a row.
 *
 * @param adapterDtype type of the adapter's values in its file
 */
record TrainingArithmetic(
    String device, String dtype, String adapterDtype, String imageAspect, String conversation) {}
