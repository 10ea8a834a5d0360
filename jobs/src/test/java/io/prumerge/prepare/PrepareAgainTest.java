package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.PlacedBenchmark;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code prepare} fails, continues, or finds a folder that appeared meanwhile. */
@Tag("spark")
class PrepareAgainTest {

  private static final int IMAGES = 6;
  private static final int PER_PART = 2;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final PlacedBenchmark benchmark = new PlacedBenchmark();

  @BeforeEach
  void images() throws IOException {
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage image = new BufferedImage(1 + i, 1, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", image(i).toFile());
      benchmark.with(new ImagePlace.InFolder(i + ".png"));
    }
  }

  private Path image(int number) {
    return folder.resolve(number + ".png");
  }

  private Path table() {
    return folder.resolve("out");
  }

  private void prepare() throws IOException {
    Console console =
        new Console(new PrintWriter(out, true), new PrintWriter(err, true), Console.UNLIMITED);
    new Prepare(LocalSpark.session(), console, PER_PART).prepare(new PrepareRequest(options()));
  }

  private PrepareOptions options() {
    return new PrepareOptions(
        benchmark,
        List.of(folder.toString()),
        Optional.of("test"),
        PromptProfile.named("vlmevalkit"),
        OptionalLong.empty(),
        LimitOrder.FILES,
        FrameChoice.NONE,
        table().toString());
  }

