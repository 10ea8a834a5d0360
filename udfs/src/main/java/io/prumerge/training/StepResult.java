package io.prumerge.training;

/**
 * What a training step did.
 *
 * @param step its number, from 1
 * @param loss mean cross-entropy of the batch's answer tokens before the step, in nats
 * @param answerTokens their number
 * @param learningRate of the adapter in this step
 * @param gradientNorm Euclidean norm of the mean loss' gradient by all trained values
 */
public record StepResult(
    int step, double loss, long answerTokens, double learningRate, double gradientNorm) {}
