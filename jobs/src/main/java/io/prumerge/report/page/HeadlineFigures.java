package io.prumerge.report.page;

import java.util.List;

/**
 * The headline figures.
 *
 * @param starred whether significance was tested
 * @param caveats messages about figures over a part of their questions
 * @param undecided numbers of answers without a value for the parser; empty if all have one
 * @param noise what asking again changes; empty if nothing was asked again
 * @param changed numbers of verdicts that methods change
 * @param limits minimum detectable effects
 */
record HeadlineFigures(
    TableView headlines,
    boolean starred,
    List<String> caveats,
    TableView undecided,
    TableView noise,
    TableView changed,
    TableView limits,
    PublishedFigures published) {}
