package io.prumerge.mlflow;

/** A run that an MLflow server has created. */
record CreatedRun(String id, String artifacts) {}
