package io.prumerge.plan;

/**
 * A question of a plan.
 *
 * @param prompt without a template
 * @param images of the prompt; 0 for a text alone
 */
public record PlannedQuestion(
    String benchmark, String split, String questionId, String prompt, int images) {}
