package io.prumerge.run;

import io.prumerge.store.WrittenRows;

/**
 * The tables and pages that one attempt at a run has written.
 *
 * @param counts rows that its files must hold
 */
record WrittenRun(RunOutput output, WrittenRows counts) {}
