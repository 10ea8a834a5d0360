package io.prumerge.run;

import io.prumerge.store.WrittenRows;

/**
 * The tables and pages of one attempt.
 *
 * @param counts rows that its files must hold
 */
record WrittenRun(RunOutput output, WrittenRows counts) {}
