package io.prumerge.demo;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.first;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.console.Console;
import io.prumerge.console.JobDescription;
import io.prumerge.console.Setting;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.lang.Text;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.WrittenCounts;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.Split;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunPlanner;
import io.prumerge.prepare.FrameChoice;
import io.prumerge.prepare.LimitOrder;
import io.prumerge.prepare.Prepare;
import io.prumerge.prepare.PrepareOptions;
import io.prumerge.prepare.PrepareRequest;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.Report;
import io.prumerge.report.SummaryTable;
import io.prumerge.report.page.PageLink;
import io.prumerge.report.page.ReportPages;
import io.prumerge.run.AskedReport;
import io.prumerge.run.Evaluate;
import io.prumerge.run.InFlight;
import io.prumerge.run.ReportExports;
import io.prumerge.run.RunDirectory;
import io.prumerge.run.RunReports;
import io.prumerge.run.WorkPiece;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.RunTarget;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import io.prumerge.store.WriteException;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The paper's main table and its sampling ablation in miniature: generated pictures, six
 * benchmarks, the trained checkpoint with every method, and with PruMerge's with its adapter. Then
 * the main table's methods on pages and charts, which the paper did not ask about.
 */
public final class Demo {

  /** In the order of the paper's table 1. */
  private static final List<String> BENCHMARKS =
      List.of("vqav2", "scienceqa", "textvqa", "pope", "mme", "mmbench");

  /** Questions about pages, and about charts: enough to see what is lost. */
  private static final OptionalLong SOME = OptionalLong.of(100);

  /**
   * Asked in a run of their own: retention and costs in the paper's table are over its benchmarks.
   */
  private static final List<Source> READING =
      List.of(
          new Source("docvqa", List.of("val_v1.0.json", "documents"), SOME),
          new Source("chartqa", List.of("test_augmented.json", "png"), SOME));

  private static final String READING_RUN = "run-reading";

  private static final List<String> MAIN = List.of("none", "prumerge", "prumerge+");

  /** Methods with the same number of tokens as PruMerge for each image. */
  private static final List<String> AT_EQUAL_COUNT =
      List.of(
          "prumerge",
          "prumerge:merge=false",
          "uniform:tokens=@prumerge",
          "spatial:tokens=@prumerge",
          "random:tokens=@prumerge",
          "first:tokens=@prumerge");

  /**
   * Chunks of a run, both under way together. For so small a model, what Spark does for a chunk
   * costs as much as some hundred answers.
   */
  private static final int CHUNKS = 2;

  /**
   * A benchmark of {@link MiniFolder}.
   *
   * @param files what to read in its folder; none stands for the folder itself
   * @param limit at least so many questions; empty = all
   */
  private record Source(String benchmark, List<String> files, OptionalLong limit) {

    List<String> in(Path data) {
      Path folder = data.resolve(benchmark);
      return files.isEmpty()
          ? List.of(folder.toString())
          : files.stream().map(file -> folder.resolve(file).toString()).toList();
    }
  }

  private final SparkSession spark;
  private final Console console;
  private final Path root;

  /**
   * @param root a new folder for all output
   */
  public Demo(SparkSession spark, Console console, Path root) {
    this.spark = spark;
    this.console = console;
    this.root = root;
  }

