package io.prumerge.metric.tally;

import io.prumerge.benchmark.ReviewScores;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An answer with its score.
 *
 * @param score 0..1; absent without an answer
 * @param failed whether the answer is an error
 * @param unparsed whether the parser found no value in the answer
 * @param said what the answer says; an error counts as the opposite of its question's label
 * @param review a judge's points, if the benchmark is judged by comparison
 * @param parsed a hash of the parsed answer
 * @param iou how far its box overlaps the right one, 0..1; 0 without a box
 * @param replaced whether an unparsed answer is scored as a value that a rule took in its place
 * @param addends further sums that it adds to
 */
public record ScoredAnswer(
    OptionalDouble score,
    boolean failed,
    boolean unparsed,
    YesNo said,
    Optional<ReviewScores> review,
    long parsed,
    double iou,
    boolean replaced,
    Map<TallySum, Double> addends) {}
