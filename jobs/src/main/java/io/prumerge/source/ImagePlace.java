package io.prumerge.source;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The place of an image's bytes, of those of several images in one prompt, or of a video's frames.
 * The driver knows only places; executors read the bytes.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = ImagePlace.KIND)
@JsonSubTypes({
  @JsonSubTypes.Type(value = ImagePlace.Several.class, name = ImagePlace.Several.KIND),
  @JsonSubTypes.Type(value = ImagePlace.InFolder.class, name = "file"),
  @JsonSubTypes.Type(value = ImagePlace.Base64Range.class, name = "base64 of a file"),
  @JsonSubTypes.Type(value = ImagePlace.Base64Text.class, name = "base64"),
  @JsonSubTypes.Type(value = ImagePlace.ParquetCell.class, name = "cell"),
  @JsonSubTypes.Type(value = ImagePlace.Video.class, name = ImagePlace.Video.KIND)
})
public sealed interface ImagePlace extends Serializable {

  /** The first field of {@link #json}: which kind of place it is. */
  String KIND = "kind";

  /** Returns this as JSON; equal places have equal texts. */
  default String json() {
    return Several.write(this);
  }

  /** Returns the place of such a text. */
  static ImagePlace parse(String json) {
    try {
      return Several.JSON.readValue(json, ImagePlace.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("No place of an image: " + json, e);
    }
  }

  /** Returns SQL of whether a column {@code place} of such texts has a kind of them. */
  static String sql(String kind) {
    return Text.format("startswith(place, '{\"%s\":\"%s\",')", KIND, kind);
  }

  /** Returns the image's name in the {@code image_id} column; equal ids are the same image. */
  String id();

  /** Returns the same bytes under another name; itself if that is a file's. */
  default ImagePlace called(String name) {
    return this;
  }

  /**
   * Returns what a reader makes of a place of this kind, for {@link ImageReader#beginning}.
   *
   * @param bytes of the image; some behind them may be left out
   * @throws IllegalArgumentException if these are several images
   */
  Optional<byte[]> encoded(ImageReader reader, int bytes) throws IOException;

  /** Returns whether the beginning of an image can be read without all of it. */
  default boolean hasBeginning() {
    return false;
  }

  /** Returns where it is, for messages: the first of several. */
  String where();

  /** Returns whether it is a file of its own. */
  default boolean ownFile() {
    return false;
  }

  /** Returns this, if it is a video. */
  default Optional<Video> video() {
    return Optional.empty();
  }

  /** Returns the place of a prompt's images, in their order; empty without one. */
  static Optional<ImagePlace> of(List<ImagePlace> images) {
    return images.size() < 2 ? images.stream().findFirst() : Optional.of(new Several(images));
  }

  /** Returns the places of single images, in the order of the prompt. */
  default List<ImagePlace> single() {
    return List.of(this);
  }

  /**
   * Several images, in the order of their places in a prompt.
   *
   * @param images at least two single ones
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  record Several(List<ImagePlace> images) implements ImagePlace {

    /** How the ids of several images begin, and of no file's. */
    public static final String START = "[\"";

    /** Of several images, in {@link ImagePlace#json}. */
    public static final String KIND = "several";

    private static final ObjectMapper JSON = new ObjectMapper();

    public Several {
      images = List.copyOf(images);
      if (images.size() < 2 || images.stream().anyMatch(Several.class::isInstance)) {
        throw new IllegalArgumentException("Several images are not " + images);
      }
    }

    /** Returns the ids of the images that an id names. */
    public static List<String> ids(String id) {
      try {
        return List.of(JSON.readValue(id, String[].class));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("No id of several images: " + id, e);
      }
    }

    /** Returns the images' ids as a JSON array. */
    @Override
    public String id() {
      return write(images.stream().map(ImagePlace::id).toList());
    }

    private static String write(Object texts) {
      try {
        return JSON.writeValueAsString(texts);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("Texts and numbers can be written as JSON", e);
      }
    }

    @Override
    public List<ImagePlace> single() {
      return images;
    }

    @Override
    public Optional<byte[]> encoded(ImageReader reader, int bytes) {
      return reader.oneByOne(this);
    }

    @Override
    public String where() {
      return images.get(0).where();
    }
  }

