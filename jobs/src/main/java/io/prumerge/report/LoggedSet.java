package io.prumerge.report;

/**
 * A set of answers from another tool's log.
 *
 * @param method its label
 * @param profile under which its scores here are compared with the log's
 * @param judged whether a language model gave the log's scores
 * @param repeated whether each question was asked several times
 */
public record LoggedSet(String method, String profile, boolean judged, boolean repeated) {}
