package io.prumerge.source;

import java.io.Serializable;

/** The place of an image's bytes. The driver knows only places; executors read the bytes. */
public sealed interface ImagePlace extends Serializable {

  /** Returns the image's name in the {@code image_id} column; equal ids are the same image. */
  String id();

  /**
   * A file.
   *
   * @param id its path below the image folder; the constructor refuses any other with a {@link
   *     DataException}
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
   * Base64 text inside a file, as in MMBench's TSV files.
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
   * @param item index in the list; 0 if the column is not a list
   */
  record ParquetCell(String id, String file, long row, String column, int item)
      implements ImagePlace {}
}
