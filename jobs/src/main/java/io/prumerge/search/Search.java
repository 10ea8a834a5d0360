package io.prumerge.search;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.ModelChecks;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunPlanner;
import io.prumerge.published.PublishedFile;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.run.Evaluate;
import io.prumerge.run.FinishedRun;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunTarget;
import io.prumerge.settings.StartMode;
import io.prumerge.settings.sweep.SearchSettings;
import io.prumerge.store.FolderWriter;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFile;
import io.prumerge.store.WholeFolder;
import io.prumerge.video.FrameProtocol;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Searches among methods for those that are most accurate at their cost. Each rung is an ordinary
 * run in the search's folder. Rungs share an answer cache, and a rung's questions contain those of
 * the rung before, so nothing is asked twice and an image is encoded once for all candidates.
 */
public final class Search {

  private final SparkSession spark;
  private final Console console;
  private final Folders folders;

  /** Creates a search that prints its progress as errors are printed. */
  public Search(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console.quiet();
    this.folders = new Folders(spark, this.console);
  }

  /**
   * Makes the checks that need no session, and none of the examples.
   *
   * @throws UsageException if a setting does not fit a search
   */
  public static void check(EvaluateOptions options, RunTarget target, Folders folders)
      throws IOException {
    requireOneModel(options);
    requireNamed(options);
    requireSharedTimes(options);
    requireOnce(options);
    candidates(options);
    PublishedFile.of(options.settings().find(RunSetting.PUBLISHED), folders);
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    new SearchFolder(root, folders.fileSystem(root)).requireFit(target);
    options.examples().requirePresent(folders);
    new ModelChecks(folders).check(options);
  }

  /** Returns the folder of a rung's run, from 1, in a search's. */
  public static String rung(String output, int number) {
    return new Path(output, "rung-" + number).toString();
  }

  private static void requireSharedTimes(EvaluateOptions options) {
    if (options.settings().isTimedAlone()) {
      throw new UsageException(
          Wording.of(
              "Cannot search with %s alone: a search ranks by FLOPs or tokens, and its rungs share"
                  + " their answers; time the methods that it found by evaluate",
              Setting.TIMING));
    }
  }

  /**
   * Searches until the front is separated or the questions are used up, and writes the front.
   *
   * @param given the candidates and at most the questions to ask them
   * @throws UsageException if a setting does not fit the examples
   */
  public FoundFront run(EvaluateOptions given, SearchSettings settings, RunTarget target)
      throws IOException {
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    SearchFolder folder = new SearchFolder(root, folders.fileSystem(root));
    folder.requireFit(target);
    EvaluateOptions options = given.after(folder.templates());
    List<MethodSpec> candidates = candidates(options);
    String answers = options.settings().find(RunSetting.ANSWER_CACHE).orElse(folder.answers());
    EvaluateOptions all = options.of(candidates, options.settings().limit(), answers);
    RunPlan plan =
        console.during(
            "Planning", spark.sparkContext(), () -> new RunPlanner(spark, folders).plan(all));
    requireOneProtocol(plan);
    plan.notices().forEach(notice -> console.warn("%s", notice));
    List<Long> sizes =
        Rung.sizes(settings.questions(), settings.growth(), plan.plan().contents().mostQuestions());
    folder.begin(
        SearchRecord.of(
            settings, sizes, new Configurations(folders, console).resolve(all, plan).get(0)));
    Halving halving =
        new Halving(
            rung -> ask(options, rung, folder, answers, target), settings.cost(), console.err());
    Front front = halving.run(candidates, sizes);
    folder.writeFront(
        partial -> FoundFront.TABLE.write(spark, FoundFront.lines(front), partial.toString()));
    return new FoundFront(front, folder.front().toString(), folder.rung(front.rungs()));
  }

  private static void requireOneModel(EvaluateOptions options) {
    if (options.models().size() != 1 || options.models().get(0).endpoint().isPresent()) {
      throw new UsageException(
          Wording.of(
              "search compares methods of one checkpoint, but %s names %s",
              Setting.MODEL, options.models().stream().map(PinnedModel::source).toList()));
    }
  }

