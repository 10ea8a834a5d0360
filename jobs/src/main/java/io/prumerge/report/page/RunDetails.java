package io.prumerge.report.page;

/**
 * The runs, as the report's page shows them.
 *
 * @param errors of their answers
 * @param settings of each, with versions and hashes
 */
record RunDetails(TableView errors, TableView settings) {}
