package io.prumerge.plan.preflight;

import java.util.List;

/**
 * Part of the document of {@code --json}; {@code overheadMib} is null without a limit, {@code
 * dtype} is the run's and {@code precision} that of the estimates.
 */
record PreflightDocument(
    int tasks,
    int chunks,
    int partitions,
    String precision,
    long neededMib,
    long packedMib,
    Long overheadMib,
    List<String> remarks,
    List<PreflightHours> hours,
    List<CardPlan> cards,
    String dtype) {}
