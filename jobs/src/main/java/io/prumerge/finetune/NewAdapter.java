package io.prumerge.finetune;

/**
 * An adapter that is to be trained.
 *
 * @param output its folder
 */
public record NewAdapter(Recipe recipe, String output) {}
