package io.prumerge.benchmark;

import java.util.List;

/** MMBench as it was read from one of its kinds of files. */
interface MmBenchTable {

  /** All rows in the order of the file. */
  List<MmBenchRow> rows();

  /**
   * Where a circle's image lies: that of its original row, which all rotations show.
   *
   * @throws DataException when it has none
   */
  ImagePlace image(MmBenchRow original);
}
