package io.prumerge.benchmark.mmbench;

import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.util.List;

/** The rows of MMBench, read from one of its file formats. */
interface MmBenchTable {

  /** All rows in the order of the file. */
  List<MmBenchRow> rows();

  /**
   * Location of a circle's image: that of its original row, which all rotations share.
   *
   * @throws DataException if the row has no image
   */
  ImagePlace image(MmBenchRow original);
}