  /**
   * Runs the demo.
   *
   * @param model the folders of the checkpoint, as {@code evaluate} takes them
   * @param tuned those of the one that was fine-tuned with PruMerge
   */
  public void run(long seed, int images, String model, String tuned) throws Exception {
    Folders folders = new Folders(spark);
    folders.absent(Setting.OUTPUT, root.toString());
    for (String one : List.of(model, tuned)) { // else the second is opened when the first is done
      new RunPlanner(spark, folders).opened(PinnedModel.any(one));
    }
    Path data = root.resolve("data");
    Map<String, WrittenCounts> written =
        new MiniFolder(data, console.withoutResults()).write(Split.TEST, seed, images);
    List<Source> reading = // of a few pictures, none may be a chart
        READING.stream().filter(one -> written.get(one.benchmark()).questions() > 0).toList();
    prepare(
        data,
        Stream.concat(
                BENCHMARKS.stream().map(name -> new Source(name, List.of(), OptionalLong.empty())),
                reading.stream())
            .toList());
    List<String> examples = BENCHMARKS.stream().map(this::examples).toList();
    List<String> all = new ArrayList<>(MAIN);
    AT_EQUAL_COUNT.stream().filter(method -> !all.contains(method)).forEach(all::add);
    String run = root.resolve("run").toString();
    String tunedRun = root.resolve("run-tuned").toString();
    AtomicReference<Report> untuned = new AtomicReference<>();
    evaluated(List.of(model), examples, all, CHUNKS, run, untuned::set);
    evaluated(List.of(tuned), examples, MAIN, CHUNKS, tunedRun, report -> {});
    AtomicReference<Report> both = new AtomicReference<>();
    AtomicReference<Report> read = new AtomicReference<>();
    inFlight( // the report leaves a core idle
        List.of(
            () ->
                evaluated(
                    List.of(model, tuned),
                    reading.stream().map(one -> examples(one.benchmark())).toList(),
                    MAIN,
                    1,
                    root.resolve(READING_RUN).toString(),
                    read::set),
            () -> both.set(reported(List.of(run, tunedRun), reading, folders))),
        "");
    print("What PruMerge costs and saves (± one standard error):", both.get(), MAIN);
    print("The same on pages and charts:", read.get(), MAIN);
    print("Which tokens? All at PruMerge's count for each image:", untuned.get(), AT_EQUAL_COUNT);
    Path kept = root.resolve("kept-patches.png");
    console.during(
        "Drawing kept patches",
        spark.sparkContext(),
        () -> {
          KeptPicture.write(spark, examples.get(0), run, kept);
          return kept;
        });
    console.out().println("Data, runs, Parquet reports, kept-patches.png: " + root);
    console.out().println("Report: " + root.resolve("report").resolve(ReportPages.HTML));
  }

  /** Prepares benchmarks, a few at a time. */
  private void prepare(Path data, List<Source> sources) throws IOException {
    SparkContext context = spark.sparkContext();
    String group = "prumerge-demo-" + UUID.randomUUID();
    List<WorkPiece> pieces = new ArrayList<>();
    for (Source source : sources) {
      String name = source.benchmark();
      Benchmark benchmark = Benchmarks.KNOWN.named(name);
      pieces.add(
          () -> {
            context.setJobGroup(group, JobDescription.of(context, "preparing " + name), false);
            new Prepare(spark, console)
                .prepare(
                    new PrepareRequest(
                        new PrepareOptions(
                            benchmark,
                            source.in(data),
                            Optional.empty(),
                            benchmark.prompts(Optional.empty()),
                            source.limit(),
                            LimitOrder.FILES,
                            FrameChoice.NONE,
                            examples(name))));
          });
    }
    inFlight(pieces, group);
  }

  private void inFlight(List<WorkPiece> pieces, String group) throws IOException {
    new InFlight(spark.sparkContext(), group, warning -> console.warn("%s", warning)).run(pieces);
  }

  private Report reported(List<String> runs, List<Source> reading, Folders folders)
      throws IOException {
    return console.during(
        "Reporting both runs",
        spark.sparkContext(),
        () ->
            new RunReports(spark)
                .write(
                    AskedReport.of(runs).beside(pages(reading)),
                    folders.absent(Setting.OUTPUT, root.resolve("report").toString()),
                    ReportExports.NONE));
  }

  /** Returns the page of the run about pages and charts, as the report's page leads to it. */
  private static List<PageLink> pages(List<Source> reading) {
    return reading.isEmpty()
        ? List.of()
        : List.of(
            new PageLink(
                String.join(" and ", reading.stream().map(Source::benchmark).toList()),
                new org.apache.hadoop.fs.Path(
                        RunDirectory.report(new org.apache.hadoop.fs.Path("../" + READING_RUN)),
                        ReportPages.HTML)
                    .toString()));
  }

