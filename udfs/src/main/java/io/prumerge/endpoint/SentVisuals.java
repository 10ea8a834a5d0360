package io.prumerge.endpoint;

import io.prumerge.engine.ErrorKind;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageErrorKind;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageFormat;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.lang.Text;
import io.prumerge.text.ConversationTemplate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * A prompt's pictures and videos as requests hold them. They are decoded as for our own models
 * first, so that what is no picture never leaves this machine and has the same error as there.
 *
 * @param uris of each picture or video its {@code data:} URIs, with each file's own bytes, or those
 *     of a smaller copy: one, or one for each frame; none with an error
 * @param error why one of them is none, as in the column {@code error}
 */
record SentVisuals(List<List<String>> uris, Optional<String> error) {

  SentVisuals {
    uris = List.copyOf(uris);
  }

  /**
   * Checks pictures and videos.
   *
   * @param visuals none for a question without a picture
   * @param videoAs how videos are sent
   * @param limit of the pictures and frames that are sent; empty: the files
   */
  static SentVisuals of(
      List<Visual> visuals, VideoAs videoAs, Optional<PictureLimit.OfPixels> limit) {
    List<List<String>> uris = new ArrayList<>();
    for (Visual visual : visuals) {
      try {
        uris.add(
            visual instanceof Visual.Video video && videoAs == VideoAs.FRAMES
                ? List.of(video(video.frames()))
                : pictures(visual.files(), limit));
      } catch (ImageException e) {
        ImageException one = e.of(uris.size() + 1, visuals.size());
        return new SentVisuals(List.of(), Optional.of(ErrorKind.of(one)));
      }
    }
    return new SentVisuals(uris, Optional.empty());
  }

  private static List<String> pictures(List<byte[]> files, Optional<PictureLimit.OfPixels> limit)
      throws ImageException {
    List<String> uris = new ArrayList<>();
    for (byte[] file : files) {
      Optional<byte[]> copy =
          limit.isPresent()
              ? smaller(file, limit.get(), uris.size(), files.size())
              : Optional.empty();
      String format =
          copy.isPresent()
              ? "png"
              : format(file, uris.size(), files.size()).name().toLowerCase(Locale.ROOT);
      uris.add("data:image/" + format + ";base64," + base64(copy.orElse(file)));
    }
    return uris;
  }

  /** Returns a smaller copy of a picture, without loss as PNG; empty if it is within the limit. */
  private static Optional<byte[]> smaller(
      byte[] file, PictureLimit.OfPixels limit, int place, int files) throws ImageException {
    RgbImage picture;
    try {
      picture = ImageDecoder.decode(file, ImageLimits.DEFAULT);
    } catch (ImageException e) {
      throw e.of(place + 1, files);
    }
    RgbImage copy = limit.shrunk(picture);
    if (copy.equals(picture)) {
      return Optional.empty();
    }
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(copy.buffered(), "png", png);
      return Optional.of(png.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a picture to memory", e);
    }
  }

  private static String video(List<byte[]> frames) throws ImageException {
    StringBuilder uri = new StringBuilder("data:video/jpeg;base64,");
    for (int i = 0; i < frames.size(); i++) {
      ImageFormat format = format(frames.get(i), i, frames.size());
      if (format != ImageFormat.JPEG) {
        throw ImageException.video(
                Text.format(
                    "It is a %s, but a video in one part has JPEG frames only; prepare the"
                        + " benchmark from JPEG frames, or send each frame as a picture",
                    format))
            .of(i + 1, frames.size());
      }
      uri.append(i == 0 ? "" : ",").append(base64(frames.get(i)));
    }
    return uri.toString();
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }

  private static ImageFormat format(byte[] file, int place, int files) throws ImageException {
    try {
      ImageDecoder.decode(file, ImageLimits.DEFAULT);
    } catch (ImageException e) {
      // The server's decoder makes the pixels, whatever this Java's would make.
      if (e.kind() != ImageErrorKind.IMAGE_INEXACT) {
        throw e.of(place + 1, files);
      }
    }
    return ImageDecoder.probe(file, ImageLimits.DEFAULT).format();
  }

  /** Returns the URIs of all, in their order. */
  List<String> all() {
    return uris.stream().flatMap(List::stream).toList();
  }

  /** Returns a prompt with a place for each URI, if it has one for each picture or video. */
  String placed(String prompt) {
    List<String> texts = ConversationTemplate.aroundImages(prompt);
    if (texts.size() == 1) {
      return prompt;
    }
    StringBuilder placed = new StringBuilder(texts.get(0));
    for (int i = 0; i < uris.size(); i++) {
      placed
          .append(
              Collections.nCopies(uris.get(i).size(), ConversationTemplate.IMAGE_TOKEN).stream()
                  .collect(Collectors.joining()))
          .append(texts.get(i + 1));
    }
    return placed.toString();
  }
}
