package io.prumerge.source;

import java.io.Serializable;

/**
 * A list in a cell of a Parquet file that holds the frames of a video, in their order: encoded
 * bytes, or structs with them in the field {@code bytes}, as Hugging Face writes lists of images.
 *
 * @param id of the video in the {@code image_id} column; equal ids are the same frames
 * @param row number of the row in the file, from 0
 * @param column of the list, or {@code column.field} of a field of structs
 * @param count of the list's elements, of which some may be null
 */
public record FrameList(String id, String file, long row, String column, int count)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Returns the place of a frame.
   *
   * @param index in the list, from 0
   */
  public ImagePlace.ParquetCell frame(int index) {
    return new ImagePlace.ParquetCell(id + "/" + index, file, row, column, index);
  }
}
