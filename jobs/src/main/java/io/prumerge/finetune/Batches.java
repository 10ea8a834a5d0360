package io.prumerge.finetune;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.ModelLease;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.lang.Text;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.store.Json;
import io.prumerge.training.ImageReducer;
import io.prumerge.training.ReducedImage;
import io.prumerge.training.TrainingExample;
import io.prumerge.zoo.LlavaProcessor;
import io.prumerge.zoo.LoadSettings;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Makes the examples that a step learns from. For one thread at a time. */
final class Batches implements Closeable {

  /** One byte more than the engine's limit, as in {@code prepare}. */
  private static final int MOST_BYTES = Math.toIntExact(ImageLimits.DEFAULT.maxBytes() + 1);

  private final TrainingJob job;
  private final RowSpool rows;
  private final BatchSampler order;
  private final LlavaProcessor processor;
  private final ConversationEncoder encoder;
  private final ImageReducer reducer;
  private final ImageReader images;
  private final TokenStore tokens;

  private Batches(
      TrainingJob job,
      RowSpool rows,
      LlavaProcessor processor,
      ConversationEncoder encoder,
      ImageReducer reducer,
      ImageReader images,
      TokenStore tokens) {
    this.job = job;
    this.rows = rows;
    this.order = job.recipe().order(rows.images());
    this.processor = processor;
    this.encoder = encoder;
    this.reducer = reducer;
    this.images = images;
    this.tokens = tokens;
  }

  /**
   * Opens the data on this host.
   *
   * @param model stays open as long as this
   * @param config the model's, on this host
   * @throws Failure if the method does not fit, or the data are others than the driver has seen
   */
  static Batches open(TrainingJob job, ModelLease model, EngineConfig config, Configuration hadoop)
      throws IOException {
    ImageReducer reducer = reducer(job, model);
    Checkpoint checkpoint = Checkpoint.open(ModelFolders.parse(config.model()));
    LlavaProcessor processor =
        LlavaProcessor.load(
            checkpoint,
            config.settings().get(LoadSettings.IMAGE_ASPECT),
            config.settings().get(LoadSettings.CONVERSATION));
    try {
      ConversationEncoder encoder =
          new ConversationEncoder(
              processor.tokenizer(),
              processor.prompts().template(),
              checkpoint.config().imageTokenId(),
              checkpoint.config().family().imageText());
      return new Batches(
          job,
          rows(job, hadoop),
          processor,
          encoder,
          reducer,
          new ImageReader(job.rows().source().folder(), MOST_BYTES, hadoop),
          TokenStore.of(job.storage().keptBytes()));
    } catch (IOException | RuntimeException e) {
      processor.close();
      throw e;
    }
  }

  private static RowSpool rows(TrainingJob job, Configuration hadoop) throws IOException {
    RowSpool rows = RowSpool.of(job.rows().source(), job.rows().broken(), hadoop);
    if (rows.count() != job.rows().count()) {
      rows.close();
      throw new Failure(
          Text.format(
              "Cannot train on %s: it has %,d usable rows here and %,d where it was checked; let"
                  + " all hosts see the same file",
              job.rows().source().file(), rows.count(), job.rows().count()));
    }
    return rows;
  }

  private static ImageReducer reducer(TrainingJob job, ModelLease model) {
    try {
      return ImageReducer.of(model, job.recipe().methodSpec(), job.recipe().lora());
    } catch (ReductionException e) {
      throw new Failure(
          Wording.of(
              "Cannot train with %s %s: %s",
              Setting.METHOD, job.recipe().method(), e.getMessage()));
    }
  }

  /** Makes the examples of a step. */
  Batch of(int step) throws IOException {
    return of(step, 0, 1);
  }

