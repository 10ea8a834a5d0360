package io.prumerge.report.page;

import io.prumerge.store.EfficiencyRow;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A stage of the work on a question.
 *
 * @param cost what it took of a method on a benchmark
 */
record CostStage(String name, Function<EfficiencyRow, OptionalDouble> cost) {}
