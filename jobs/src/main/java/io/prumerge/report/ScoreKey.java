package io.prumerge.report;

import java.io.Serializable;

/** One method's result on one benchmark under one profile. */
public record ScoreKey(
    String runId, String model, String benchmark, String split, String method, String profile)
    implements Serializable {}