  /**
   * Makes a part of the examples of a step.
   *
   * @param part number of the part, from 0
   * @param parts number of parts, as equal as can be
   */
  Batch of(int step, int part, int parts) throws IOException {
    int[] all = order.rows(step);
    List<TrainingExample> examples = new ArrayList<>();
    List<BrokenRow> leftOut = new ArrayList<>();
    Map<String, ReducedImage> images = new HashMap<>();
    for (int i = part * all.length / parts; i < (part + 1) * all.length / parts; i++) {
      Conversation row = rows.get(all[i]);
      try {
        examples.add(example(row, images));
      } catch (RowException e) {
        leftOut.add(refused(BrokenRow.of(row.row(), row.id(), e)));
      }
    }
    return new Batch(examples, leftOut);
  }

  private BrokenRow refused(BrokenRow row) {
    if (!job.rows().skipBroken()) {
      throw new Failure(
          Wording.of(
              "Cannot train on %s; mend it, or leave such rows out with %s",
              row, Setting.SKIP_BROKEN));
    }
    return row;
  }

  private TrainingExample example(Conversation row, Map<String, ReducedImage> seen)
      throws RowException, IOException {
    EncodedConversation text = encoder.encode(row);
    Optional<ReducedImage> image =
        row.hasImage() ? Optional.of(image(row, seen)) : Optional.empty();
    int placeholder = image.isPresent() ? 1 : 0;
    int visual = image.map(ReducedImage::rows).orElse(0);
    EncodedConversation whole = text.first(job.recipe().maxTokens() - visual + placeholder);
    if (!whole.hasAnswers()) {
      throw new RowException(
          RowErrorKind.ROW_TOO_LONG,
          Text.format(
              "no answer begins within %d positions, of which the image takes %d",
              job.recipe().maxTokens(), visual));
    }
    return new TrainingExample(image, whole.ids(), whole.answers());
  }

  /** The trainer shares the work about rows whose image is the same object. */
  private ReducedImage image(Conversation row, Map<String, ReducedImage> seen)
      throws RowException, IOException {
    String question = row.turns().get(0).question();
    String name = reducer.perQuestion() ? row.image() + "\n" + question : row.image();
    ReducedImage image = seen.get(name);
    if (image == null) {
      Optional<ReducedImage> kept = tokens.find(name);
      image = kept.isPresent() ? kept.get() : reduced(row, name, question);
      seen.put(name, image);
    }
    return image;
  }

  private ReducedImage reduced(Conversation row, String name, String question)
      throws RowException, IOException {
    try {
      ReducedImage reduced = reducer.reduce(bytes(row), question);
      tokens.keep(name, reduced);
      return reduced;
    } catch (ImageException e) {
      throw new RowException(
          RowErrorKind.IMAGE_UNUSABLE, "image '" + row.image() + "': " + e.getMessage(), e);
    } catch (ReductionException e) {
      throw new RowException(
          RowErrorKind.REDUCTION_FAILED, "image '" + row.image() + "': " + e.getMessage(), e);
    }
  }

