package io.prumerge.benchmark;

/**
 * A question with its answer.
 *
 * @param answer generated text, stripped; empty if the question has an error or no answer
 */
public record AnsweredQuestion(BenchmarkQuestion question, String answer) {}
