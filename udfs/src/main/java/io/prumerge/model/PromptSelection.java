package io.prumerge.model;

import io.prumerge.model.connector.TokenSelection;
import java.util.List;

/**
 * What the tokens of a prompt's images are made of.
 *
 * @param views what each view's tokens are made of
 * @param order of the tokens of all views; none where they stand as they are
 */
public record PromptSelection(List<TokenSelection> views, List<Integer> order) {}
