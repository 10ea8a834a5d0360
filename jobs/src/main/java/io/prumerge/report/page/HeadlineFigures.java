package io.prumerge.report.page;

import java.util.List;

/**
 * The headline figures.
 *
 * @param starred whether significance was tested
 * @param caveats messages about figures over a part of their questions
 * @param limits minimum detectable effects
 */
record HeadlineFigures(
    TableView headlines,
    boolean starred,
    List<String> caveats,
    TableView limits,
    PublishedFigures published) {}
