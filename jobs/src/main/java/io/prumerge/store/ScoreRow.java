package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A prediction under a scoring profile; a row of {@link Table#SCORES}.
 *
 * @param profile the scoring profile
 * @param parsed the answer as the profile reads it, or the option that a rule takes for it; null
 *     without one
 * @param gold the reference
 * @param unparsed whether no answer was found in the text
 * @param score 0 to 1; 0 for an error; null without an answer
 * @param groups further groups than the category
 * @param unit questions that only count together: MME's pairs, MMBench's circles; of several kinds
 *     lines of {@code KIND}, tab, unit; else null
 * @param imageSha256 as in {@code predictions}; null without an image, and for answers from files
 * @param chance a guess's score: 1 / number of options, 0.5 for POPE and MME, else 0
 * @param iou overlap of the answer's box with the right one, 0 to 1; null for an error, and without
 *     boxes
 * @param addends what the answer adds, by name, to the sums of {@code cider}, BLEU, ROUGE-L and
 *     CHAIR, which are no means of {@code score}; else null
 * @param unitRows rows that the benchmark's files have of each line of {@code unit}, {@code +}
 *     after it if rows of unknown units are left out; null without a unit, or if unknown
 * @param protocol as in {@code predictions}; null without a video, and for answers from files
 * @param video as in {@code predictions}: questions about one video are one cluster, whatever
 *     frames were seen; null likewise
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
    @AddedLater Map<String, Double> addends,
    @AddedLater String unitRows,
    @AddedLater String protocol,
    @AddedLater String video) {}
