package io.prumerge.report.page;

/**
 * A column of the headline table.
 *
 * @param title as papers call it
 */
record HeadlineColumn(String benchmark, String split, String metric, String title) {}
