package io.prumerge.spark;

import io.prumerge.endpoint.VideoAs;
import io.prumerge.engine.Timing;
import io.prumerge.lang.Text;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.zoo.LlavaTranslatorFactory;
import io.prumerge.zoo.TypedSetting;
import java.util.List;

/**
 * Settings of how a model is asked, however it was loaded. Of the first four, DJL's, one value
 * applies.
 */
final class AskSettings {

  static final TypedSetting<String> ENGINE = only("engine", "DJL's engine", "PyTorch");
  static final TypedSetting<String> BATCHIFIER = only("batchifier", "DJL's batchifier", "none");
  static final TypedSetting<String> TRANSLATOR_FACTORY =
      only("translatorFactory", "DJL's factory, by class", LlavaTranslatorFactory.class.getName());

  static final TypedSetting<Integer> BATCH_SIZE =
      TypedSetting.number(
          "batchSize", "rows", 1, 1, "Image rows at a time: 1, with all its prompts and methods");

  static final TypedSetting<ReduceBy> REDUCE_BY =
      TypedSetting.choice(
          "reduceBy",
          ReduceBy.EACH,
          "each or first: which of a row's prompts methods look at that look at any");

  static final TypedSetting<Integer> MAX_NEW_TOKENS =
      TypedSetting.number(
          "maxNewTokens",
          "tokens",
          0,
          Integer.MAX_VALUE,
          "Most new tokens where maxNewTokensCol is absent or null; 0: the checkpoint's own");

  static final TypedSetting<Integer> ENDPOINT_REQUESTS =
      TypedSetting.number(
          "endpointRequests",
          "requests",
          1,
          Integer.MAX_VALUE,
          "Requests that each task may have under way at an endpoint");

  static final TypedSetting<VideoAs> VIDEO_AS =
      TypedSetting.choice(
          "videoAs",
          VideoAs.PICTURES,
          "pictures or frames: how a video is sent to an endpoint, each frame as a picture or all"
              + " as one video of JPEG frames");

  static final TypedSetting<Timing> TIMING =
      TypedSetting.choice(
          "timing",
          Timing.SHARED,
          "shared, or alone: one question under one method at a time, after a warm-up");

  static final TypedSetting<Integer> TIMING_BATCH =
      TypedSetting.number(
          "timingBatch", "images", 1, Integer.MAX_VALUE, "Images at a time where timing is alone");

  /** All settings. */
  static final List<TypedSetting<?>> ALL =
      List.of(
          ENGINE,
          BATCHIFIER,
          TRANSLATOR_FACTORY,
          BATCH_SIZE,
          REDUCE_BY,
          MAX_NEW_TOKENS,
          ENDPOINT_REQUESTS,
          VIDEO_AS,
          TIMING,
          TIMING_BATCH);

  private AskSettings() {}

  /** Declares a text that has one value. */
  private static TypedSetting<String> only(String name, String doc, String value) {
    return TypedSetting.text(
        name,
        value,
        doc + " (" + value + ")",
        given -> {
          if (!given.equals(value)) {
            throw new IllegalArgumentException(
                Text.format("Unknown %s '%s'; known: %s", name, given, value));
          }
        });
  }
}