  /**
   * A file.
   *
   * @param id its path below the image folder; the constructor refuses any other with a {@link
   *     DataException}
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  record InFolder(String id) implements ImagePlace {

    public InFolder {
      ImageName.problem(id)
          .ifPresent(
              problem -> {
                throw new DataException(problem);
              });
    }

    @Override
    public Optional<byte[]> encoded(ImageReader reader, int bytes) throws IOException {
      return reader.file(id, bytes);
    }

    @Override
    public boolean hasBeginning() {
      return true;
    }

    @Override
    public String where() {
      return "a file of this name";
    }

    @Override
    public boolean ownFile() {
      return true;
    }
  }

  /**
   * Base64 text inside a file, as in MMBench's TSV files.
   *
   * @param offset of the first base64 character, in bytes
   * @param length in bytes
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  record Base64Range(String id, String file, long offset, long length) implements ImagePlace {

    @Override
    public ImagePlace called(String name) {
      return new Base64Range(name, file, offset, length);
    }

    /** Returns whether the file is compressed, so that only its whole beginning can be read. */
    boolean isPacked() {
      return PackedFile.isPacked(new Path(file));
    }

    @Override
    public Optional<byte[]> encoded(ImageReader reader, int bytes) throws IOException {
      return reader.range(this, bytes);
    }

    @Override
    public boolean hasBeginning() {
      return !isPacked();
    }

    @Override
    public String where() {
      return Text.format("%s:byte %d", new Path(file).getName(), offset);
    }
  }

  /**
   * Base64 text of a row of JSON.
   *
   * @param text as the row has it
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  record Base64Text(String id, String text) implements ImagePlace {

    @Override
    public ImagePlace called(String name) {
      return new Base64Text(name, text);
    }

    @Override
    public Optional<byte[]> encoded(ImageReader reader, int bytes) {
      return reader.text(text);
    }

    @Override
    public String where() {
      return "the text of a row";
    }
  }

  /**
   * A cell of a Parquet file: encoded bytes in the field {@code bytes} of a struct, as Hugging Face
   * has them, bytes alone, or base64 text.
   *
   * @param row number of the row in the file, from 0
   * @param column of one such, or of a list of them; {@code column.field} of a field of structs
   * @param item index in the list, or among the values of the structs in one; 0 if there is none
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  record ParquetCell(String id, String file, long row, String column, int item)
      implements ImagePlace {

    @Override
    public ImagePlace called(String name) {
      return new ParquetCell(name, file, row, column, item);
    }

    @Override
    public Optional<byte[]> encoded(ImageReader reader, int bytes) throws IOException {
      return reader.cell(this);
    }

    @Override
    public String where() {
      return Text.format("%s:row %d", new Path(file).getName(), row);
    }
  }

  /**
   * A video, or the part of it between two times.
   *
   * @param name the path of the video below the image folder, if its frames are in a folder: of
   *     that name, or of that name without its ending; the constructor refuses any other with a
   *     {@link DataException}. Rows that hold frames of one video share any name
   * @param start in seconds, at least 0; null: the video's beginning
   * @param end in seconds, above the start; null: the video's end
   * @param fps frames per second of the whole video, if its row says so; else null
   * @param frames all frames of the video, if its row holds them; null: they are in a folder
   */
  @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
  record Video(String name, Double start, Double end, Double fps, FrameList frames)
      implements ImagePlace {

    /** Of a video, in {@link ImagePlace#json}. */
    public static final String KIND = "video";

    private static final String PART = "#t=";

    public Video {
      if (frames == null) {
        ImageName.problem(name)
            .ifPresent(
                problem -> {
                  throw new DataException(problem);
                });
      }
      double from = start == null ? 0 : start;
      double to = end == null ? Double.POSITIVE_INFINITY : end;
      if (from < 0) {
        throw new DataException(
            Text.format(
                "The part of '%s' from %s s on begins before the video does, at 0 s", name, start));
      }
      if (!(from < to) || end != null && end.isInfinite()) {
        throw new DataException(
            Text.format("The part of '%s' from %s s to %s s has no length", name, from, to));
      }
      if (fps != null && !(fps > 0 && !fps.isInfinite())) {
        throw new DataException(
            Text.format("'%s' cannot have %s frames per second: more than 0", name, fps));
      }
    }

    /** Returns a video whose frames are in a folder. */
    public Video(String name, Double start, Double end, Double fps) {
      this(name, start, end, fps, null);
    }

    /**
     * Returns the name, or of frames in a table their own id; of a part with the bounds behind it
     * as media fragments have them.
     */
    @Override
    public String id() {
      String whole = frames == null ? name : frames.id();
      return start == null && end == null
          ? whole
          : whole + PART + seconds(start) + (end == null ? "" : "," + seconds(end));
    }

    @Override
    public Optional<byte[]> encoded(ImageReader reader, int bytes) {
      return reader.oneByOne(this);
    }

    @Override
    public String where() {
      return "a file of this name";
    }

    @Override
    public Optional<Video> video() {
      return Optional.of(this);
    }

    private static String seconds(Double bound) {
      return bound == null ? "" : BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }
  }
}
