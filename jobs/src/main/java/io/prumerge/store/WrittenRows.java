package io.prumerge.store;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a writer has written.
 *
 * @param errors number of predictions with an error
 * @param rows number of rows that each table must hold, by its path in the folder
 * @param replies as in {@link CompleteTables}
 */
public record WrittenRows(
    long answers,
    long errors,
    Map<String, Long> rows,
    SortedMap<String, List<ReplyCounts>> replies) {}
