package io.prumerge.score;

import static org.apache.spark.sql.functions.lit;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.console.Failure;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageInfo;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.lang.Text;
import io.prumerge.prepare.QuestionStage;
import io.prumerge.prepare.StagedQuestion;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.QuestionTable;
import io.prumerge.store.SparkInput;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A benchmark's questions as a table, with the ids that {@code prepare} gives them. The driver
 * holds {@value #MOST_HELD} of them; if there are more, all lie in files, which the executors read.
 */
final class QuestionSet implements Closeable {

  /** Column of a question's position in the benchmark's files, from 0. */
  static final String POSITION = "position";

  /** 1 to 2 KB each: about as much as one of Spark's shuffled blocks. */
  static final int MOST_HELD = 65_536;

  /** Lines travel inside the tasks that read them, whose size is limited. */
  private static final int LINES_PER_TASK = 4096;

  private final Benchmark benchmark;
  private final Dataset<Row> rows;
  private final long count;
  private final Optional<ScratchFolder> files;

  private QuestionSet(
      Benchmark benchmark, Dataset<Row> rows, long count, Optional<ScratchFolder> files) {
    this.benchmark = benchmark;
    this.rows = benchmark.repeatsIds() ? StagedQuestion.distinct(rows) : rows;
    this.count = count;
    this.files = files;
  }

  /**
   * Reads the questions.
   *
   * @param beside the files of many questions lie in a new folder next to this one; empty: in a
   *     folder of this host, if Spark runs on this host alone
   * @throws DataException if two questions have the same id
   * @throws Failure if there are too many questions to hold, and no folder for their files
   */
  static QuestionSet read(
      SparkSession spark, Benchmark benchmark, SourceFiles source, Optional<Path> beside)
      throws IOException {
    Reading reading = new Reading(spark, benchmark, beside);
    QuestionSet asked;
    try (reading) {
      benchmark.read(
          source,
          benchmark.prompts(Optional.empty()),
          source.leftOut().account().counting(reading::add));
      asked = reading.all();
    }
    asked.requireUnique();
    return asked;
  }

  /** Returns the given questions, whose ids differ. */
  static QuestionSet of(
      SparkSession spark, Benchmark benchmark, List<BenchmarkQuestion> questions) {
    return new QuestionSet(benchmark, held(spark, questions), questions.size(), Optional.empty());
  }

  /** As an RDD: a local relation would be copied into every plan that Spark makes. */
  private static Dataset<Row> held(SparkSession spark, List<BenchmarkQuestion> questions) {
    List<String> lines = new ArrayList<>(questions.size());
    for (BenchmarkQuestion question : questions) {
      lines.add(StagedQuestion.of(lines.size(), question).json());
    }
    return StagedQuestion.read(
        spark,
        reader ->
            reader.json(
                spark.createDataset(
                    JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(lines, lines.size() / LINES_PER_TASK + 1)
                        .rdd(),
                    Encoders.STRING())));
  }

  private void requireUnique() throws IOException {
    try {
      StagedQuestion.requireUnique(rows.selectExpr("question.question_id AS id", POSITION));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  Benchmark benchmark() {
    return benchmark;
  }

  /** Returns the number of questions. */
  long count() {
    return count;
  }

  /** Returns the folder of the questions' files, if they are too many to hold. */
  Optional<Path> folder() {
    return files.map(ScratchFolder::folder);
  }

  /**
   * Adds the images' sizes, if the benchmark needs them; the result takes this set's place. The
   * driver then holds all questions: benchmarks of boxes have few.
   *
   * @throws DataException as {@link ImageSizes#added}
   */
  QuestionSet sized(SparkSession spark) throws IOException {
    if (!benchmark.needsImageSize()) {
      return this;
    }
    try (this) {
      List<BenchmarkQuestion> all = new ArrayList<>();
      inOrder().forEachRemaining(all::add);
      return of(spark, benchmark, ImageSizes.added(spark, all));
    }
  }

  /** Returns {@link #POSITION} and {@code question_id}. */
  Dataset<Row> positions() {
    return rows.selectExpr(POSITION, "question.question_id");
  }

  /**
   * Returns rows of {@link QuestionTable#SCHEMA}.
   *
   * @param split the answers' name of the split of these questions
   */
  Dataset<Row> references(String split) {
    return rows.selectExpr("if(text_only, NULL, id) AS image_id", "question.*")
        .withColumn("benchmark", lit(benchmark.name()))
        .withColumn("split", lit(split))
        .selectExpr(QuestionTable.SCHEMA.fieldNames());
  }

  /**
   * Returns answers with the names of the videos that their questions are about, if these are about
   * videos: clips of one are one cluster.
   *
   * @param answers with a {@code question_id} of these questions
   */
  Dataset<Row> withVideos(Dataset<Row> answers) {
    Dataset<Row> videos =
        rows.selectExpr("question.question_id", StagedQuestion.VIDEO + " AS video")
            .where("video IS NOT NULL");
    return videos.isEmpty()
        ? answers
        : answers
            .drop("video")
            .join(videos, new String[] {"question_id"}, "left"); // others have no video
  }

  /** Returns rows of {@link StagedQuestion#SCHEMA}, in no order. */
  Dataset<Row> rows() {
    return rows;
  }

  /**
   * Returns the questions in the order of the files. The driver holds one part of them at a time.
   */
  Iterator<BenchmarkQuestion> inOrder() {
    Iterator<Row> sorted = rows.orderBy(POSITION).toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sorted.hasNext();
      }

      @Override
      public BenchmarkQuestion next() {
        return StagedQuestion.question(sorted.next());
      }
    };
  }

  /** Deletes the files, if there are any. */
  @Override
  public void close() throws IOException {
    if (files.isPresent()) {
      files.get().close();
    }
  }

  private static Path lines(ScratchFolder files) {
    return files.below("lines");
  }

  /** Takes questions as they are read, and puts them into files when there are too many. */
  private static final class Reading implements Closeable {

    private final SparkSession spark;
    private final Benchmark benchmark;
    private final Optional<Path> beside;
    private final List<BenchmarkQuestion> held = new ArrayList<>();
    private Optional<ScratchFolder> files = Optional.empty();
    private QuestionStage stage;
    private boolean whole;

    Reading(SparkSession spark, Benchmark benchmark, Optional<Path> beside) {
      this.spark = spark;
      this.benchmark = benchmark;
      this.beside = beside;
    }

    void add(BenchmarkQuestion question) {
      if (stage == null && held.size() < MOST_HELD) {
        held.add(question);
        return;
      }
      if (stage == null) {
        try {
          files =
              Optional.of(
                  ScratchFolder.beside(
                      spark,
                      beside,
                      Text.format("%s has more than %,d questions", benchmark.name(), MOST_HELD)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        stage = new QuestionStage(files.get().fs(), lines(files.get()));
        held.forEach(stage::add);
        held.clear();
      }
      stage.add(question);
    }

    /** Returns all questions, when the last one was added. */
    QuestionSet all() throws IOException {
      whole = true;
      if (stage == null) {
        return of(spark, benchmark, held);
      }
      stage.close();
      return new QuestionSet(
          benchmark,
          StagedQuestion.read(
              spark, reader -> reader.json(SparkInput.named(lines(files.get()).toString()))),
          stage.count(),
          files);
    }

    /** Deletes the files of questions that could not be read to the end. */
    @Override
    public void close() throws IOException {
      if (!whole && stage != null) {
        stage.close();
        files.get().close();
      }
    }
  }

  /** Reads the sizes of images whose files do not say them, on executors. */
  static final class ImageSizes {

    private static final int IMAGES_PER_TASK = 1024;

    @DefaultSerializer(JavaSerializer.class) // Kryo cannot fill records
    private record Sized(String image, int width, int height) implements Serializable {}

    private ImageSizes() {}

    /**
     * Returns the questions with their images' sizes.
     *
     * @throws DataException naming an image that is missing or damaged
     */
    static List<BenchmarkQuestion> added(SparkSession spark, List<BenchmarkQuestion> questions) {
      Map<String, ImagePlace> places = new LinkedHashMap<>();
      for (BenchmarkQuestion question : questions) {
        if (!question.extra().containsKey(BenchmarkQuestion.WIDTH)) {
          question.image().ifPresent(place -> places.putIfAbsent(place.id(), place));
        }
      }
      if (places.isEmpty()) {
        return List.copyOf(questions);
      }
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Broadcast<SerializableConfiguration> hadoop =
          context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
      Map<String, Sized> sizes = new HashMap<>();
      context
          .parallelize(List.copyOf(places.values()), places.size() / IMAGES_PER_TASK + 1)
          .mapPartitions(part -> read(part, hadoop.value().value()))
          .collect()
          .forEach(sized -> sizes.put(sized.image(), sized));
      return questions.stream()
          .map(
              question ->
                  question
                      .image()
                      .map(ImagePlace::id)
                      .map(sizes::get)
                      .map(sized -> question.sized(sized.width(), sized.height()))
                      .orElse(question))
          .toList();
    }

    private static Iterator<Sized> read(Iterator<ImagePlace> places, Configuration hadoop)
        throws IOException {
      ImageLimits limits = ImageLimits.DEFAULT;
      List<Sized> sizes = new ArrayList<>();
      try (ImageReader reader =
          new ImageReader(ImageFolder.NONE, Math.toIntExact(limits.maxBytes()), hadoop)) {
        while (places.hasNext()) {
          ImagePlace place = places.next();
          byte[] image =
              reader.read(place).orElseThrow(() -> unsized(place, "it is missing", null));
          try {
            ImageInfo info = ImageDecoder.probe(image, limits);
            sizes.add(new Sized(place.id(), info.width(), info.height()));
          } catch (ImageException e) {
            throw unsized(place, e.getMessage(), e);
          }
        }
      }
      return sizes.iterator();
    }

    private static DataException unsized(ImagePlace place, String why, Exception cause) {
      return new DataException(
          Text.format("Cannot find the size of image %s, which scoring needs: %s", place.id(), why),
          cause);
    }
  }
}
