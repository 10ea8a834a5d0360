package io.prumerge.plan.preflight;

/**
 * Hours of one device over all models.
 *
 * @param single hours if images run one by one
 * @param batched hours in batches of {@value Preflight#TOGETHER} images
 */
record PreflightHours(String hardware, double single, double batched) {}
