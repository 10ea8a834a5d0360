package io.prumerge.finetune;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.run.Environment;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.OutputFile;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The folder of a trained adapter: peft's two files, {@code README.md}, {@code training.json} and
 * two tables. It appears when it is whole. Until then a lease keeps a second driver out of {@link
 * TrainingFolder}.
 */
final class TrainingOutput implements Closeable {

  private static final String MANIFEST = Checkpoint.TRAINING;
  private static final String CARD = "README.md";
  private static final Set<String> REQUIRED =
      Set.of("adapter_config.json", "adapter_model.safetensors", CARD, MANIFEST);

  private final Path path;
  private final TrainingFolder folder;
  private final FileSystem fs;
  private final Configuration hadoop;
  private final List<Environment> environments = new ArrayList<>();
  private final UnfinishedFolder place;
  private boolean held;

  TrainingOutput(Folders folders, String output) throws IOException {
    this.path = folders.qualified(Setting.OUTPUT, output);
    this.fs = folders.fileSystem(path);
    this.place = UnfinishedFolder.beside(path, "training", fs);
    this.folder = new TrainingFolder(place.root().toString());
    this.hadoop = folders.hadoop();
  }

  Path path() {
    return path;
  }

  /** Returns where the training lies until it is finished. */
  TrainingFolder folder() {
    return folder;
  }

  /**
   * Checks that a training may use this folder.
   *
   * @throws UsageException if it holds something else, or a training that is not continued
   */
  void requireFit(boolean resume) throws IOException {
    if (fs.exists(path) && !place.commit().isDecided() && !(isFinished() && resume)) {
      throw new UsageException(
          Wording.of(
              "%s %s exists already; name a new folder, results are never overwritten",
              Setting.OUTPUT, path));
    }
    if (!resume && fs.exists(folder.root())) {
      throw new UsageException(
          Wording.of(
              "%s %s has an unfinished training in %s; continue it with %s, or delete that folder",
              Setting.OUTPUT, path, folder.root(), Setting.RESUME));
    }
  }

  /** Returns whether the adapter is there, and no driver was killed while it moved it. */
  private boolean isFinished() throws IOException {
    return fs.exists(new Path(path, MANIFEST)) && !place.commit().isDecided();
  }

  /**
   * Begins a training, or compares it with what was begun; takes its lease.
   *
   * @param here the present environment, which a finished training is not compared with
   * @param allowCodeChange whether it may differ from the one before
   * @param me this driver
   * @return whether it is finished already
   * @throws UsageException if it was begun with other settings, or in another environment
   * @throws Failure if another driver is at it
   */
  boolean begin(
      TrainingRecord now,
      Environment here,
      boolean allowCodeChange,
      LeaseHolder me,
      Console console)
      throws IOException {
    if (isFinished()) {
      requireEqual(read(new Path(path, MANIFEST), TrainingManifest.class).settings(), now);
      return true;
    }
    if (!WholeFile.wroteFirst(fs, folder.settings(), Json.write(now))) {
      requireEqual(read(folder.settings(), TrainingRecord.class), now);
    }
    boolean decided = place.commit().isDecided();
    String changed = decided ? "" : changed(here, allowCodeChange);
    place.take(me, LeasedWork.TRAINING);
    held = true;
    if (decided) {
      if (place.commit().finish(source())) {
        place.clear(name -> false);
        return true;
      }
      changed = changed(here, allowCodeChange);
    }
    place.clear(name -> !TrainingFolder.isPartial(name)); // of drivers that were killed
    if (environments.isEmpty() || !changed.isEmpty()) {
      WholeFile.wroteFirst(fs, folder.environment(environments.size()), Json.write(here));
      environments.add(here);
    }
    if (!changed.isEmpty()) {
      console.warn("the environment has changed: %s", changed);
    }
    return false;
  }

  /** Reads the environments so far; returns how the present one differs, if that is allowed. */
  private String changed(Environment here, boolean allowed) throws IOException {
    while (fs.exists(folder.environment(environments.size()))) {
      environments.add(read(folder.environment(environments.size()), Environment.class));
    }
    return environments.isEmpty()
        ? "" // begun now, or by a version that did not say
        : environments
            .get(environments.size() - 1)
            .requireResumable(here, path.toString(), allowed);
  }

  /** Returns the environments that the training was begun and continued in. */
  List<Environment> environments() {
    return environments;
  }

  /** Returns a digest of the settings, which are the same of all drivers. */
  private String source() throws IOException {
    try (InputStream in = fs.open(folder.settings())) {
      return Sha256.hex(in.readAllBytes());
    }
  }

  private void requireEqual(TrainingRecord before, TrainingRecord now) {
    String differences = before.differences(now);
    if (!differences.isEmpty()) {
      throw new UsageException(
          Text.format("Cannot resume %s with other settings: %s", path, differences));
    }
  }