  private static void requireOneProtocol(RunPlan plan) {
    if (plan.models().size() > 1) {
      throw new UsageException(
          Wording.of(
              "search compares methods under one protocol of frames, but the examples have %s; name"
                  + " one by %s",
              plan.models().stream()
                  .flatMap(model -> model.protocol().stream())
                  .map(FrameProtocol::toString)
                  .collect(Collectors.joining(", ")),
              Setting.FRAMES_BY));
    }
  }

  /** Rungs share answers, which depend on what {@code auto} becomes on each executor. */
  private static void requireNamed(EvaluateOptions options) {
    if (options.settings().get(RunSetting.DEVICE) == DeviceChoice.AUTO
        || options.settings().get(RunSetting.DTYPE) == DtypeChoice.AUTO) {
      throw new UsageException(
          Wording.of(
              "search reuses the answers of earlier rungs, so auto does not do: set %s to cpu or"
                  + " cuda and %s to fp32, bf16 or fp16, or the file's keys device and dtype",
              Setting.DEVICE, Setting.DTYPE));
    }
  }

  /** A front keeps answers of its rungs, which are never asked twice. */
  private static void requireOnce(EvaluateOptions options) {
    if (options.settings().get(RunSetting.REPEAT) > 0) {
      throw new UsageException(
          Wording.of(
              "search asks no question twice: leave out %s, and the file's key repeat; evaluate the"
                  + " methods of its front with %s",
              Setting.REPEAT, Setting.REPEAT));
    }
  }

  /** Returns the methods, the baseline among them. */
  private static List<MethodSpec> candidates(EvaluateOptions options) {
    List<MethodSpec> candidates = new ArrayList<>(options.methods());
    if (!candidates.contains(MethodSpec.NONE)) {
      candidates.add(0, MethodSpec.NONE);
    }
    if (candidates.size() < 2) {
      throw new UsageException(
          Wording.of("search compares methods, but there is only the %s none", Setting.METHOD));
    }
    return candidates;
  }

  private RungAnswers ask(
      EvaluateOptions options, Rung rung, SearchFolder folder, String answers, RunTarget target)
      throws IOException {
    StartMode start = target.start() == StartMode.FRESH ? StartMode.RESUME : target.start();
    FinishedRun run =
        new Evaluate(spark, console, planned -> {}, report -> {})
            .run(
                options.of(rung.methods(), OptionalLong.of(rung.questions()), answers),
                new RunTarget(
                    folder.rung(rung.number()), start, target.allowCodeChange(), Optional.empty()));
    return new RungAnswers(
        run.read(spark, Table.PREDICTIONS), run.read(spark, Table.SCORES), run.benchmarks());
  }

  /**
   * A search's folder: {@code search.json}, the answers that rungs share, a run for each rung, and
   * the front.
   */
  private static final class SearchFolder {

    private static final String RECORD = "search.json";

    /** A file of the front's table, finished or not. */
    private static final Pattern OF_FRONT =
        Pattern.compile("_?part-00000-[-0-9a-f]+-c000\\.[.a-z0-9]+|_SUCCESS");

    private final Path root;
    private final FileSystem fs;

    SearchFolder(Path root, FileSystem fs) {
      this.root = root;
      this.fs = fs;
    }

    /** Returns the folder of the answers of all rungs. */
    String answers() {
      return new Path(root, "answers").toString();
    }

    /** Returns the folder of a rung's run. */
    String rung(int number) {
      return Search.rung(root.toString(), number);
    }

    /** Returns the folder of the table of the front. */
    Path front() {
      return new Path(root, "front.parquet");
    }

    /**
     * Checks that the search may use this folder.
     *
     * @throws UsageException if it holds something else, or a search that is not continued
     * @throws Failure as {@link #requireOwnFront}
     */
    void requireFit(RunTarget target) throws IOException {
      boolean begun = fs.exists(new Path(root, RECORD));
      boolean resume = target.start() != StartMode.FRESH;
      if (begun && !resume) {
        throw new UsageException(
            Wording.of(
                "%s %s holds a search; continue it with %s or name a new folder",
                Setting.OUTPUT, target.output(), Setting.RESUME));
      }
      if (!begun && fs.exists(root) && holdsMoreThanABeginning()) {
        throw new UsageException(
            Wording.of(
                "%s %s exists already and holds no search; name a new folder",
                Setting.OUTPUT, target.output()));
      }
      requireOwnFront();
    }

