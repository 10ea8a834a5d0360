package io.prumerge.run;

/** The output format of the plan. */
public enum PlanForm {
  TABLES,
  JSON
}
