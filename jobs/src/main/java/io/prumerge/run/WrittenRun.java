package io.prumerge.run;

import io.prumerge.store.TableCommit;

/**
 * The tables and pages of one attempt.
 *
 * @param counts rows that its files must hold
 */
record WrittenRun(RunOutput output, TableCommit.Written counts) {}
