package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.store.CompleteTables;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Explores what drivers of one run can do to each other: one of them is killed or suspended before
 * every step of its file system, others go on meanwhile, and it may come back. Every row must be
 * there once, from the moment at which the run is complete.
 */
class RunExplorerTest {

  private static final int TRIES = Integer.getInteger("fuzz.tries", 200);
  private static final int PAIRS = TRIES / 4;
  private static final int RANDOM_SCHEDULES = TRIES / 2;
  private static final Path COMPLETE = new Path(SimulatedDriver.RUN, CompleteTables.NAME);
  private static final Path MANIFEST = new Path(SimulatedDriver.RUN, "manifest.json");

  /** What files begin with that are no reader's, but for {@link #COMPLETE}. */
  private static final String HIDDEN = new Path(SimulatedDriver.RUN, "_").toUri().getPath();

  private static final List<String> NOTES =
      List.of("predictions/notes.txt", "report/notes.txt", "report/runs/notes/one.txt");

  /** One step behind that at which a file appears it is renamed, and so many before it begins. */
  private static final int BEFORE = 4;

  /** One run under a schedule. */
  private static final class World {

    private final MemoryStore store;
    private final SimulatedDriver.Tables tables;
    private final SimulatedDriver.Work work;
    private final Map<Table<?>, List<String>> catalog = new LinkedHashMap<>();
    private final List<SimulatedDriver> drivers = new ArrayList<>();
    private Optional<String> wrong = Optional.empty();
    private final List<Path> notes = new ArrayList<>();
    private String awaited = "";
    private List<Integer> stepsThen = List.of();

    World(MemoryStore.Kind kind, SimulatedDriver.Tables tables) {
      this(kind, tables, SimulatedDriver.Work.ANSWER);
    }

    /** Returns a world whose run is finished with errors, which its drivers ask again. */
    static World retrying(MemoryStore.Kind kind) {
      World world = new World(kind, SimulatedDriver.Tables.COMMITTED, SimulatedDriver.Work.RETRY);
      SimulatedDriver before =
          new SimulatedDriver(
              world.store, world.catalog, world.tables, SimulatedDriver.Work.FAIL, Set.of(), 0);
      before.go();
      assertThat(before.problem()).isNull();
      assertThat(world.rows("scores")).isEqualTo(SimulatedDriver.allRows(1));
      return world;
    }

    /** Creates a world that begins as another one is. */
    World(World other) {
      this.store = new MemoryStore(other.store, this::look);
      this.tables = other.tables;
      this.work = other.work;
      other.catalog.forEach((table, rows) -> catalog.put(table, new ArrayList<>(rows)));
      notes.addAll(other.notes);
    }

    private World(MemoryStore.Kind kind, SimulatedDriver.Tables tables, SimulatedDriver.Work work) {
      this.store = new MemoryStore(kind, this::look);
      this.tables = tables;
      this.work = work;
      catalog.put(Table.PREDICTIONS, new ArrayList<>());
      catalog.put(Table.RUNS, new ArrayList<>());
    }

    private SimulatedDriver driver(Set<Integer> suspensions, int death) {
      SimulatedDriver driver =
          new SimulatedDriver(store, catalog, tables, work, suspensions, death);
      drivers.add(driver);
      return driver;
    }

    /** Runs a schedule, then one more driver. Returns what is wrong, if anything is. */
    Optional<String> run(Schedule schedule) {
      for (int i = 0; i < schedule.deaths().size(); i++) {
        driver(schedule.suspensions().get(i), schedule.deaths().get(i));
      }
      schedule.run(store, drivers);
      SimulatedDriver last = driver(Set.of(), 0);
      store.pass(
          Duration.ofDays(1).toMillis()); // past the end of every lease, however its clock was set
      last.go();
      if (last.problem() != null && !isDoubled()) {
        return Optional.of("the last driver fails: " + last.problem());
      }
      if (!isComplete()) {
        return Optional.of("the run is not complete");
      }
      look();
      if (work == SimulatedDriver.Work.RETRY) {
        return wrong.or(
            () -> hasAllRows(0) ? Optional.empty() : Optional.of("the errors are still there"));
      }
      return wrong.or(this::catalogProblem);
    }

    private boolean isComplete() {
      return store.holds(COMPLETE);
    }

    /** Lays a user's notes next to the tables of a run that has begun. */
    private void annotate() {
      if (tables == SimulatedDriver.Tables.COMMITTED && notes.isEmpty() && store.holds(MANIFEST)) {
        NOTES.forEach(note -> notes.add(new Path(SimulatedDriver.RUN, note)));
        notes.forEach(note -> store.write(note, "mine"));
      }
    }

    /** Returns the numbers of the drivers' steps when a file first appears under a schedule. */
    static List<Integer> stepsUntil(Path file, Schedule schedule) {
      World world = new World(MemoryStore.Kind.OBJECTS, SimulatedDriver.Tables.COMMITTED);
      world.awaited = file.toUri().getPath();
      world.run(schedule);
      return world.stepsThen;
    }

