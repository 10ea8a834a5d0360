package io.prumerge.plan;

/**
 * How {@code prepare} worded the questions of a benchmark and split.
 *
 * @param prompts name of the wording; of tables with several, all names
 */
public record AskedPrompts(String benchmark, String split, String prompts) {}
