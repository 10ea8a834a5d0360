package io.prumerge.view;

import java.util.List;
import java.util.Optional;

/**
 * A method's answer.
 *
 * @param method number of the method
 * @param tokens of the picture and the text
 * @param imageSha256 hash of what the method's run saw; null if it was missing
 * @param kept patches that the method keeps, numbered as in the table; empty if it drops none
 */
record MethodAnswer(
    int method,
    String sized,
    GradedAnswer said,
    TokenCounts tokens,
    AnswerTimes times,
    String imageSha256,
    Optional<List<Integer>> kept) {}
