package io.prumerge.plan;

import java.util.List;

/** Part of the document of {@code --json}; {@code overheadMib} is null without a limit. */
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
    List<CardPlan> cards) {}
