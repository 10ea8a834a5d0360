package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A prediction under a scoring profile; a row of {@link Table#SCORES}.
 *
 * @param parsed the answer as the profile reads it; null for an error or a missing answer
 * @param gold the reference
 * @param unparsed whether the profile found no answer in the text
 * @param score 0 to 1; 0 for an error, empty without an answer
 * @param imageId null without an image
 * @param groups further groups than the category
 * @param unit questions that only count together, or several kinds of such; null without one
 * @param imageSha256 null without an image, and if the answers came from files
 * @param chance score of a guess
 * @param iou how far the answer's box overlaps the right one, 0 to 1; empty for an error, and if
 *     answers are no boxes
 * @param addends what the answer adds to the sums of figures that are no means of scores, by name;
 *     null without any
 */
public record ScoreRow(
    String runId,
    String benchmark,
    String split,
    String method,
    String questionId,
    String profile,
    String parsed,
    String gold,
    boolean unparsed,
    OptionalDouble score,
    String model,
    String imageId,
    String category,
    List<String> groups,
    String unit,
    String imageSha256,
    double chance,
    @AddedLater OptionalDouble iou,
    @AddedLater Map<String, Double> addends) {}
