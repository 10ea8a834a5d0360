package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;

/**
 * The files that an adapter was trained on.
 *
 * @param data the data's file, as given
 * @param dataSha256 of its content
 * @param imagesSha256 of the names, sizes and times of the rows' images, and of a store's ETags;
 *     empty in records of earlier versions
 * @param rows that are trained on
 * @param brokenRows that are left out
 * @param limit rows read at most; 0: all
 */
record TrainingSource(
    String data,
    String dataSha256,
    @JsonSetter(nulls = Nulls.AS_EMPTY) String imagesSha256,
    List<String> images,
    int rows,
    int brokenRows,
    boolean skipBroken,
    long limit) {

  TrainingSource {
    images = List.copyOf(images);
  }
}
