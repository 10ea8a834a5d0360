package io.prumerge.view;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Console;
import io.prumerge.console.Phase;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.host.HostLock;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import io.prumerge.plan.AskedExamples;
import io.prumerge.report.page.PictureCopy;
import io.prumerge.report.page.SampledVideo;
import io.prumerge.run.ReportedRuns;
import io.prumerge.spark.FileState;
import io.prumerge.store.Folders;
import io.prumerge.store.WriteException;
import io.prumerge.video.FrameProtocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.rewrite.ParquetRewriter;
import org.apache.parquet.hadoop.rewrite.RewriteOptions;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;

/** Runs that are open for viewing. */
public final class Viewer implements AutoCloseable {

  /** Pictures that are kept: a page asks for those that it has just looked up. */
  private static final int KEPT_PICTURES = 32;

  private final AskedMethods methods;
  private final AnswerDatabase database;
  private final QuestionList list;
  private final Pictures pictures;
  private final List<String> unfinished;
  private final Path scratch;
  private final Map<List<Object>, Optional<PictureCopy>> seen = kept();
  private final Map<List<Object>, Optional<SampledVideo>> videos = kept();

  /** Returns a map that forgets what was not asked for the longest. */
  private static <T> Map<List<Object>, T> kept() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<List<Object>, T> eldest) {
            return size() > KEPT_PICTURES;
          }
        });
  }

  private Viewer(
      AskedMethods methods,
      AnswerDatabase database,
      Pictures pictures,
      List<String> unfinished,
      Path scratch) {
    this.methods = methods;
    this.database = database;
    this.list = new QuestionList(database, methods);
    this.pictures = pictures;
    this.unfinished = List.copyOf(unfinished);
    this.scratch = scratch;
  }

  /**
   * Opens runs, of unfinished ones their committed chunks. Files of other file systems are copied
   * to this machine.
   *
   * @param runs their folders
   * @param examples tables with the pictures; empty: those that the runs name
   * @param cache folder that keeps copies of other file systems' files; empty: they are deleted
   * @param folders finds the folders
   * @param console says what is copied
   * @param spark gives a session that runs on this machine, which scores the answers of unfinished
   *     runs; asked only if there is one
   */
  public static Viewer open(
      List<String> runs,
      List<String> examples,
      Optional<Path> cache,
      Folders folders,
      Console console,
      Supplier<SparkSession> spark)
      throws IOException {
    ReportedRuns opened = ReportedRuns.of(Setting.RUN, runs, folders, true);
    List<String> tables = new ArrayList<>();
    for (String folder : examples) {
      tables.add(folders.present(Setting.EXAMPLES, folder).toString());
    }
    if (tables.isEmpty()) {
      opened.runs().stream()
          .flatMap(run -> run.configuration().examples().stream())
          .distinct()
          .forEach(tables::add);
    }
    Path scratch = Files.createTempDirectory("prumerge-view-");
    try {
      LocalFiles local =
          new LocalFiles(folders.hadoop(), console, cache.orElse(scratch.resolve("copies")));
      List<String> scores =
          opened.scores(
              spark,
              AskedExamples.in(examples),
              folders,
              new org.apache.hadoop.fs.Path(scratch.toUri()));
      AnswerTableFiles files =
          local.of(opened.predictionFiles(folders), ReportedRuns.files(scores, folders));
      return new Viewer(
          new AskedMethods(opened.runs(), opened.folders()),
          AnswerDatabase.open(files, opened.benchmarks(), scratch),
          Pictures.of(
              tables,
              opened.runs().stream().allMatch(run -> run.configuration().isOfFiles()),
              folders),
          opened.unfinished(),
          scratch);
    } catch (IOException | RuntimeException e) {
      FileUtils.deleteQuietly(scratch.toFile());
      throw e;
    }
  }

  AskedMethods methods() {
    return methods;
  }

  QuestionList list() {
    return list;
  }

  /** Returns a message about each unfinished run. */
  List<String> unfinished() {
    return unfinished;
  }

  Pictures pictures() {
    return pictures;
  }

  Optional<OneQuestion> question(QuestionKey key) throws IOException {
    return OneQuestion.of(database, methods, key.unranked());
  }

  /**
   * Returns a question's picture as a model sees it, if some table still has it.
   *
   * @param number of several pictures in one prompt, from 0
   */
  Optional<PictureCopy> picture(OneQuestion question, ImageAspect aspect, int number)
      throws IOException {
    List<Object> name = List.of(question.key(), aspect, number);
    Optional<PictureCopy> known = seen.get(name);
    if (known == null) {
      known = pictures.of(question, aspect, number);
      seen.put(name, known);
    }
    return known;
  }

  /**
   * Returns frames of a question's video, if some table still has those that a run saw.
   *
   * @param protocol of a run; any other text finds nothing
   */
  Optional<SampledVideo> video(OneQuestion question, String protocol) throws IOException {
    Optional<MethodAnswer> answer =
        question.answers().stream()
            .filter(one -> !protocol.isEmpty() && one.imageSha256() != null)
            .filter(one -> methods.protocol(one.method()).equals(protocol))
            .findFirst();
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    List<Object> name = List.of(question.key(), protocol);
    Optional<SampledVideo> known = videos.get(name);
    if (known == null) {
      known =
          pictures.video(
              question,
              FrameProtocol.parse(protocol),
              answer.get().imageSha256(),
              methods.seen(answer.get().method()).ofFrames());
      videos.put(name, known);
    }
    return known;
  }

  /** Closes the runs and deletes copied files. */
  @Override
  public void close() {
    database.close();
    FileUtils.deleteQuietly(scratch.toFile());
  }

  /** Files of tables on this machine: the tables' own, or copies of the columns that are read. */
  static final class LocalFiles {

    /** Columns of predictions that pages show. */
    private static final Set<String> PREDICTIONS =
        Set.of(
            "run_id",
            "benchmark",
            "split",
            "method",
            "method_sized",
            "image_id",
            "image_sha256",
            "question_id",
            "category",
            "prompt",
            "answer",
            "finish_reason",
            "visual_tokens_before",
            "visual_tokens_after",
            "visual_tokens_layer_mean",
            "kept_indices",
            "prompt_tokens",
            "generated_tokens",
            "ms_preprocess",
            "ms_vision",
            "ms_reduction",
            "ms_prefill",
            "ms_decode",
            "ms_request",
            "error");

    /** Columns of scores that pages show. */
    private static final Set<String> SCORES =
        Set.of(
            "run_id",
            "benchmark",
            "split",
            "method",
            "question_id",
            "profile",
            "parsed",
            "gold",
            "score");

    private final Configuration hadoop;
    private final Console console;
    private static final String LOCK = ".lock";

    /** Names of copies that are being made, and of Hadoop's checksums of them. */
    private static final Pattern PARTIAL =
        Pattern.compile("\\.{1,2}[0-9a-f]{8}-[-0-9a-f]{27}(\\.crc)?");

    private final Path cache;

    /**
     * A file elsewhere.
     *
     * @param unread its columns that no page shows
     * @param bytes size of the others
     */
    private record Remote(FileStatus file, List<String> unread, long bytes) {}

    /**
     * @param cache folder for copies, which are made once
     */
    LocalFiles(Configuration hadoop, Console console, Path cache) {
      this.hadoop = hadoop;
      this.console = console;
      this.cache = cache;
    }

    /** Returns the files of both tables. Says how much it copies before it does. */
    AnswerTableFiles of(List<FileStatus> predictions, List<FileStatus> scores) throws IOException {
      List<Remote> missing = new ArrayList<>();
      AnswerTableFiles files =
          new AnswerTableFiles(
              names(predictions, PREDICTIONS, missing), names(scores, SCORES, missing));
      if (!missing.isEmpty()) {
        long bytes = missing.stream().mapToLong(Remote::bytes).sum();
        console
            .err()
            .println(
                Text.format(
                    "Copying %s, of which %,.1f MB are read, to %s",
                    Texts.count(missing.size(), "file"), bytes / 1e6, cache));
        Files.createDirectories(cache);
        try (Phase phase = console.bytes("Copying tables to this machine", bytes)) {
          HostLock.holding(
              cache.resolve(LOCK),
              () -> {
                deletePartial();
                for (Remote one : missing) {
                  copy(one);
                  phase.add(one.bytes());
                }
              });
        }
      }
      return files;
    }

    private List<String> names(List<FileStatus> files, Set<String> shown, List<Remote> missing)
        throws IOException {
      List<String> names = new ArrayList<>();
      for (FileStatus file : files) {
        if (file.getPath().toUri().getScheme().equals("file")) {
          // Hadoop's URIs have letters that Java's path of a URI refuses.
          names.add(Path.of(file.getPath().toUri().getPath()).toString());
        } else {
          Path copy = copy(file);
          names.add(copy.toString());
          if (!Files.exists(copy)) {
            missing.add(remote(file, shown));
          }
        }
      }
      return names;
    }

    /** Returns a copy's place: another one if the file is replaced. */
    private Path copy(FileStatus file) {
      String version = file.getPath() + " " + FileState.of(file);
      return cache.resolve(
          Sha256.hex(Sha256.of(version.getBytes(StandardCharsets.UTF_8))) + ".parquet");
    }

    private Remote remote(FileStatus file, Set<String> shown) throws IOException {
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
        Set<String> unread = new TreeSet<>();
        long bytes = 0;
        for (BlockMetaData block : reader.getFooter().getBlocks()) {
          for (ColumnChunkMetaData column : block.getColumns()) {
            String name = column.getPath().toArray()[0];
            if (shown.contains(name)) {
              bytes += column.getTotalSize();
            } else {
              unread.add(name);
            }
          }
        }
        return new Remote(file, List.copyOf(unread), bytes);
      }
    }

    /** Deletes copies whose making was killed. */
    private void deletePartial() throws IOException {
      try (Stream<Path> files = Files.list(cache)) {
        for (Path file : files.toList()) {
          if (PARTIAL.matcher(file.getFileName().toString()).matches()) {
            Files.delete(file);
          }
        }
      }
    }

    /** Copies a file's columns as they are stored. */
    private void copy(Remote remote) throws IOException {
      Path copy = copy(remote.file());
      if (Files.exists(copy)) { // another process has just made it
        return;
      }
      Path partial = cache.resolve("." + UUID.randomUUID());
      RewriteOptions options =
          new RewriteOptions.Builder(
                  hadoop, remote.file().getPath(), new org.apache.hadoop.fs.Path(partial.toUri()))
              .prune(remote.unread())
              .build();
      try (ParquetRewriter rewriter = new ParquetRewriter(options)) {
        rewriter.processBlocks();
      } catch (FSError e) {
        throw WriteException.of(partial, new IOException(e.getCause()));
      }
      Files.move(partial, copy, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(cache.resolve("." + partial.getFileName() + ".crc"));
    }
  }
}
