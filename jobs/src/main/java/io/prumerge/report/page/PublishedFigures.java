package io.prumerge.report.page;

import java.util.List;

/**
 * Published figures.
 *
 * @param comparable whether they are of a model of the runs' dimensions
 */
record PublishedFigures(
    boolean comparable, TableView table, List<String> sources, List<String> remarks) {}
