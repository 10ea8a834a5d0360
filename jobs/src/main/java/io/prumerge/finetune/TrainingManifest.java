package io.prumerge.finetune;

/**
 * The record of a finished training, {@code training.json} beside the adapter.
 *
 * @param settings everything that decided it
 * @param steps number of steps
 * @param parameters number of trained values
 * @param firstLoss of the first step, in nats per answer token
 * @param lastLoss mean of the last twentieth of the steps
 * @param device as {@code cpu} or {@code cuda:N}
 * @param dtype arithmetic of the model
 * @param endedAt time in ISO 8601, UTC
 */
record TrainingManifest(
    TrainingRecord settings,
    int steps,
    int parameters,
    double firstLoss,
    double lastLoss,
    String codeVersion,
    String codeCommit,
    String sparkVersion,
    String djlVersion,
    String device,
    String dtype,
    String endedAt) {}
