package io.prumerge.finetune;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.Nulls;
import io.prumerge.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything that decides the result of a training, as {@code settings.json} has it.
 *
 * @param model the model's folders
 * @param devices that take each step together
 */
record TrainingRecord(
    Recipe recipe,
    String model,
    @JsonUnwrapped ModelHashes hashes,
    @JsonUnwrapped Source source,
    @JsonUnwrapped Arithmetic arithmetic,
    int devices) {

  /**
   * What the model's files were.
   *
   * @param configSha256 as in {@code report/runs}; empty in records of earlier versions
   * @param tokenizerSha256 likewise
   * @param weightsSha256 as in {@code report/runs}
   */
  record ModelHashes(
      @JsonSetter(nulls = Nulls.AS_EMPTY) String configSha256,
      @JsonSetter(nulls = Nulls.AS_EMPTY) String tokenizerSha256,
      String weightsSha256) {}

  /**
   * What is trained on.
   *
   * @param data the data's file, as given
   * @param dataSha256 of its content
   * @param imagesSha256 of the names, sizes and times of the rows' images, and of a store's ETags;
   *     empty in records of earlier versions
   * @param rows that are trained on
   * @param brokenRows that are left out
   * @param limit rows read at most; 0: all
   */
  record Source(
      String data,
      String dataSha256,
      @JsonSetter(nulls = Nulls.AS_EMPTY) String imagesSha256,
      List<String> images,
      int rows,
      int brokenRows,
      boolean skipBroken,
      long limit) {

    Source {
      images = List.copyOf(images);
    }
  }

  /**
   * How a row is computed.
   *
   * @param adapterDtype type of the adapter's values in its file
   */
  record Arithmetic(
      String device, String dtype, String adapterDtype, String imageAspect, String conversation) {}

  /** Returns a text with what differs of what both sides say; empty if equal. */
  String differences(TrainingRecord now) {
    Map<String, Object> before = Json.fields(this);
    List<String> differences = new ArrayList<>();
    Json.fields(now)
        .forEach(
            (name, is) -> {
              Object was = before.get(name);
              if (!"".equals(was) && !was.equals(is)) {
                differences.add(String.format(Locale.ROOT, "%s was %s, is now %s", name, was, is));
              }
            });
    return String.join("; ", differences);
  }
}
