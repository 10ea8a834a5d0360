package io.prumerge.store;

import java.util.Map;

/**
 * What a writer has written.
 *
 * @param errors number of predictions with an error
 * @param rows number of rows that each table must hold, by its path in the folder
 */
public record WrittenRows(long answers, long errors, Map<String, Long> rows) {}
