package io.prumerge.bench;

/** A part of the table that is measured by itself. */
interface Section {

  /** Its name on the command line. */
  String name();

  /** Measures and adds the figures; a peer that is not there leaves figures that say so. */
  void run(Setting setting, Results results) throws Exception;
}
