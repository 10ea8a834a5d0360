package io.prumerge.source;

import java.io.Serializable;

/** Where an image's bytes lie. The driver knows places only; executors read the bytes. */
public sealed interface ImagePlace extends Serializable {

  /** What the image is called in the {@code image_id} column; equal ids are the same image. */
  String id();

  /**
   * A file.
   *
   * @param id its path below the image folder; any other is a {@link DataException}, wherever the
   *     name came from
   */
  record InFolder(String id) implements ImagePlace {

    public InFolder {
      ImageName.problem(id)
          .ifPresent(
              problem -> {
                throw new DataException(problem);
              });
    }
  }

  /**
   * Base64 text inside a file, as MMBench's TSV files hold images.
   *
   * @param offset of the first base64 character, in bytes
   * @param length in bytes
   */
  record Base64Range(String id, String file, long offset, long length) implements ImagePlace {}

  /**
   * A cell of a Hugging Face Parquet file: encoded bytes in the field {@code bytes} of a struct.
   *
   * @param row number of the row in the file, from 0
   * @param column top-level column of the struct, or of the list of such structs
   * @param item which one of a list; 0 where the column is no list
   */
  record ParquetCell(String id, String file, long row, String column, int item)
      implements ImagePlace {}
}
