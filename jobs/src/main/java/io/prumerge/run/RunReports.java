package io.prumerge.run;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.Inference;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.PinnedModel;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.Report;
import io.prumerge.report.page.ModelShapes;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.PictureSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.Folders;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Writes one report of several finished runs. */
public final class RunReports {

  private final SparkSession spark;
  private final Folders folders;

  /** Makes reports in a session. */
  public RunReports(SparkSession spark) {
    this.spark = spark;
    this.folders = new Folders(spark);
  }

  /**
   * Makes the checks that need no session: of the runs, the baseline and the contrasts.
   *
   * @throws UsageException if one cannot be
   */
  public static void check(
      List<String> runs, Inference inference, List<String> contrasts, Folders folders)
      throws IOException {
    List<Manifest> manifests = FinishedRuns.of(Setting.RUNS, runs, folders).manifests();
    String baseline = inference.baseline();
    List<String> methods =
        RunContrasts.methods(manifests).stream().map(MethodKey::method).distinct().toList();
    if (!methods.contains(baseline)) {
      throw new UsageException(
          Wording.of("No run has the %s %s; methods: %s", Setting.BASELINE, baseline, methods));
    }
    RunContrasts.of(manifests, contrasts, baseline);
  }

  /**
   * Writes the report's tables and pages of what {@link #check} has checked.
   *
   * @param runs folders of finished runs
   * @param examples folders with the images; without one, the folders that the runs name
   * @param target folder that does not exist yet
   * @param inference statistics, with a baseline in the runs' spelling
   * @param contrasts comparisons beside those of every report, as {@code A:B}
   * @param latex a new folder for the tables as LaTeX, if they are wanted
   */
  public Report write(
      List<String> runs,
      AskedExamples examples,
      Path target,
      Inference inference,
      List<String> contrasts,
      Optional<Path> latex)
      throws IOException {
    long start = System.nanoTime();
    List<String> pictures = new ArrayList<>();
    for (String folder : examples.folders()) {
      pictures.add(folders.present(Setting.EXAMPLES, folder).toString());
    }
    FinishedRuns finished = FinishedRuns.of(Setting.RUNS, runs, folders);
    List<RunDirectory> directories = finished.directories();
    List<Manifest> manifests = finished.manifests();
    RunModels models = RunModels.of(manifests);
    String baseline = inference.baseline();
    Report report =
        Report.of(
                all(Table.PREDICTIONS, directories),
                all(Table.SCORES, directories),
                inference.comparing(RunContrasts.of(manifests, contrasts, baseline)))
            .estimated(models.shapes())
            .lacking(Manifest.leftOut(manifests));
    List<RunRow> records = Table.RUNS.records(all(Table.RUNS, directories));
    WholeFolder.write(
        folders.fileSystem(target),
        target,
        partial ->
            write(
                partial,
                new PageSources(
                    partial.toString(),
                    report,
                    records,
                    places(Table.PREDICTIONS, directories),
                    places(Table.SCORES, directories),
                    new PictureSources(pictures, examples.rows()),
                    new ModelShapes(models.shapes(), models.tilings()),
                    Optional.empty()),
                latex));
    Milestone.of("report")
        .with("run_id", String.join(",", manifests.stream().map(Manifest::runId).toList()))
        .with("output", target)
        .since(start)
        .log();
    return report;
  }

  private void write(Path folder, PageSources sources, Optional<Path> latex) throws IOException {
    Function<Table<?>, String> place = table -> new Path(folder, table.folder()).toString();
    if (latex.isEmpty()) {
      write(spark, place, sources);
    } else {
      WholeFolder.write(
          folders.fileSystem(latex.get()),
          latex.get(),
          partial -> write(spark, place, sources.withLatex(partial)));
    }
  }

  /**
   * Writes a report's tables, and meanwhile its pages, for which Spark looks for examples.
   *
   * @param place the path of a table; must not exist
   */
  static void write(SparkSession spark, Function<Table<?>, String> place, PageSources sources)
      throws IOException {
    new InFlight(spark.sparkContext())
        .run(
            List.of(
                () -> ReportPages.write(spark, sources),
                () ->
                    sources
                        .tables()
                        .forEach(rows -> rows.write(spark, place.apply(rows.table())))));
  }

  /**
   * Appends the runs to the tables of a catalog: their answers, scores and the report's rows per
   * run.
   *
   * @param target the report's folder
   */
  public void append(List<String> runs, Path target, CatalogTables catalog) throws IOException {
    FinishedRuns finished = FinishedRuns.of(Setting.RUNS, runs, folders);
    List<RunDirectory> directories = finished.directories();
    List<String> ids = finished.manifests().stream().map(Manifest::runId).toList();
    List<DriverLease> leases = new ArrayList<>();
    try (RunJobs jobs = new RunJobs(spark.sparkContext())) {
      for (RunDirectory directory : directories) {
        leases.add(
            DriverLease.take(
                directory.leases(),
                LeaseHolder.here(spark.sparkContext().applicationId()),
                LeasedWork.APPEND,
                LeaseClaim.WITHDRAW,
                jobs::cancel));
      }
      catalog.append(ids, table -> rows(table, directories, target), () -> check(leases));
    } finally {
      for (DriverLease lease : leases) {
        lease.close();
      }
    }
  }

