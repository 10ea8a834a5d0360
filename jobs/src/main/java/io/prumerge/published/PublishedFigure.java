package io.prumerge.published;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure that a paper, a model card or a leaderboard prints.
 *
 * @param place file and line, or the place in the file
 * @param method as the file names it
 * @param model likewise
 * @param benchmark likewise
 * @param metric likewise
 * @param split absent if the file does not say it
 * @param prompts name of the questions' wording, if the file says it
 * @param profile how answers were scored, likewise
 * @param tokens visual tokens of an image, likewise
 * @param source who printed it
 */
public record PublishedFigure(
    String place,
    String method,
    String model,
    String benchmark,
    String metric,
    Optional<String> split,
    Optional<String> prompts,
    Optional<String> profile,
    OptionalDouble tokens,
    double score,
    Optional<String> source,
    Optional<String> remark) {}
