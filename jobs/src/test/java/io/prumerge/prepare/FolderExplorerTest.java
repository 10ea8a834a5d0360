package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Failure;
import io.prumerge.console.UsageException;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.run.MemoryStore;
import io.prumerge.run.Schedule;
import io.prumerge.run.SteppedDriver;
import io.prumerge.store.FolderCommit;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Explores what drivers that make one new folder can do to each other: the table of {@code
 * prepare}, the adapter of {@code finetune}, the model of {@code prepare-model}. One of them is
 * killed or suspended before every step of its file system, others go on meanwhile, and it may come
 * back. A folder that a driver has reported must be there, whole, from then on.
 */
class FolderExplorerTest {

  private static final Path OUTPUT = new Path("memory:///data/out");
  private static final int SCHEDULES = Integer.getInteger("fuzz.tries", 200) / 4;
  private static final int FIRST = Integer.getInteger("fuzz.first", 0) / 4; // others: another tier
  private static final GroupCounts COUNTS = new GroupCounts(1, 0, 1);
  private static final List<GroupPart> PARTS =
      List.of(new GroupPart(0, 1, COUNTS), new GroupPart(1, 1, COUNTS));
  private static final String MINE = "0123456789abcdef mine";
  private static final String OTHERS = "fedcba9876543210 others";

  /** What is made. */
  private enum Subject {
    /** In parts that later drivers use; a file's name is unique. */
    TABLE("preparing"),
    /** From checkpoints that later drivers use. */
    ADAPTER("training"),
    /** All at once; names and sizes are the same whatever it is made from. */
    MODEL("converting");

    private final String doing;

    Subject(String doing) {
      this.doing = doing;
    }

    /** Returns the lines of the whole folder's files. */
    List<String> lines(String settings) {
      String whose = settings.substring(0, 16);
      return switch (this) {
        case TABLE -> List.of("manifest " + whose, "part 0 " + whose, "part 1 " + whose);
        case ADAPTER -> List.of("steps " + whose, "training " + whose, "weights " + whose);
        case MODEL -> List.of("config " + whose, "weights " + whose);
      };
    }
  }

  /** Does what the commands do, with small files in place of Spark's. */
  private static final class Driver extends SteppedDriver {

    private final Subject subject;
    private final String settings;
    private final Runnable reported;
    private UnfinishedFolder place;

    Driver(
        MemoryStore store,
        Subject subject,
        String settings,
        Runnable reported,
        Set<Integer> suspensions,
        int death) {
      super(store, suspensions, death);
      this.subject = subject;
      this.settings = settings;
      this.reported = reported;
    }

    @Override
    protected void work() throws IOException {
      try (UnfinishedFolder made = UnfinishedFolder.beside(OUTPUT, subject.doing, files)) {
        place = made;
        place.requireAbsent("out");
        place.take(holder(), LeasedWork.FOLDER, clock());
        make(place.commit());
        place.clear(name -> false);
      }
      reported.run();
    }

    private void make(FolderCommit commit) throws IOException {
      try {
        if (!commit.finish(settings)) {
          switch (subject) {
            case TABLE -> table(commit);
            case ADAPTER -> adapter(commit);
            case MODEL -> model(commit);
          }
        }
      } finally {
        if (subject == Subject.TABLE && !UnfinishedTable.hasParts(place.root(), files)
            || subject == Subject.MODEL && !commit.isDecided()) {
          place.clearIfHeld();
        }
      }
    }

    private void table(FolderCommit commit) throws IOException {
      UnfinishedTable table = new UnfinishedTable(place.root(), files, settings, place::check);
      Set<Integer> there = table.written();
      for (GroupPart part : PARTS) {
        if (!there.contains(part.number())) {
          table.write(
              part.number(),
              () -> {
                String name = table.name() + "-" + UUID.randomUUID() + ".parquet";
                write(new Path(table.table(), table.name() + "-lost.parquet"), "lost");
                write(new Path(table.table(), name), "part " + part.number());
                beat();
                return List.of(name);
              });
        }
      }
      table.requireOnly(PARTS);
      WholeFile.wroteFirst(files, new Path(table.table(), "_manifest.json"), line("manifest"));
      commit.commit(table.name(), settings, table.counted());
    }