  private Dataset<Row> rows(Table<?> table, List<RunDirectory> directories, Path target) {
    return table == Table.PREDICTIONS || table == Table.SCORES
        ? all(table, directories)
        : table.read(spark, List.of(new Path(target, table.folder()).toString()));
  }

  private static void check(List<DriverLease> leases) throws IOException {
    for (DriverLease lease : leases) {
      lease.check();
    }
  }

  private static List<String> places(Table<?> table, List<RunDirectory> runs) {
    return runs.stream().map(run -> run.table(table)).toList();
  }

  private Dataset<Row> all(Table<?> table, List<RunDirectory> runs) {
    return table.read(spark, places(table, runs));
  }

  /** The comparisons of a report over some runs. */
  static final class RunContrasts {

    private RunContrasts() {}

    /**
     * Returns the requested comparisons, then those that every report makes.
     *
     * @param asked values of {@code --contrast}
     * @param baseline method that the others are compared with
     * @throws UsageException if a value names no two methods of the runs
     */
    static List<Contrast> of(List<Manifest> runs, List<String> asked, String baseline) {
      List<MethodKey> methods = methods(runs);
      return Claims.added(asked(methods, asked), methods, baseline);
    }

    /** Returns the methods of runs. */
    static List<MethodKey> methods(List<Manifest> runs) {
      return runs.stream()
          .flatMap(
              run ->
                  run.configuration().methods().stream()
                      .map(
                          method -> new MethodKey(run.runId(), run.configuration().name(), method)))
          .toList();
    }

    /**
     * Checks the requested comparisons of runs that are still to be made. Models of one name are
     * told apart by their runs' ids, which are not known yet: then nothing is checked.
     *
     * @throws UsageException as {@link #of}
     */
    static void check(EvaluateOptions options) {
      List<MethodKey> methods = new ArrayList<>();
      for (PinnedModel model : options.models()) {
        String name = PinnedModel.name(model.folder(), model.quantization());
        if (methods.stream().anyMatch(one -> one.model().equals(name))) {
          return;
        }
        for (MethodSpec method : options.methods(model)) {
          methods.add(new MethodKey(name, name, method.toString()));
        }
      }
      asked(methods, options.contrasts());
    }

    private static List<Contrast> asked(List<MethodKey> methods, List<String> texts) {
      try {
        return new AskedContrasts(methods).of(texts);
      } catch (IllegalArgumentException e) {
        throw new UsageException(Wording.of("%s %s", Setting.CONTRAST, e.getMessage()), e);
      }
    }
  }

  /** Parses contrasts of the form {@code A:B}, with names as in the report's tables. */
  public static final class AskedContrasts {

    /** The methods that each of the two sides may name. */
    private record Sides(
        List<MethodKey> first,
        boolean firstWithRun,
        List<MethodKey> second,
        boolean secondWithRun) {

      /** Returns the pairs; a side that names no run takes the other side's run. */
      List<Contrast> pairs() {
        List<Contrast> pairs = new ArrayList<>();
        for (MethodKey a : first) {
          for (MethodKey b : second) {
            boolean across = firstWithRun && secondWithRun;
            if (!a.equals(b) && (across || a.runId().equals(b.runId()))) {
              pairs.add(new Contrast(a, b, ContrastScope.EVERYTHING));
            }
          }
        }
        return pairs;
      }
    }

    private final Collection<MethodKey> all;
    private final MethodNames names;

    /**
     * @param all the report's methods
     */
    public AskedContrasts(Collection<MethodKey> all) {
      this.all = List.copyOf(all);
      this.names = new MethodNames(all);
    }

    /**
     * Returns the contrasts of a list of {@code A:B}, each pair once. A side without a model takes
     * the other side's run; if neither side has a model, every run that has both methods is
     * compared.
     *
     * @throws IllegalArgumentException if a text names no two methods, or can be read in several
     *     ways
     */
    public List<Contrast> of(List<String> texts) {
      List<Contrast> contrasts = new ArrayList<>();
      for (String text : texts) {
        for (Contrast contrast : of(text)) {
          if (contrasts.stream().noneMatch(contrast::isAbout)) {
            contrasts.add(contrast);
          }
        }
      }
      return contrasts;
    }

