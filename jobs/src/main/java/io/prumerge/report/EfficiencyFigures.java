package io.prumerge.report;

import io.prumerge.store.EfficiencyRow;
import java.util.List;

/**
 * A row of {@link Efficiency#of}.
 *
 * @param dtypes all number formats of the predictions; likewise the others
 */
record EfficiencyFigures(
    EfficiencyRow costs, List<String> dtypes, List<String> hosts, List<String> devices) {}