  private String examples(String benchmark) {
    return root.resolve("examples").resolve(benchmark).toString();
  }

  private void evaluated(
      List<String> models,
      List<String> examples,
      List<String> methods,
      int chunks,
      String output,
      Consumer<Report> finished)
      throws IOException {
    EvaluateOptions options =
        new EvaluateOptions(
            models.stream().map(PinnedModel::any).toList(),
            AskedExamples.in(examples),
            methods.stream().map(MethodSpec::parse).toList(),
            List.of(),
            settings(chunks));
    new Evaluate(spark, console.withoutResults(), plan -> {}, finished)
        .run(options, RunTarget.fresh(output));
  }

  /** Returns settings that give the same result on every machine and allow no errors. */
  private static RunOptions settings(int chunks) {
    RunSettings settings = new RunSettings();
    settings.set(RunSetting.DEVICE, DeviceChoice.CPU);
    settings.set(RunSetting.DTYPE, DtypeChoice.FP32);
    settings.set(RunSetting.MAX_ERROR_RATE, 0.0);
    settings.set(RunSetting.CHUNKS, chunks);
    return settings.options();
  }

  private void print(String title, Report report, List<String> methods) {
    console.out().println();
    console.out().println(title);
    console.table(SummaryTable.cells(report, methods));
  }

  /**
   * A picture of the patches that methods keep: one row per image, from few tokens at the top to
   * many at the bottom.
   */
  private static final class KeptPicture {

    /**
     * The images shown, as quantiles of the number of tokens that PruMerge leaves. Of most images
     * beyond the last, PruMerge+ keeps every patch.
     */
    private static final double[] QUANTILES = {0, 0.35, 0.65, 0.95};

    private static final List<String> METHODS =
        List.of("prumerge", "prumerge+", "uniform:tokens=@prumerge", "random:tokens=@prumerge");

    private static final int SCALE = 1;
    private static final int GAP = 8;

    /**
     * What a method keeps of an image.
     *
     * @param kept its patches
     * @param patches number of all
     */
    private record Kept(String imageId, String method, List<Integer> kept, int patches) {}

    private static final RecordColumns<Kept> KEPT = RecordColumns.of(Kept.class);

    private record Picture(String imageId, byte[] image) {}

    private KeptPicture() {}

    /**
     * Writes the PNG: each image itself, then its kept patches with each of {@link #METHODS}.
     *
     * @param examples an examples table
     * @param run folder of a finished run over it that has these methods
     */
    static void write(SparkSession spark, String examples, String run, Path file)
        throws IOException, ImageException {
      Dataset<Row> pictures = Table.EXAMPLES.read(spark, List.of(examples));
      Dataset<Row> kept =
          Table.PREDICTIONS
              .read(spark, List.of(run + "/" + Table.PREDICTIONS.folder()))
              .where(col("kept_indices").isNotNull())
              .join(pictures.select("benchmark", "split", "image_id"), usingImage(), "left_semi")
              .groupBy("image_id", "method")
              .agg(
                  first("kept_indices").as("kept"),
                  first("visual_tokens_after").as("tokens"),
                  first("visual_tokens_before").as("patches"))
              .cache();
      List<Kept> ordered =
          KEPT.collect(
              kept.where(col("method").equalTo(METHODS.get(0))).orderBy("tokens", "image_id"));
      List<Kept> shown = new ArrayList<>();
      for (double quantile : QUANTILES) {
        shown.add(ordered.get((int) Math.round(quantile * (ordered.size() - 1))));
      }
      Object[] images = shown.stream().map(Kept::imageId).toArray();
      Map<String, Map<String, List<Integer>>> indices = new HashMap<>();
      for (Kept one : KEPT.collect(kept.where(col("image_id").isin(images)))) {
        indices
            .computeIfAbsent(one.imageId(), absent -> new HashMap<>())
            .put(one.method(), one.kept());
      }
      kept.unpersist();
      Map<String, byte[]> files = new HashMap<>();
      RecordColumns.of(Picture.class)
          .collect(pictures.where(col("image_id").isin(images)))
          .forEach(one -> files.put(one.imageId(), one.image()));
      List<List<RgbImage>> rows = new ArrayList<>();
      for (Kept one : shown) {
        String id = one.imageId();
        rows.add(row(files.get(id), indices.get(id), one.patches()));
      }
      try {
        Files.write(file, PngWriter.write(KeptPatches.table(rows, GAP)));
      } catch (IOException e) {
        throw WriteException.of(file, e);
      }
    }

