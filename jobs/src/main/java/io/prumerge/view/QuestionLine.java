package io.prumerge.view;

import java.util.Map;

/**
 * A question in a list. Texts are cut.
 *
 * @param truth null without a reference
 * @param video its name; null without one
 * @param answers by the numbers of their methods
 */
record QuestionLine(
    QuestionKey key,
    String prompt,
    String category,
    String truth,
    String video,
    Map<Integer, ListedAnswer> answers) {}
