package io.prumerge.report.page;

import java.util.List;

/**
 * @param source its key
 * @param method our name of the method
 * @param name the method's name in papers
 * @param values null if there is none
 */
record PublishedBudget(
    String source, String method, String name, int tokens, List<Double> values) {}