    private boolean holdsMoreThanABeginning() throws IOException {
      for (FileStatus status : fs.listStatus(root)) {
        if (!status.getPath().getName().startsWith(WholeFile.partialName(RECORD))) {
          return true;
        }
      }
      return false;
    }

    /**
     * Writes what determines the search, or compares it with what is there.
     *
     * @throws UsageException if the search was begun with other settings
     */
    void begin(SearchRecord now) throws IOException {
      Path file = new Path(root, RECORD);
      if (WholeFile.wroteFirst(fs, file, Json.write(now))) {
        return;
      }
      List<Wording> differences = read(file).differences(now);
      if (!differences.isEmpty()) {
        throw new UsageException(
            Wording.of(
                "Cannot resume %s with other settings: %s", root, Wording.join("; ", differences)));
      }
    }

    /** Returns the conversation template of the search that is here; none where there is none. */
    List<Optional<String>> templates() throws IOException {
      Path file = new Path(root, RECORD);
      return fs.exists(file)
          ? List.of(read(file).configuration().settings().find(RunSetting.CONVERSATION))
          : List.of();
    }

    private SearchRecord read(Path file) throws IOException {
      try (InputStream in = fs.open(file)) {
        return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), SearchRecord.class);
      } catch (IllegalArgumentException e) {
        throw new Failure(
            Text.format(
                "Cannot read %s: %s; restore the original file, or start again in a new folder",
                file, e.getMessage()));
      }
    }

    /**
     * Writes the table of the front in place of an earlier one.
     *
     * @throws Failure as {@link #requireOwnFront}
     */
    void writeFront(FolderWriter table) throws IOException {
      WholeFolder.write(
          fs,
          front(),
          partial -> {
            table.write(partial);
            for (Path old : requireOwnFront()) {
              fs.delete(old, false);
            }
            fs.delete(front(), false); // fails if somebody has put a file there meanwhile
          });
    }

    /**
     * Returns the files of an earlier table.
     *
     * @throws Failure naming what is there that no search has written
     */
    private List<Path> requireOwnFront() throws IOException {
      List<Path> files = new ArrayList<>();
      for (FileStatus file : fs.exists(front()) ? fs.listStatus(front()) : new FileStatus[0]) {
        if (!file.isFile() || !OF_FRONT.matcher(file.getPath().getName()).matches()) {
          throw new Failure(
              Wording.of(
                  "Cannot finish %s: it holds %s, which no search has written, where the table of"
                      + " the front belongs; move it elsewhere and continue with %s",
                  root, file.getPath(), Setting.RESUME));
        }
        files.add(file.getPath());
      }
      return files;
    }
  }

  /**
   * Everything that determines a search's result, as {@code search.json} has it.
   *
   * @param cost what candidates should have little of
   * @param sizes questions per benchmark in each rung
   * @param configuration the run of all candidates over all questions
   */
  private record SearchRecord(String cost, List<Long> sizes, RunConfiguration configuration) {

    SearchRecord {
      sizes = List.copyOf(sizes);
    }

    static SearchRecord of(
        SearchSettings settings, List<Long> sizes, RunConfiguration configuration) {
      return new SearchRecord(settings.cost().toString(), sizes, configuration);
    }

    /** Returns the differences; none if equal. */
    List<Wording> differences(SearchRecord other) {
      List<Wording> differences = new ArrayList<>(configuration.differences(other.configuration));
      add(differences, "cost", cost, other.cost);
      add(differences, "rungs", sizes, other.sizes);
      return differences;
    }

    private static void add(List<Wording> differences, String name, Object was, Object is) {
      if (!was.equals(is)) {
        differences.add(Wording.of("%s was %s, is now %s", name, was, is));
      }
    }
  }
}