  private byte[] bytes(Conversation row) throws RowException, IOException {
    try {
      return images
          .read(new ImagePlace.InFolder(row.image()))
          .orElseThrow(
              () ->
                  new RowException(
                      RowErrorKind.IMAGE_MISSING,
                      "no image '" + row.image() + "', or it is empty"));
    } catch (DataException e) {
      throw new RowException(RowErrorKind.IMAGE_OUTSIDE, e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try (rows;
        images;
        tokens) {
      processor.close();
    }
  }

  /**
   * Visual tokens that were computed, in a temporary file of this host. Neither tower nor method is
   * trained, so an image is encoded once, as long as there is space; the others are encoded each
   * time.
   */
  static final class TokenStore implements Closeable {

    // In the file the tokens' positions, then their values.
    private record Place(long offset, Stage stage, int rows, int width, int span) {

      int bytes() {
        return Math.addExact(
            rows * Integer.BYTES, Math.multiplyExact(Math.multiplyExact(rows, width), Float.BYTES));
      }
    }

    private final FileChannel file;
    private final long most;
    private final Map<String, Place> places = new HashMap<>();
    private long end;

    private TokenStore(FileChannel file, long most) {
      this.file = file;
      this.most = most;
    }

    /**
     * Begins an empty store.
     *
     * @param most bytes to take of the host's disk
     */
    static TokenStore of(long most) throws IOException {
      return new TokenStore(TemporaryFile.open("prumerge-tokens-"), most);
    }

    /** Returns the tokens that were kept under a name. */
    Optional<ReducedImage> find(String name) throws IOException {
      Place place = places.get(name);
      if (place == null) {
        return Optional.empty();
      }
      ByteBuffer bytes = ByteBuffer.allocate(place.bytes());
      while (bytes.hasRemaining()) {
        if (file.read(bytes, place.offset() + bytes.position()) < 0) {
          throw new EOFException("The file of kept tokens is cut off");
        }
      }
      int[] positions = new int[place.rows()];
      float[] values = new float[place.rows() * place.width()];
      bytes.flip().asIntBuffer().get(positions);
      bytes.position(place.rows() * Integer.BYTES).asFloatBuffer().get(values);
      return Optional.of(
          new ReducedImage(
              place.stage(), place.rows(), place.width(), values, positions, place.span()));
    }

    /** Keeps tokens under a name, if there is space. */
    void keep(String name, ReducedImage image) throws IOException {
      Place place = new Place(end, image.stage(), image.rows(), image.width(), image.span());
      if (end + place.bytes() > most) {
        return;
      }
      ByteBuffer bytes = ByteBuffer.allocate(place.bytes());
      bytes.asIntBuffer().put(image.positions());
      bytes.position(image.rows() * Integer.BYTES).asFloatBuffer().put(image.values());
      end = TemporaryFile.write(file, bytes.rewind(), end);
      places.put(name, place);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /**
   * The usable rows in a temporary file of this host, to be read in any order: 12 bytes of memory
   * for each, whatever is in it, and the names of their images.
   */
  static final class RowSpool implements Closeable {

    private final FileChannel file;
    private long[] ends = new long[1024];
    private int[] images = new int[1024];
    private final Map<String, Integer> numbers = new HashMap<>();
    private int count;

    private RowSpool(FileChannel file) {
      this.file = file;
    }

    /**
     * Copies the rows.
     *
     * @param broken numbers of the rows to leave out
     */
    static RowSpool of(DataSource source, BitSet broken, Configuration hadoop) throws IOException {
      RowSpool spool = new RowSpool(TemporaryFile.open("prumerge-rows-"));
      try {
        source.read(
            hadoop,
            (line, row) -> {
              if (!broken.get(row)) {
                try {
                  spool.add(ConversationReader.read(row, line));
                } catch (RowException e) {
                  throw new IllegalStateException("Row " + row + " has changed: " + e, e);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
        return spool;
      } catch (IOException | RuntimeException e) {
        spool.close();
        throw e;
      }
    }

    private void add(Conversation row) throws IOException {
      if (count + 1 == ends.length) {
        ends = Arrays.copyOf(ends, 2 * ends.length);
        images = Arrays.copyOf(images, ends.length);
      }
      ByteBuffer bytes = ByteBuffer.wrap(Json.line(row).getBytes(StandardCharsets.UTF_8));
      long at = TemporaryFile.write(file, bytes, ends[count]);
      images[count] =
          row.hasImage()
              ? numbers.computeIfAbsent(row.image(), image -> numbers.size())
              : BatchSampler.NO_IMAGE;
      ends[++count] = at;
    }

    /** Returns a number for the image of each row, equal for equal images. */
    int[] images() {
      return Arrays.copyOf(images, count);
    }

    /** Returns the number of rows. */
    int count() {
      return count;
    }

    /**
     * Reads a row.
     *
     * @param index among the usable rows, from 0
     */
    Conversation get(int index) {
      try {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(ends[index + 1] - ends[index]));
        while (bytes.hasRemaining()) {
          if (file.read(bytes, ends[index] + bytes.position()) < 0) {
            throw new EOFException("The copy of the rows is cut off");
          }
        }
        return Json.read(new String(bytes.array(), StandardCharsets.UTF_8), Conversation.class);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