    private static String[] usingImage() {
      return new String[] {"benchmark", "split", "image_id"};
    }

    private static List<RgbImage> row(byte[] file, Map<String, List<Integer>> kept, int patches)
        throws ImageException {
      RgbImage picture = ImageDecoder.decode(file, ImageLimits.DEFAULT);
      int side = (int) Math.round(Math.sqrt(patches));
      List<RgbImage> row = new ArrayList<>();
      row.add(
          KeptPatches.drawn(picture, side, IntStream.range(0, patches).boxed().toList(), SCALE));
      for (String method : METHODS) {
        row.add(KeptPatches.drawn(picture, side, kept.get(method), SCALE));
      }
      return row;
    }
  }

  /** Draws the patches of a picture that a method keeps, and arranges such pictures in a table. */
  static final class KeptPatches {

    /** Opacity of a dropped patch on white. */
    private static final double FADED = 0.25;

    private static final int WHITE = 255;

    private KeptPatches() {}

    /**
     * Returns the square picture, each pixel {@code scale} times as wide and high, dropped patches
     * faded.
     *
     * @param side patches per row and column
     * @param kept indices of the kept patches, in raster order from 0
     */
    static RgbImage drawn(RgbImage picture, int side, Collection<Integer> kept, int scale) {
      if (picture.width() != picture.height()) {
        throw new IllegalArgumentException(
            Text.format(
                "A square picture is needed, this one is %d x %d",
                picture.width(), picture.height()));
      }
      boolean[] stays = new boolean[side * side];
      kept.forEach(patch -> stays[patch] = true);
      int width = picture.width() * scale;
      byte[] rgb = new byte[3 * width * width];
      for (int y = 0; y < width; y++) {
        for (int x = 0; x < width; x++) {
          boolean shown = stays[y * side / width * side + x * side / width];
          int from = 3 * (y / scale * picture.width() + x / scale);
          for (int channel = 0; channel < 3; channel++) {
            int value = picture.rgb()[from + channel] & 0xFF;
            rgb[3 * (y * width + x) + channel] =
                (byte) (shown ? value : Math.round(FADED * value + (1 - FADED) * WHITE));
          }
        }
      }
      return new RgbImage(width, width, rgb);
    }

    /**
     * Returns the rows of pictures on white.
     *
     * @param rows of equally many pictures, all of one size
     * @param gap pixels between them
     */
    static RgbImage table(List<List<RgbImage>> rows, int gap) {
      RgbImage first = rows.get(0).get(0);
      int columns = rows.get(0).size();
      int width = columns * (first.width() + gap) - gap;
      int height = rows.size() * (first.height() + gap) - gap;
      byte[] rgb = new byte[3 * width * height];
      Arrays.fill(rgb, (byte) WHITE);
      for (int row = 0; row < rows.size(); row++) {
        for (int column = 0; column < columns; column++) {
          RgbImage picture = rows.get(row).get(column);
          int left = column * (first.width() + gap);
          int top = row * (first.height() + gap);
          for (int y = 0; y < picture.height(); y++) {
            System.arraycopy(
                picture.rgb(),
                3 * y * picture.width(),
                rgb,
                3 * ((top + y) * width + left),
                3 * picture.width());
          }
        }
      }
      return new RgbImage(width, height, rgb);
    }
  }
}
