package io.prumerge.mlflow;

/** A run that was created. */
record CreatedRun(String id, String artifacts) {}