  private <T> T read(Path file, Class<T> type) throws IOException {
    try (InputStream in = fs.open(file)) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), type);
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Text.format(
              "Cannot read %s: %s; restore the original file, or start again in a new folder",
              file, e.getMessage()));
    }
  }

  /**
   * Adds everything that is not peft's files, and gives the folder its name.
   *
   * @param outcome of the training
   * @param broken rows that were left out from the beginning
   */
  void finish(
      SparkSession spark,
      TrainingOutcome outcome,
      TrainingManifest manifest,
      List<BrokenRow> broken)
      throws IOException {
    Path adapter = folder.adapter(outcome.adapter());
    TrainingProgress progress = outcome.progress();
    table(spark, StepRow.TABLE, progress.steps(), adapter);
    List<BrokenRow> out = Stream.concat(broken.stream(), progress.leftOut().stream()).toList();
    if (!out.isEmpty()) {
      table(spark, BrokenRow.TABLE, out, adapter);
    }
    try (FileSystem files = folder.files(hadoop)) {
      write(files, new Path(adapter, CARD), ModelCard.of(path.getName(), manifest));
      write(files, new Path(adapter, MANIFEST), Json.write(manifest) + "\n");
    }
    place.commit().commit(outcome.adapter(), source(), REQUIRED);
    place.clear(name -> false);
    release();
  }

  private void release() throws IOException {
    held = false;
    place.close();
  }

  /** Gives the lease of an unfinished training back; keeps what a later one can continue from. */
  @Override
  public void close() throws IOException {
    if (held) {
      if (!folder.hasCheckpoint(hadoop) && !place.commit().isDecided()) {
        place.clearIfHeld();
      }
      release();
    }
  }

  private static <R extends Record> void table(
      SparkSession spark, Table<R> table, List<R> rows, Path adapter) throws IOException {
    table.write(
        table.of(spark, table.rows(rows)).coalesce(1),
        new Path(adapter, table.folder()).toString());
  }

  private static void write(FileSystem files, Path file, String text) throws IOException {
    try (OutputStream out = OutputFile.create(files, file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The adapter's {@code README.md}, with the front matter that model hubs read. */
  private static final class ModelCard {

    private ModelCard() {}

    /**
     * Returns the text.
     *
     * @param name the adapter's folder
     */
    static String of(String name, TrainingManifest made) {
      TrainingRecord settings = made.settings();
      TrainingSource source = settings.source();
      Recipe recipe = settings.recipe();
      List<String> rows =
          List.of(
              row("base model", settings.model()),
              row("visual tokens", "`" + recipe.method() + "`"),
              row(
                  "LoRA",
                  "rank %d, alpha %s%s, on q, k, v, o, gate, up and down of all decoder layers",
                  recipe.adapter().rank(),
                  number(recipe.adapter().alpha()),
                  recipe.adapter().dropout() > 0
                      ? ", dropout " + number(recipe.adapter().dropout())
                      : ""),
              row(
                  "connector",
                  recipe.rates().connectorLr() > 0 ? "trained in full" : "as in the base"),
              row("trained values", "%,d", made.result().parameters()),
              row(
                  "data",
                  "%s (SHA-256 %s), %s%s",
                  java.nio.file.Path.of(source.data()).getFileName(),
                  source.dataSha256(),
                  Texts.count(source.rows(), "row"),
                  source.brokenRows() > 0
                      ? Text.format(", %,d left out", source.brokenRows())
                      : ""),
              row(
                  "steps",
                  "%,d of %s",
                  made.result().steps(),
                  Texts.count(recipe.schedule().batch(), "row")),
              row(
                  "learning rate",
                  "%s%s, warm-up 3 %%, then a cosine",
                  number(recipe.rates().lr()),
                  recipe.rates().connectorLr() > 0
                      ? ", connector " + number(recipe.rates().connectorLr())
                      : ""),
              row("seed", "%d", recipe.seed()),
              row(
                  "arithmetic",
                  "%s on %s; the adapter is trained in fp32 and stored in %s",
                  made.dtype(),
                  made.device(),
                  settings.arithmetic().adapterDtype()),
              row(
                  "loss",
                  "%.4f at the first step, %.4f at the end",
                  made.result().firstLoss(),
                  made.result().lastLoss()));
      return String.join(
          "\n",
          "---",
          "base_model: " + settings.model(),
          "library_name: peft",
          "---",
          "",
          "# " + name,
          "",
          "A LoRA adapter, trained by `prumerge-spark finetune` with the visual tokens that a"
              + " method leaves.",
          "A run loads it as the model BASE+ADAPTER; so do transformers with peft.",
          "",
          "| | |",
          "|---|---|",
          String.join("\n", rows),
          "",
          "`training.json` has all settings and versions.",
          "");
    }

    private static String row(String name, String format, Object... values) {
      return "| " + name + " | " + Text.format(format, values) + " |";
    }

    private static String row(String name, String value) {
      return "| " + name + " | " + value + " |";
    }

    /** Returns a number without trailing zeros. */
    private static String number(double value) {
      return Text.format("%.3g", value).replaceFirst("\\.?0+(e|$)", "$1");
    }
  }
}
