package io.prumerge.engine;

import io.prumerge.image.codec.ImageException;
import io.prumerge.service.Unknown;
import io.prumerge.text.PromptException;
import java.util.Locale;
import java.util.stream.Stream;

/** Why a question has no answer; lower-cased, the first part of the {@code error} column. */
public enum ErrorKind {
  /** No bytes where an image is named. */
  IMAGE_MISSING,
  /** Bytes that are no whole image. */
  IMAGE_CORRUPT,
  /** An image beyond the limits of bytes, pixels or side. */
  IMAGE_TOO_LARGE,
  /** A format or variant that is not read, or more images than the model takes. */
  IMAGE_UNSUPPORTED,
  /** A JPEG that this Java's decoder turns into other pixels than Pillow. */
  IMAGE_INEXACT,
  /**
   * A video before a model, or in a place, that takes none or other frames; or one whose frames
   * differ in size.
   */
  VIDEO_UNSUPPORTED,
  /** No folder of frames where a video is named, or none in it. */
  VIDEO_MISSING,
  /** Frames of a video that are not whole, or not all there. */
  VIDEO_CORRUPT,
  /** A video with more frames or bytes than a row may have. */
  VIDEO_TOO_LARGE,
  /** Frames that a run's protocol cannot choose of a video. */
  FRAMES_UNAVAILABLE,
  /** A question without text. */
  PROMPT_EMPTY,
  /** A question that holds image placeholders, but not as many as there are images. */
  PROMPT_PLACEHOLDER,
  /** A prompt that leaves no token to generate under the checkpoint's max_length. */
  PROMPT_TOO_LONG,
  /** A prompt with a token of the tokenizer's that the model has no row for. */
  PROMPT_UNKNOWN_TOKEN,
  /** A letter of an option that is no token of its own after the prompt. */
  LETTER_NOT_A_TOKEN,
  /** A number of new tokens below 0. */
  MAX_NEW_TOKENS_INVALID,
  /** A method that cannot reduce this image. */
  REDUCTION_FAILED,
  /** Logits that are no finite numbers. */
  MODEL_NOT_FINITE,
  /** No memory left on the device. */
  DEVICE_OUT_OF_MEMORY,
  /** An endpoint that gave no usable answer to this question. */
  ENDPOINT_FAILED,
  /** A question that another tool asked without getting an answer, as its log says. */
  LOGGED_FAILURE;

  /**
   * Returns the kind that the column {@code error} begins with, whatever its case; hyphens do too.
   *
   * @throws IllegalArgumentException with the known ones
   */
  public static ErrorKind named(String text) {
    return Stream.of(values())
        .filter(kind -> kind.label().equalsIgnoreCase(text.replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Unknown.message(
                        "kind of error",
                        text,
                        Stream.of(values()).map(ErrorKind::label).toList())));
  }

  /** Returns the kind as the {@code error} column begins with it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the {@code error} column: {@code kind: message}. */
  public String with(String message) {
    return label() + ": " + message;
  }

  /** Returns the {@code error} column of an image that cannot be used. */
  public static String of(ImageException e) {
    return valueOf(e.kind().name()).with(e.getMessage());
  }

  static String of(PromptException e) {
    return valueOf(e.kind().name()).with(e.getMessage());
  }
}