    /** Looks at the run after a change, unless that was of something that no reader looks at. */
    private void look(String changed) {
      if (changed.equals(awaited)) {
        awaited = "";
        stepsThen = drivers.stream().map(SteppedDriver::steps).toList();
      }
      if (!changed.startsWith(HIDDEN) || changed.equals(COMPLETE.toUri().getPath())) {
        look();
      }
    }

    /** Reads what every reader sees, in a complete run. */
    private void look() {
      annotate();
      if (wrong.isEmpty() && !notes.stream().allMatch(store::holds)) {
        wrong = Optional.of("a user's notes are gone");
      }
      if (isComplete() && wrong.isEmpty()) {
        if (!hasAllRows(0) && !(work == SimulatedDriver.Work.RETRY && hasAllRows(1))) {
          wrong =
              Optional.of(
                  "predictions of the complete run: "
                      + rows("predictions")
                      + ", scores: "
                      + rows("scores"));
        }
        if (tables == SimulatedDriver.Tables.COMMITTED && !page().equals(promisedPage())) {
          wrong = Optional.of("the page is '" + page() + "', not '" + promisedPage() + "'");
        }
      }
    }

    /** Returns whether predictions and scores hold every row once, with so many errors a chunk. */
    private boolean hasAllRows(int errors) {
      return Stream.of("predictions", "scores")
          .allMatch(table -> rows(table).equals(SimulatedDriver.allRows(errors)));
    }

    private List<String> rows(String table) {
      return store.files(new Path(SimulatedDriver.RUN, table)).entrySet().stream()
          .filter(file -> file.getKey().endsWith(".parquet"))
          .filter(file -> !file.getKey().contains("/_temporary/"))
          .flatMap(file -> file.getValue().lines())
          .sorted()
          .toList();
    }

    private String page() {
      return store
          .files(new Path(SimulatedDriver.RUN, "report"))
          .getOrDefault("/run/" + SimulatedDriver.PAGE, "");
    }

    private String promisedPage() {
      String text = store.files(SimulatedDriver.RUN).get("/run/" + CompleteTables.NAME);
      return text.isEmpty()
          ? page() // is being written
          : "report of " + Json.read(text, CompleteTables.class).attempt() + "\n";
    }

    private boolean isDoubled() {
      return catalog.get(Table.PREDICTIONS).size() > SimulatedDriver.allRows(0).size()
          || catalog.get(Table.RUNS).size() > 1;
    }

    /**
     * A catalog refuses nothing, so rows may be doubled by a driver that was suspended right before
     * an append. The last driver says so then.
     */
    private Optional<String> catalogProblem() {
      SimulatedDriver last = drivers.get(drivers.size() - 1);
      if (isDoubled()) {
        return last.problem() != null && last.problem().getMessage().contains(" rows of run run ")
            ? Optional.empty()
            : Optional.of("doubled in the catalog without a word");
      }
      List<String> rows = catalog.get(Table.PREDICTIONS).stream().sorted().toList();
      return rows.equals(SimulatedDriver.allRows(0))
          ? Optional.empty()
          : Optional.of("in the catalog: " + rows);
    }
  }

  /** Runs schedules on all processors; each has a world of its own. */
  private static void require(MemoryStore.Kind kind, Stream<Schedule> schedules) {
    assertThat(
            schedules
                .parallel()
                .flatMap(
                    schedule ->
                        new World(kind, SimulatedDriver.Tables.COMMITTED)
                            .run(schedule).map(problem -> problem + ": " + schedule).stream())
                .limit(1))
        .as("%s", kind)
        .isEmpty();
  }

  /** Returns the number of steps of a driver that nobody disturbs. */
  private static int steps(MemoryStore.Kind kind, SimulatedDriver.Tables tables) {
    World world = new World(kind, tables);
    assertThat(world.run(Schedule.of(0, 0, 0, 0, 0))).isEmpty();
    return world.drivers.get(0).steps();
  }

  @ParameterizedTest
  @EnumSource
  void noDriverDoesHarmWhereverOneIsKilledOrSilent(MemoryStore.Kind kind) {
    int steps = steps(kind, SimulatedDriver.Tables.COMMITTED);
    require(
        kind,
        IntStream.rangeClosed(1, steps)
            .boxed()
            .flatMap(
                step ->
                    Stream.of(
                        Schedule.of(0, 0, step, 0, 0, 1), // killed
                        Schedule.of(step, 0, 0, 0, 0, 1, 0)))); // silent, and back in the end
  }

  /** A reader of the complete run sees the old tables or the new ones. */
  @ParameterizedTest
  @EnumSource
  void norWhereOneIsKilledThatAsksErrorsAgain(MemoryStore.Kind kind) {
    assertThat(problemsOfRetries(kind, step -> Schedule.of(0, 0, step, 0, 0, 1))).isEmpty();
  }

