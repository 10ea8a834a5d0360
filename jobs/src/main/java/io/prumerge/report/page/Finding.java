package io.prumerge.report.page;

/**
 * @param ran the run's model; empty if there is only one run
 * @param retention percent of the baseline's figures; empty if these are not told apart
 * @param range its interval; may be empty
 * @param unseen what the questions cannot show; empty if the method is told apart
 * @param tokens percent of the baseline's
 * @param flops percent of the baseline's
 */
record Finding(
    String method,
    String ran,
    String retention,
    String range,
    String unseen,
    String tokens,
    String flops) {}
