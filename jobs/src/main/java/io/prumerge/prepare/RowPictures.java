package io.prumerge.prepare;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageFormat;
import io.prumerge.image.codec.ImageInfo;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.UprightImage;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The pictures of a prompt, as a row of the examples table has them.
 *
 * @param kept their encoded bytes, an element a picture: nothing where it is missing, or where its
 *     size is all that is kept
 * @param info of the first; nothing unless all can be used
 * @param sha256 of the bytes that were read; of several pictures, the hash of their hashes, 32
 *     bytes each, in order; nothing where one is missing
 */
record RowPictures(List<Optional<byte[]>> kept, Optional<ImageInfo> info, Optional<String> sha256) {

  private static final ImageLimits LIMITS = ImageLimits.DEFAULT;

  /**
   * One byte more than the engine's limit. Longer files are cut to this length: the engine still
   * refuses them as too large, and the rest need not be held.
   */
  static final int MAX_BYTES = Math.toIntExact(LIMITS.maxBytes() + 1);

  /** Enough for most headers. A picture whose header is longer is read whole. */
  static final int HEADER_BYTES = 1 << 16;

  RowPictures {
    kept = List.copyOf(kept);
  }

  /**
   * Reads pictures.
   *
   * @throws UncheckedIOException if the file system fails
   */
  static RowPictures read(
      List<ImagePlace> places, NamedSplit table, ImageReader reader, RowMemory memory) {
    if (!table.headersOnly()) {
      return whole(places, table, reader, memory);
    }
    return headers(places, table.turned(), reader)
        .orElseGet(() -> whole(places, table, reader, memory))
        .withoutUsable();
  }

  private static RowPictures whole(
      List<ImagePlace> places, NamedSplit table, ImageReader reader, RowMemory memory) {
    List<Optional<byte[]>> images = new ArrayList<>();
    List<ImageInfo> sizes = new ArrayList<>();
    long bytes = 0;
    for (ImagePlace place : places) {
      Optional<byte[]> image =
          read(place, MAX_BYTES, reader).map(one -> table.turned() ? upright(one) : one);
      image.flatMap(one -> info(one, false, table.headersOnly())).ifPresent(sizes::add);
      images.add(image);
      bytes += image.map(one -> one.length).orElse(0);
      require(memory, bytes, images.size(), places);
    }
    return new RowPictures(
        images,
        sizes.size() == images.size() ? sizes.stream().findFirst() : Optional.empty(),
        sha256(images));
  }

  private static void require(RowMemory memory, long bytes, int read, List<ImagePlace> places) {
    try {
      memory.require(bytes, read, places.size(), places.get(0).id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the beginnings of pictures; returns nothing unless they say that all can be used. */
  private static Optional<RowPictures> headers(
      List<ImagePlace> places, boolean turned, ImageReader reader) {
    List<Optional<byte[]>> beginnings = new ArrayList<>();
    List<ImageInfo> sizes = new ArrayList<>();
    for (ImagePlace place : places) {
      if (!place.hasBeginning()) {
        return Optional.empty();
      }
      Optional<byte[]> beginning = read(place, HEADER_BYTES, reader);
      Optional<ImageInfo> size = beginning.flatMap(one -> ofBeginning(one, turned));
      if (size.isEmpty()) {
        return Optional.empty();
      }
      beginnings.add(beginning);
      sizes.add(size.get());
    }
    return Optional.of(new RowPictures(beginnings, sizes.stream().findFirst(), sha256(beginnings)));
  }

  /** Returns nothing, too, if only the end of the file says whether the picture is turned. */
  private static Optional<ImageInfo> ofBeginning(byte[] beginning, boolean turned) {
    return info(beginning, turned, true)
        .filter(
            info ->
                !turned || beginning.length < HEADER_BYTES || info.format() == ImageFormat.JPEG);
  }

  /**
   * Returns what a plan needs of a picture: the beginning, if that says the size, which is then the
   * same whether the picture is turned upright or not.
   */
  static byte[] planned(byte[] picture) {
    if (picture.length <= HEADER_BYTES) {
      return picture;
    }
    byte[] beginning = Arrays.copyOf(picture, HEADER_BYTES);
    Optional<ImageInfo> stored = info(picture, false, false);
    return stored.isPresent()
            && stored.equals(info(picture, true, true))
            && stored.equals(info(beginning, false, true))
        ? beginning
        : picture;
  }

  /** Keeps the bytes only if one picture cannot be used: they are looked at to count faults. */
  private RowPictures withoutUsable() {
    return info.isEmpty()
        ? this
        : new RowPictures(
            kept.stream().map(image -> Optional.<byte[]>empty()).toList(), info, sha256);
  }

  /** Returns the bytes of the first picture; null without. */
  byte[] first() {
    return kept.isEmpty() ? null : kept.get(0).orElse(null);
  }

  /** Returns the bytes of the others; null if there is at most one picture. */
  byte[][] more() {
    return kept.size() < 2
        ? null
        : kept.stream().skip(1).map(image -> image.orElse(null)).toArray(byte[][]::new);
  }

  private static Optional<String> sha256(List<Optional<byte[]>> images) {
    if (images.isEmpty() || images.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    if (images.size() == 1) {
      return images.get(0).map(Sha256::hex);
    }
    return Optional.of(sha256OfAll(images.stream().map(Optional::orElseThrow).toList()));
  }

  /** Returns the hash of the hashes of pictures, 32 bytes each, in their order. */
  static String sha256OfAll(List<byte[]> images) {
    MessageDigest all = Sha256.digest();
    images.forEach(image -> all.update(Sha256.of(image)));
    return HexFormat.of().formatHex(all.digest());
  }

  private static Optional<byte[]> read(ImagePlace place, int bytes, ImageReader reader) {
    try {
      return reader.beginning(place, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a picture upright; one that cannot be used as it is: the run reports it. */
  static byte[] upright(byte[] image) {
    try {
      return UprightImage.of(image, LIMITS);
    } catch (ImageException e) {
      return image;
    }
  }

  /** Returns nothing if the image cannot be used: the run reports such a row, prepare counts it. */
  private static Optional<ImageInfo> info(byte[] bytes, boolean turned, boolean headersOnly) {
    try {
      return Optional.of(check(bytes, turned, headersOnly));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns what a picture's header says.
   *
   * @param turned whether of the upright picture
   * @param headersOnly whether {@value #HEADER_BYTES} bytes are the beginning of one, not all of it
   * @throws ImageException if it cannot be used
   */
  static ImageInfo check(byte[] bytes, boolean turned, boolean headersOnly) throws ImageException {
    ImageInfo stored =
        headersOnly && bytes.length == HEADER_BYTES
            ? ImageDecoder.checkBeginning(bytes, LIMITS)
            : ImageDecoder.check(bytes, LIMITS);
    return turned ? UprightImage.checkBeginning(bytes, LIMITS) : stored;
  }
}