  /** It may delete a page that the next driver has just made, but never a row. */
  @ParameterizedTest
  @EnumSource
  void norToRowsWhereOneIsSilentThatAsksErrorsAgain(MemoryStore.Kind kind) {
    assertThat(problemsOfRetries(kind, step -> Schedule.of(step, 0, 0, 0, 0, 1, 0)))
        .allMatch(problem -> problem.startsWith("the page is '', "));
  }

  /** Returns what is wrong under the schedules of all steps of a driver that asks errors again. */
  private static List<String> problemsOfRetries(
      MemoryStore.Kind kind, IntFunction<Schedule> schedule) {
    World finished = World.retrying(kind);
    World undisturbed = new World(finished);
    assertThat(undisturbed.run(Schedule.of(0, 0, 0, 0, 0))).isEmpty();
    return IntStream.rangeClosed(1, undisturbed.drivers.get(0).steps())
        .boxed()
        .flatMap(step -> new World(finished).run(schedule.apply(step)).stream())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("fuzz")
  void norWhereTwoAre(MemoryStore.Kind kind) {
    int steps = steps(kind, SimulatedDriver.Tables.COMMITTED);
    require(kind, Schedule.pairs(steps, new Random(1).ints(PAIRS, 0, steps * steps)));
  }

  /**
   * One driver is silent in the rename of a marker, so that the next but one makes other tables
   * than the next one, which is silent in the rename of {@code _COMPLETE}. Where a rename replaces
   * a file, that one counts the wrong tables for a moment, but never in the end.
   */
  @Test
  void norInTheEndWhereTwoRenamesComeLate() {
    List<String> found = new ArrayList<>();
    for (int chunk = 0; chunk < SimulatedDriver.CHUNKS; chunk++) {
      Path file = new Path(SimulatedDriver.RUN, "_chunks/committed-0000" + chunk + ".json");
      int marked = World.stepsUntil(file, Schedule.of(0, 0, 0, 0, 0)).get(0);
      for (int marker = marked - BEFORE; marker <= marked + 1; marker++) {
        int completed = World.stepsUntil(COMPLETE, Schedule.of(marker, 0, 0, 0, 0, 1)).get(1);
        for (int complete = completed - BEFORE; complete <= completed + 1; complete++) {
          new World(MemoryStore.Kind.OBJECTS, SimulatedDriver.Tables.COMMITTED)
              .run(Schedule.of(marker, complete, 0, 0, 0, 1, 0, 2, 1))
              .ifPresent(found::add);
        }
      }
    }
    assertThat(found)
        .as("for a moment")
        .isNotEmpty()
        .allMatch(problem -> problem.startsWith("the page is 'report of "));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("soak")
  void norWhereTwoAreWherever(MemoryStore.Kind kind) {
    int steps = steps(kind, SimulatedDriver.Tables.COMMITTED);
    require(kind, Schedule.pairs(steps, IntStream.range(0, steps * steps)));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("fuzz")
  void norWhereThreeAreSuspendedManyTimes(MemoryStore.Kind kind) {
    int steps = steps(kind, SimulatedDriver.Tables.COMMITTED);
    require(
        kind,
        IntStream.range(0, RANDOM_SCHEDULES)
            .mapToObj(seed -> Schedule.random(new Random(seed), steps, Schedule.SILENT)));
  }

  /** A lease may end too soon, or be dated in the future; some drivers withdraw then. */
  @ParameterizedTest
  @EnumSource
  @Tag("fuzz")
  void norWhereTheClockJumpsByHours(MemoryStore.Kind kind) {
    int steps = steps(kind, SimulatedDriver.Tables.COMMITTED);
    long hours = Duration.ofHours(3).toMillis();
    require(
        kind,
        IntStream.range(0, RANDOM_SCHEDULES)
            .mapToObj(
                seed -> {
                  List<Long> pauses = new ArrayList<>(List.of(-hours, hours, 0L, -30_000L, 5_000L));
                  Collections.shuffle(pauses, new Random(seed));
                  return Schedule.random(new Random(seed), steps, pauses);
                }));
  }

  /** The explorer sees the fault for which tables are committed. */
  @ParameterizedTest
  @EnumSource
  void findsTheFaultOfTablesThatAreWrittenInPlace(MemoryStore.Kind kind) {
    int steps = steps(kind, SimulatedDriver.Tables.IN_PLACE);
    List<String> found =
        IntStream.rangeClosed(1, steps)
            .mapToObj(
                silent ->
                    new World(kind, SimulatedDriver.Tables.IN_PLACE)
                        .run(Schedule.of(silent, 0, 0, 0, 0, 1, 0)))
            .flatMap(Optional::stream)
            .toList();
    assertThat(found).anyMatch(problem -> problem.startsWith("predictions of the complete run: "));
  }
}