    private void adapter(FolderCommit commit) throws IOException {
      place.clear(name -> name.startsWith("checkpoint-"));
      Path checkpoint = new Path(place.root(), "checkpoint-1");
      if (!files.exists(checkpoint)) {
        WholeFile.wroteFirst(files, checkpoint, line("checkpoint"));
        beat();
      }
      String attempt = "adapter-" + UUID.randomUUID();
      Path folder = new Path(place.root(), attempt);
      write(new Path(folder, "adapter_model.safetensors"), "weights");
      write(new Path(folder, "training_steps/part-" + UUID.randomUUID() + ".parquet"), "steps");
      beat();
      write(new Path(folder, "training.json"), "training");
      commit.commit(attempt, settings, Set.of("adapter_model.safetensors", "training.json"));
    }

    private void model(FolderCommit commit) throws IOException {
      place.clear(name -> false);
      String attempt = UUID.randomUUID().toString();
      Path folder = new Path(place.root(), attempt);
      try {
        write(new Path(folder, "config.json"), "config");
        beat();
        write(new Path(folder, "model.safetensors"), "weights");
        commit.commit(attempt, settings, Set.of("config.json", "model.safetensors"));
      } catch (IOException | RuntimeException e) {
        place.abandon(attempt);
        throw e;
      }
    }

    private String line(String text) {
      return text + " " + settings.substring(0, 16) + "\n";
    }

