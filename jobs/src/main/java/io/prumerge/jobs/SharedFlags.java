package io.prumerge.jobs;

/** Options that several commands share, apart from the settings of jobs. */
final class SharedFlags {

  private SharedFlags() {}
}