    /** Tries every colon as the separator, since names have colons too. */
    private List<Contrast> of(String text) {
      List<List<Contrast>> readings = new ArrayList<>();
      for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
        List<Contrast> pairs =
            sides(text.substring(0, colon).strip(), text.substring(colon + 1).strip()).pairs();
        if (!pairs.isEmpty()) {
          readings.add(pairs);
        }
      }
      if (readings.size() != 1) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "'%s' %s; expected A:B, each METHOD or 'MODEL METHOD', of: %s",
                text,
                readings.isEmpty() ? "names no two methods to compare" : "can be read in two ways",
                String.join(", ", all.stream().map(names::name).toList())));
      }
      return readings.get(0);
    }

    private Sides sides(String a, String b) {
      List<MethodKey> first = names.called(a);
      List<MethodKey> second = names.called(b);
      return new Sides(
          first,
          first.stream().anyMatch(one -> names.isOfRun(one, a)),
          second,
          second.stream().anyMatch(one -> names.isOfRun(one, b)));
    }
  }

  /**
   * The comparisons that every report makes: the retention of each method, each method and the one
   * whose number of tokens or FLOPs it takes, merging and no merging, positions kept and closed up,
   * a pair and each of its methods alone, every later model and the first with the same method.
   */
  public static final class Claims {

    private static final String SAME_SIZE = "@";
    private static final List<String> SIZES = List.of("tokens", "flops");
    // A method before the decoder packs without a word, but may say it.
    private static final String POSITIONS = "positions";
    private static final String KEPT = "kept";
    private static final String PACKED = "packed";
    // Keys whose other value is the usual one, which a canonical spelling leaves out.
    private static final List<String> CHOICES = List.of("merge", POSITIONS);

    private final List<MethodKey> all;
    private final String baseline;
    private final List<Contrast> contrasts = new ArrayList<>();

    private Claims(Collection<MethodKey> all, String baseline) {
      this.all = List.copyOf(all);
      this.baseline = baseline;
    }

    /**
     * Returns the requested contrasts, then those that every report makes.
     *
     * @param asked the requested contrasts
     * @param all the report's methods
     * @param baseline the method the others are compared with
     */
    public static List<Contrast> added(
        List<Contrast> asked, Collection<MethodKey> all, String baseline) {
      Claims claims = new Claims(all, baseline);
      claims.contrasts.addAll(asked);
      claims.all.forEach(claims::withinRun);
      claims.all.forEach(claims::acrossModels);
      claims.all.forEach(claims::ofBaseline);
      return List.copyOf(claims.contrasts);
    }

    private void withinRun(MethodKey one) {
      Optional<MethodSpec> read = read(one.method());
      if (read.isEmpty()) {
        return;
      }
      List<MethodSpec> methods = read.get().methods();
      for (MethodSpec spec : methods) {
        for (String key : SIZES) {
          String size = spec.parameters().getOrDefault(key, "");
          if (size.startsWith(SAME_SIZE)) {
            add(of(one, size.substring(SAME_SIZE.length())), one);
          }
        }
        for (String key : CHOICES) {
          if (spec.parameters().containsKey(key)) {
            add(of(one, read.get().with(replacing(spec, spec.without(key))).toString()), one);
          }
        }
        if (KEPT.equals(spec.parameters().get(POSITIONS))) {
          SortedMap<String, String> packed = new TreeMap<>(spec.parameters());
          packed.put(POSITIONS, PACKED);
          MethodSpec said = new MethodSpec(spec.name(), packed);
          add(of(one, read.get().with(replacing(spec, said)).toString()), one);
        }
        if (methods.size() > 1) {
          add(of(one, spec.toString()), one);
        }
      }
    }

    private static UnaryOperator<MethodSpec> replacing(MethodSpec one, MethodSpec other) {
      return each -> each.equals(one) ? other : each;
    }

    private void add(Optional<MethodKey> other, MethodKey one) {
      other.ifPresent(found -> add(found, one, ContrastScope.EVERYTHING));
    }

    private static Optional<MethodSpec> read(String method) {
      try {
        return Optional.of(MethodSpec.read(method));
      } catch (IllegalArgumentException e) {
        // Foreign rows may have any text here; they get no comparison.
        return Optional.empty();
      }
    }

    /** Returns another method of the same run. */
    private Optional<MethodKey> of(MethodKey one, String method) {
      MethodKey other = new MethodKey(one.runId(), one.model(), method);
      return all.contains(other) ? Optional.of(other) : Optional.empty();
    }

    /** Ids of runs sort by their start. */
    private void acrossModels(MethodKey one) {
      all.stream()
          .min(Comparator.comparing(MethodKey::runId))
          .filter(first -> !first.model().equals(one.model()))
          .flatMap(first -> of(first, one.method()))
          .ifPresent(first -> add(one, first, ContrastScope.EVERYTHING));
    }

    private void ofBaseline(MethodKey one) {
      if (!one.method().equals(baseline)) {
        of(one, baseline).ifPresent(base -> add(one, base, ContrastScope.RETENTION));
      }
    }

    private void add(MethodKey a, MethodKey b, ContrastScope scope) {
      Contrast contrast = new Contrast(a, b, scope);
      if (contrasts.stream().noneMatch(contrast::isAbout)) {
        contrasts.add(contrast);
      }
    }
  }
}
