package io.prumerge.benchmark.mmbench;

import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.util.List;
import java.util.Map;

/** The rows of MMBench, read from one of its file formats. */
interface MmBenchTable {

  /** Returns all valid rows in the order of the file. */
  List<MmBenchRow> rows();

  /** Returns why a circle has a row that is left out, by the circle's number. */
  Map<Long, DataException> invalid();

  /**
   * Returns the location of a circle's image: that of its original row, which all rotations share.
   *
   * @throws DataException if the row has no image
   */
  ImagePlace image(MmBenchRow original);
}
