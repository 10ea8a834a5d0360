package io.prumerge.report.page;

/**
 * @param ran the run's model; empty if there is only one run
 * @param retention percent of the baseline's figures
 * @param range its interval; may be empty
 * @param tokens percent of the baseline's
 * @param flops percent of the baseline's
 */
record Finding(
    String method, String ran, String retention, String range, String tokens, String flops) {}
