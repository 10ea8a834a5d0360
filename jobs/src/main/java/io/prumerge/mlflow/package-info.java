/** Runs and reports in MLflow, by its REST interface. */
package io.prumerge.mlflow;