  private List<String> beside() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(".out."))
          .toList();
    }
  }

  /** Beside another driver with the same settings it would move the parts of one folder. */
  @Test
  void continuesFromTheWrittenPartsUnlessAnotherDriverDoes() throws IOException {
    // Hadoop's checksum file next to the image: header, 512 bytes per sum, and a wrong sum.
    Path sum = folder.resolve(".5.png.crc");
    Files.write(sum, new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});
    assertThatThrownBy(this::prepare).hasStackTraceContaining("Checksum error");
    assertThat(CommandLineRun.problems(err.toString()))
        .containsExactly(
            "warning: 2 of 3 parts are written and kept; the same command continues from there");
    assertThat(table()).doesNotExist();
    assertThat(beside()).containsExactly(".out.preparing");

    Files.delete(sum);
    isRefusedBesideAnotherDriver();
    prepareThrough(Opened.class);

    assertThat(Opened.ALL).as("read again").containsExactlyInAnyOrder("4.png", "5.png");

    assertThat(out.toString()).startsWith("placed/test: 6 images, 6 questions -> ");
    List<Row> rows =
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(table().toString()))
            .orderBy("image_id")
            .collectAsList();
    assertThat(rows)
        .extracting(row -> row.<Integer>getAs("width"))
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(beside()).as("nothing is left").isEmpty();
  }

  @Test
  void aFolderThatAppearedMeanwhileIsNotTouched() throws IOException {
    Path theirs = table().resolve("theirs.txt");
    benchmark.whileRead(
        () -> {
          try {
            Files.createDirectory(table());
            Files.writeString(theirs, "precious");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    assertThatThrownBy(this::prepare)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("exists already");

    assertThat(theirs).hasContent("precious");
    try (Stream<Path> files = Files.list(table())) {
      assertThat(files).containsExactly(theirs);
    }
  }

  private void isRefusedBesideAnotherDriver() throws IOException {
    org.apache.hadoop.fs.Path unfinished =
        new org.apache.hadoop.fs.Path(folder.resolve(beside().get(0)).toUri());
    LeaseFolder leases = new LeaseFolder(unfinished, unfinished.getFileSystem(new Configuration()));
    LeaseHolder other = LeaseHolder.here("app-other");

    try (DriverLease held =
        DriverLease.take(leases, other, LeasedWork.TABLE, LeaseClaim.WITHDRAW, () -> {})) {
      assertThatThrownBy(this::prepare)
          .isInstanceOf(Failure.class)
          .hasMessageMatching(
              "Cannot prepare this table: application app-other on .* prepares one of the same"
                  + " name, with a heartbeat \\d+ s ago\\. Wait until it has ended, or name another"
                  + " folder as output");
      held.check();
      assertThat(beside()).as("the other's folder").containsExactly(".out.preparing");
      assertThat(table()).doesNotExist();
    }
  }

  private void failAtTheLastPart() throws IOException {
    Path sum = folder.resolve(".5.png.crc");
    Files.write(sum, new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});
    assertThatThrownBy(this::prepare).hasStackTraceContaining("Checksum error");
    Files.delete(sum);
  }

  private List<Integer> widths() {
    return Table.EXAMPLES
        .read(LocalSpark.session(), List.of(table().toString()))
        .orderBy("image_id")
        .collectAsList()
        .stream()
        .map(row -> row.<Integer>getAs("width"))
        .toList();
  }

  @Test
  void picturesThatWereReplacedAreReadAgain() throws IOException {
    failAtTheLastPart();
    FileTime before = Files.getLastModifiedTime(image(0));
    Files.copy(image(3), image(0), StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(image(0), FileTime.fromMillis(before.toMillis() + 1000));

    prepare();

    assertThat(widths()).containsExactly(4, 2, 3, 4, 5, 6);
    assertThat(beside()).isEmpty();
  }

  /** Earlier versions had other identities of tables, and did not say which code wrote a part. */
  @Test
  void partsOfAnEarlierVersionAreNotContinuedAndThatIsSaid() throws IOException {
    failAtTheLastPart();
    Path unfinished = folder.resolve(".out.preparing");
    String former = "0123456789abcdef";
    List<Path> parts;
    try (Stream<Path> files = Files.list(unfinished)) {
      parts = files.toList();
    }
    for (Path file : parts) {
      String name = file.getFileName().toString();
      Path renamed = unfinished.resolve(name.replaceFirst("[0-9a-f]{16}", former));
      if (name.endsWith(".json")) {
        ObjectNode marker = (ObjectNode) new ObjectMapper().readTree(file.toFile());
        assertThat(marker.remove("code").asText()).isEqualTo(CodeDigest.ofReading());
        Files.writeString(renamed, marker.toString());
        Files.delete(file);
      } else if (name.endsWith(".crc")) { // of what is written by Hadoop
        Files.delete(file);
      } else if (!renamed.equals(file)) {
        Files.move(file, renamed);
      }
    }
    err.getBuffer().setLength(0);

    prepareThrough(Opened.class);

    assertThat(CommandLineRun.problems(err.toString()))
        .containsExactly(
            "warning: Another version of this program has begun to prepare "
                + "file:"
                + table()
                + ": its parts are not used, and all are written anew");
    assertThat(Opened.ALL).as("read again").contains("0.png", "1.png", "2.png", "3.png");
    assertThat(widths()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(beside()).isEmpty();
  }

  /** Other settings say nothing: the user has changed them. */
  @Test
  void partsOfOtherSettingsAreNotContinued() throws IOException {
    failAtTheLastPart();
    err.getBuffer().setLength(0);
    benchmark.with(new ImagePlace.InFolder("0.png"));

    prepareThrough(Opened.class);

    assertThat(CommandLineRun.problems(err.toString())).isEmpty();
    assertThat(Opened.ALL).as("read again").contains("0.png", "1.png", "2.png", "3.png");
  }

  @Test
  void aPartWhoseFilesAreGoneIsWrittenAgain() throws IOException {
    failAtTheLastPart();
    try (Stream<Path> files = Files.walk(folder.resolve(".out.preparing"))) {
      Files.delete(
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow());
    }

    prepare();

    assertThat(widths()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  /**
   * A move is a copy on an object store. A disk moves the finished folder by one rename. A driver
   * that was killed has left questions.
   */
  @Test
  void movesTheFilesOfPicturesOnceAndDeletesQuestionsOfAnEarlierAttempt() throws IOException {
    Path staged = folder.resolve(".out.preparing/questions-of-it/staged");
    Files.writeString(Files.createDirectories(staged).resolve("part"), "{}");
    benchmark.whileRead(() -> assertThat(staged).doesNotExist());

    prepareThrough(Renames.class);

    assertThat(Renames.ALL.stream().filter(name -> name.endsWith(".parquet"))).isEmpty();
    assertThat(Renames.ALL.stream().filter(name -> name.matches(".*/[0-9a-f]{16}"))).hasSize(1);
    assertThat(Table.EXAMPLES.read(LocalSpark.session(), List.of(table().toString())).count())
        .isEqualTo(IMAGES);
    assertThat(beside()).isEmpty();
    itsManifestIsValidOnlyForItsOwnFiles();
  }

  /** An attempt that Spark has given up may go on, and write a second file of the same pictures. */
  @Test
  void aFileThatComesWithTheFinishedFolderIsDeleted() throws IOException {
    prepareThrough(LateFiles.class);

    assertThat(Table.EXAMPLES.read(LocalSpark.session(), List.of(table().toString())).count())
        .isEqualTo(IMAGES);
    org.apache.hadoop.fs.Path table = new org.apache.hadoop.fs.Path(table().toUri());
    assertThat(ExamplesManifest.read(table.getFileSystem(new Configuration()), table))
        .as("it is of these files")
        .isPresent();
    assertThat(beside()).isEmpty();
  }

  private void prepareThrough(Class<? extends FileSystem> files) throws IOException {
    Renames.ALL.clear();
    Opened.ALL.clear();
    LocalSpark.through(
        files,
        () -> {
          prepare();
          return null;
        });
  }

  /** Notes which pictures are opened. */
  public static final class Opened extends LocalFileSystem {

    private static final Queue<String> ALL = new ConcurrentLinkedQueue<>();

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int buffer) throws IOException {
      if (file.getName().endsWith(".png")) {
        ALL.add(file.getName());
      }
      return super.open(file, buffer);
    }
  }

  /** Notes what is renamed of an unfinished table. */
  public static class Renames extends LocalFileSystem {

    private static final Queue<String> ALL = new ConcurrentLinkedQueue<>();

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (from.toString().matches(".*/[.]out[.]preparing(?!/questions-).*")) {
        boolean folder = getFileStatus(from).isDirectory();
        for (FileStatus one :
            folder && from.toString().contains("_temporary")
                ? listStatus(from)
                : new FileStatus[] {getFileStatus(from)}) {
          ALL.add(one.getPath().toString());
        }
      }
      return super.rename(from, to);
    }
  }

  /** A copy of a file appears right before the finished folder is renamed. */
  public static final class LateFiles extends LocalFileSystem {

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (from.getName().matches("[0-9a-f]{16}")) {
        for (FileStatus file : listStatus(from)) {
          if (file.getPath().getName().endsWith(".parquet")) {
            FileUtil.copy(
                this,
                file.getPath(),
                this,
                new org.apache.hadoop.fs.Path(from, from.getName() + "-late.parquet"),
                false,
                true,
                getConf());
          }
        }
      }
      return super.rename(from, to);
    }
  }

  @Test
  void aFailureBeforeTheFirstPartLeavesNothing() throws IOException {
    Files.write(
        folder.resolve(".0.png.crc"), new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});

    assertThatThrownBy(this::prepare).hasStackTraceContaining("Checksum error");

    assertThat(beside()).isEmpty();
    assertThat(CommandLineRun.problems(err.toString())).isEmpty();
  }

  private void itsManifestIsValidOnlyForItsOwnFiles() throws IOException {
    org.apache.hadoop.fs.Path table = new org.apache.hadoop.fs.Path(table().toUri());
    FileSystem fs = table.getFileSystem(new Configuration());

    ExamplesManifest manifest = ExamplesManifest.read(fs, table).orElseThrow();
    assertThat(manifest.contents())
        .singleElement()
        .satisfies(
            split -> {
              assertThat(split.images()).isEqualTo(IMAGES);
              assertThat(split.questions()).isEqualTo(IMAGES);
              assertThat(split.textQuestions()).isZero();
            });
    assertThat(manifest)
        .isEqualTo(
            ExamplesManifest.of(LocalSpark.session(), fs, table, options(), 0)
                .with(manifest.counted().orElseThrow(), List.of(), List.of()));
    assertThat(manifest.somePrompts()).hasSize(IMAGES);

    try (Stream<Path> files = Files.list(table())) {
      Path one =
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.delete(one);
    }
    assertThat(ExamplesManifest.read(fs, table)).isEmpty();
  }
}