    private void write(Path file, String text) throws IOException {
      try (OutputStream out = files.create(file, true)) {
        out.write(line(text).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** One folder under a schedule. */
  private static final class World {

    private final MemoryStore store;
    private final MemoryStore.Kind kind;
    private final Subject subject;
    private final List<Driver> drivers = new ArrayList<>();
    private Optional<String> promised = Optional.empty();
    private Optional<String> wrong = Optional.empty();

    World(MemoryStore.Kind kind, Subject subject) {
      this.kind = kind;
      this.subject = subject;
      this.store = new MemoryStore(kind, changed -> look());
    }

    private Driver driver(String settings, Set<Integer> suspensions, int death) {
      Driver driver =
          new Driver(store, subject, settings, () -> report(settings), suspensions, death);
      drivers.add(driver);
      return driver;
    }

    private void report(String settings) {
      if (promised.isPresent() && !promised.get().equals(settings)) {
        wrong = wrong.or(() -> Optional.of("two drivers report other folders"));
      }
      promised = Optional.of(settings);
      look();
    }

    /** Returns the lines of the files as their readers see them. */
    private List<String> lines() {
      return store.files(OUTPUT).entrySet().stream()
          .filter(file -> !isTakenOut(file.getKey()))
          .flatMap(file -> file.getValue().lines())
          .sorted()
          .toList();
    }

    /** Returns whether a file lies in the folder of an attempt, where no reader looks. */
    private static boolean isTakenOut(String file) {
      return file.substring(OUTPUT.toUri().getPath().length())
          .matches("/((adapter-)?[0-9a-f]{8}-[-0-9a-f]{27}|[0-9a-f]{16})/.*");
    }

    private boolean isWhole(String settings) {
      return lines().equals(subject.lines(settings));
    }

    /** On a disk and HDFS readers see the whole folder or none; objects are copied one by one. */
    private void look() {
      if (wrong.isEmpty() && promised.isPresent() && !isWhole(promised.get())) {
        wrong = Optional.of("a folder that was reported is " + lines());
      }
      if (wrong.isEmpty()
          && kind != MemoryStore.Kind.OBJECTS
          && !lines().isEmpty()
          && !isWhole(MINE)
          && !isWhole(OTHERS)
          && lines().stream().noneMatch(line -> line.startsWith("lost"))) {
        wrong = Optional.of("readers see " + lines());
      }
    }

    /** Runs a schedule, then one more driver. Returns what is wrong, if anything is. */
    Optional<String> run(Schedule schedule, List<String> settings) {
      for (int i = 0; i < settings.size(); i++) {
        driver(settings.get(i), schedule.suspensions().get(i), schedule.deaths().get(i));
      }
      schedule.run(store, drivers);
      Driver last = driver(settings.get(0), Set.of(), 0);
      store.pass(
          Duration.ofDays(1).toMillis()); // past the end of every lease, however its clock was set
      last.go();
      if (last.problem() != null && !saysThatItIsThere(last.problem())) {
        return Optional.of("the last driver fails: " + last.problem());
      }
      if (last.problem() == null && !isWhole(settings.get(0))
          || !isWhole(MINE) && !isWhole(OTHERS)) {
        return wrong.or(() -> Optional.of("in the end there is " + lines()));
      }
      return wrong;
    }
  }

  private static boolean saysThatItIsThere(Throwable problem) {
    return problem instanceof UsageException
        || problem instanceof Failure && problem.getMessage().contains("the folder exists by now");
  }

  private static final List<String> SAME = List.of(MINE, MINE, MINE);
  private static final List<String> DIFFERENT = List.of(MINE, OTHERS, MINE);

  private static Stream<Arguments> worlds() {
    return Stream.of(MemoryStore.Kind.values())
        .flatMap(kind -> Stream.of(Subject.values()).map(subject -> Arguments.of(kind, subject)));
  }

  private static void require(
      MemoryStore.Kind kind, Subject subject, List<String> settings, Stream<Schedule> schedules) {
    assertThat(
            schedules
                .parallel()
                .flatMap(
                    schedule ->
                        new World(kind, subject)
                            .run(schedule, settings).map(text -> text + ": " + schedule).stream())
                .limit(1))
        .as("%s %s %s", kind, subject, settings)
        .isEmpty();
  }

  /**
   * Requires that two drivers do no harm.
   *
   * @param pairs chooses pairs of their steps, of so many
   */
  private static void requirePairs(
      MemoryStore.Kind kind, Subject subject, IntFunction<IntStream> pairs) {
    int steps = steps(kind, subject);
    for (List<String> settings : List.of(SAME, DIFFERENT)) {
      require(kind, subject, settings, Schedule.pairs(steps, pairs.apply(steps * steps)));
    }
  }

  /** Returns the number of steps of a driver that nobody disturbs. */
  private static int steps(MemoryStore.Kind kind, Subject subject) {
    World world = new World(kind, subject);
    assertThat(world.run(Schedule.of(0, 0, 0, 0, 0), SAME)).isEmpty();
    assertThat(world.drivers.get(0).problem()).isNull();
    assertThat(world.store.files(OUTPUT.getParent()).keySet())
        .allMatch(file -> file.startsWith("/data/out/"));
    return world.drivers.get(0).steps();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void noDriverDoesHarmWhereverOneIsKilledOrSilent(MemoryStore.Kind kind, Subject subject) {
    for (List<String> settings : List.of(SAME, DIFFERENT)) {
      require(
          kind,
          subject,
          settings,
          IntStream.rangeClosed(1, steps(kind, subject))
              .boxed()
              .flatMap(
                  step ->
                      Stream.of(
                          Schedule.of(0, 0, step, 0, 0, 1), // killed
                          Schedule.of(step, 0, 0, 0, 0, 1, 0)))); // silent, and back in the end
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  @Tag("fuzz")
  void norWhereTwoAre(MemoryStore.Kind kind, Subject subject) {
    requirePairs(kind, subject, all -> new Random(1).ints(SCHEDULES, 0, all).skip(FIRST));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  @Tag("fuzz")
  void norWhereThreeAreSuspendedManyTimes(MemoryStore.Kind kind, Subject subject) {
    int steps = steps(kind, subject);
    require(
        kind,
        subject,
        SAME,
        IntStream.range(FIRST, SCHEDULES)
            .mapToObj(seed -> Schedule.random(new Random(seed), steps, Schedule.SILENT)));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  @Tag("soak")
  void norWhereTwoAreWherever(MemoryStore.Kind kind, Subject subject) {
    requirePairs(kind, subject, all -> IntStream.range(0, all));
  }
}
