package io.prumerge.view;

import io.prumerge.report.page.Grade;

/**
 * An answer in a list.
 *
 * @param said cut; the kind of an error instead of an answer
 * @param tokens visual tokens; null if they are unknown
 */
record ListedAnswer(Grade grade, String said, Integer tokens) {}
